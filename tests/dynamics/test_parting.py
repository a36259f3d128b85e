"""Two nearly equal starts, gradients beside them, and exponents swept along an axis."""

import itertools

import numpy as np
import pytest

from explorer import CELLS, GradientTrace, Trace
from explorer.dynamics import lyapunov_spectrum
from explorer.dynamics.growth import growth, twin_exponent
from explorer.dynamics.parting import parting
from explorer.dynamics.sweeps import sweep
from tests.dynamics.networks import autonomous, rotation


def random_network(rng, N=60, gain=2.0):
    return autonomous(gain * rng.standard_normal((N, N)) / np.sqrt(N))


def test_the_second_start_is_as_far_away_as_was_asked_and_then_runs_alone(rng):
    cell = random_network(rng)
    s0 = rng.uniform(-0.5, 0.5, 60)
    found = parting(cell, np.zeros((400, 1)), s0, 1e-3, rng, 50)
    long = Trace.of(cell, np.zeros((400, 1, 1)), s0[None])
    assert found.distance[0] == pytest.approx(1e-3)
    assert found.trace.T == 50
    np.testing.assert_allclose(found.trace.s[:, 0], long.s[100:151, 0], atol=1e-9)
    for b in (0, 1):
        again = Trace.of(cell, np.zeros((50, 1, 1)), found.trace.s[0, b][None])
        np.testing.assert_allclose(found.trace.s[:, b], again.s[:, 0], atol=1e-9)


def test_in_a_linear_map_the_distance_follows_the_exponent_for_ever(rng):
    cell = autonomous(0.9 * rotation(0.4), activation="identity")
    found = parting(cell, np.zeros((300, 1)), np.ones(2), 1e-3, rng, 100)
    assert found.exponent == pytest.approx(np.log(0.9))
    np.testing.assert_allclose(found.distance, found.foreseen, rtol=1e-9)
    assert found.strangers is None


def test_two_starts_merge_in_calm_and_become_strangers_in_chaos(rng):
    s0 = rng.uniform(-0.5, 0.5, 60)
    calm = parting(random_network(rng, gain=0.5), np.zeros((300, 1)), s0, 1e-8, rng, 150)
    assert calm.exponent < 0
    assert 0 < calm.merged < 100
    assert (calm.distance[calm.merged :] < 1e-13).all()
    assert calm.strangers is None
    wild = parting(random_network(rng, gain=4.0), np.zeros((300, 1)), s0, 1e-8, rng, 150)
    assert wild.merged is None
    far = wild.strangers
    assert wild.distance[far - 1] < wild.typical / 2 <= wild.distance[far]
    assert wild.distance[far + 20 :].mean() == pytest.approx(wild.typical, rel=0.15)


def test_a_map_that_forgets_and_a_run_that_explodes(rng):
    nothing = parting(autonomous(np.zeros((3, 3))), np.zeros((120, 1)), np.ones(3), 0.1, rng, 10)
    assert np.isneginf(nothing.exponent)
    assert nothing.merged == 1
    assert (nothing.foreseen[1:] == 0).all()
    wild = autonomous(3.0, activation="identity")
    found = parting(wild, np.zeros((2000, 1)), np.ones(1), 0.1, rng, 50)
    assert "leaves the range of float64" in found.remark


@pytest.mark.parametrize("name", CELLS)
def test_the_exponent_of_two_starts_is_that_of_the_jacobians(name):
    cell = CELLS[name].init(np.random.default_rng(3), 1, 12, recurrent="gaussian", gain=3.0)
    xs, s0 = np.random.default_rng(4).standard_normal((1300, 1)), np.zeros(cell.S)
    trace = Trace.of(cell, xs[:, None], s0[None])
    found = twin_exponent(trace, np.random.default_rng(5), 100, 1300)
    assert found == pytest.approx(lyapunov_spectrum(cell, xs, s0, warmup=100, count=1).leading,
                                  abs=0.003)  # fmt: skip


@pytest.mark.parametrize("name", ["Elman", "LSTM", "Clockwork"])
def test_gradients_are_those_of_the_backward_film(name):
    cell = CELLS[name].init(np.random.default_rng(3), 1, 6, recurrent="gaussian", gain=2.0)
    xs, s0 = np.random.default_rng(4).standard_normal((70, 1)), np.full(cell.S, 0.1)
    found = growth(cell, xs, s0, np.random.default_rng(5), 20, losses=2)
    rng = np.random.default_rng(5)
    rng.standard_normal(cell.S)  # the second start
    v = rng.standard_normal((2, cell.S))
    trace = Trace.of(cell, xs[:, None], s0[None])
    for b in range(2):
        dL = np.zeros((70, 1, cell.S))
        dL[-1, 0] = v[b] / np.linalg.norm(v[b])
        wanted = GradientTrace.of(trace, dL).norm()[20:][::-1]
        np.testing.assert_allclose(found.norms[:, b], wanted, rtol=1e-9)


def test_slopes_of_a_linear_map_are_its_exponent(rng):
    cell = autonomous(1.1 * rotation(0.4), activation="identity")
    found = growth(cell, np.zeros((250, 1)), np.full(2, 1e-9), rng, 50)
    np.testing.assert_allclose(found.slopes, np.log(1.1), atol=1e-9)
    assert found.exponent == pytest.approx(np.log(1.1), abs=1e-6)
    gone = growth(autonomous(np.zeros((2, 2))), np.zeros((60, 1)), np.ones(2), rng, 10)
    assert np.isneginf(gone.exponent)
    assert np.isneginf(gone.slopes).all()


def measured(N, k):
    yield 0.5
    return np.array([-1.0, N + k])


def test_a_sweep_has_something_of_each_size_whenever_it_is_stopped():
    walk = sweep(measured, np.array([0.0, 1.0]), [10, 20], 3)
    *_, half = itertools.islice(walk, 3)
    assert (half.done, half.share) == (1, 0.25)
    two = next(walk)
    assert (two.done, two.share) == (2, 1 / 3)
    assert two.asked == 6
    assert set(two.exponents) == {10, 20}
    walk.close()
    *_, last = sweep(measured, np.array([0.0, 1.0]), [10, 20], 3)
    np.testing.assert_array_equal(last.exponents[20], [[-1, 20], [-1, 21], [-1, 22]])
    assert last.chaotic(20, 0.9, 20.5) == (2, 3, 1.0)
    assert last.chaotic(10, 0.1, 0.0) == (0, 3, 0.0)
