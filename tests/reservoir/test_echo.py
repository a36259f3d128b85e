"""The conditional exponent against closed forms and against the distance that it foresees."""

import numpy as np
import pytest

from explorer.reservoir import exponent, meeting
from explorer.reservoir.echo import log_growth
from tests.reservoir.drawing import drawn

SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("leak", [0.3, 1.0])
def test_of_a_linear_reservoir_it_is_the_log_of_the_largest_eigenvalue(seed, leak):
    reservoir = drawn(seed, radius=0.8, leak=leak, activation="identity")
    A = (1 - leak) * np.eye(20) + leak * reservoir.cell.W_hh
    trace = reservoir.driven(np.zeros((4000, 1)))
    rate = exponent(trace, np.random.default_rng(seed), steps=3000, washout=1000)
    assert rate == pytest.approx(np.log(np.abs(np.linalg.eigvals(A)).max()), abs=2e-3)


def test_of_a_rotation_it_is_exact(rng):
    reservoir = drawn(0, wiring="orthogonal", radius=1.3, activation="identity")
    assert exponent(reservoir.driven(np.zeros((900, 1))), rng) == pytest.approx(np.log(1.3))


@pytest.mark.parametrize("seed", SEEDS)
def test_growth_is_that_of_the_jacobians(seed, rng):
    reservoir = drawn(seed, radius=1.5, leak=0.6, bias=0.3)
    trace, v = reservoir.driven(rng.standard_normal((25, 1))), rng.standard_normal(20)
    product, sizes = v, [np.linalg.norm(v)]
    for J in reservoir.cell.jacobian(trace.steps)[:, 0]:
        product = J @ product
        sizes.append(np.linalg.norm(product))
    np.testing.assert_allclose(log_growth(trace, v), np.diff(np.log(sizes)), atol=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("radius", [0.5, 0.9, 1.1])
def test_two_starts_near_each_other_part_or_meet_as_it_foresees(seed, radius):
    reservoir = drawn(seed, N=100, density=0.1, radius=radius, leak=0.8, bias=0.2)
    rng = np.random.default_rng(seed)
    found = meeting(reservoir, rng.standard_normal((900, 1)), rng, shown=250)
    late = (found.distance < 1e-2) & (found.distance > 1e-12)
    t = np.flatnonzero(late)
    slope = np.polyfit(t, np.log(found.distance[late]), 1)[0]
    assert slope == pytest.approx(found.exponent, rel=0.25)
    assert found.trace.T == 250
    assert len(found.distance) == len(found.foreseen) == 251
    assert found.met() == np.argmax(found.distance < 1e-6 * found.distance[0])


def test_a_small_distance_in_chaos_grows():
    reservoir = drawn(3, N=100, density=0.1, radius=2.0, bias=0.2)
    found = meeting(reservoir, np.zeros((900, 1)), np.random.default_rng(0), shown=200)
    assert found.exponent > 0.02
    assert found.met() is None
    assert found.distance[-1] > 1


def test_a_reservoir_without_recurrence_forgets_at_once(rng):
    reservoir = drawn(0, radius=0.0)
    found = meeting(reservoir, rng.standard_normal((50, 1)), rng, shown=20)
    assert found.exponent == -np.inf
    assert found.met() == 1
    assert (found.distance[1:] == 0).all()
    assert np.isfinite(found.foreseen[0])


def test_a_linear_run_that_leaves_float64_still_has_its_exponent(rng):
    reservoir = drawn(0, radius=5.0, activation="identity")
    found = meeting(reservoir, rng.standard_normal((900, 1)), rng, shown=600)
    assert found.exponent == pytest.approx(np.log(5), abs=0.02)
    assert not np.isfinite(found.distance[-1])
    assert found.met() is None
