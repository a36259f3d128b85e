"""Memory capacity: N for linear reservoirs, never more, and honest on held-out data."""

import numpy as np
import pytest

from explorer.reservoir import capacity, linear_capacity, ridge
from explorer.reservoir.capacity import squared_correlation
from tests.reservoir.drawing import drawn

SEEDS = range(3)
LINEAR = [
    ("sparse", 10, 0.9), ("orthogonal", 50, 0.95), ("orthogonal", 20, 0.5), ("ring", 20, 0.9),
    ("ring", 50, 0.95), ("ring", 1, 0.5),
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("wiring", "N", "radius"), LINEAR)
def test_a_linear_reservoir_has_capacity_N(wiring, N, radius, seed):
    reservoir = drawn(seed, N, wiring, radius, activation="identity")
    every = linear_capacity(reservoir, 1000)
    assert abs(every.sum() - N) < 1e-3
    assert (every <= 1 + 1e-12).all()
    # Without the input just read: the determinant says how much of it the state hides.
    det = np.linalg.det(reservoir.cell.W_hh)
    assert abs(every[1:].sum() - (N - 1 + det**2)) < 1e-3


@pytest.mark.parametrize("leak", [0.5, 0.9])
def test_a_leak_does_not_change_the_sum(leak):
    reservoir = drawn(0, 8, "orthogonal", 0.9, activation="identity", leak=leak)
    assert abs(linear_capacity(reservoir, 3000).sum() - 8) < 1e-3


@pytest.mark.parametrize("rho", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("N", [3, 20])
def test_a_ring_recalls_each_lap_less(N, rho):
    ring = drawn(0, N, "ring", rho, activation="identity")
    k = np.arange(6 * N)
    wanted = rho ** (2 * N * (k // N)) * (1 - rho ** (2 * N))
    np.testing.assert_allclose(linear_capacity(ring, 6 * N - 1), wanted, atol=1e-9)
    assert abs(linear_capacity(ring, 2000)[1:].sum() - (N - 1 + rho ** (2 * N))) < 1e-3


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("wiring", "N", "radius"), LINEAR[:5])
def test_what_is_measured_on_held_out_data_is_the_formula(wiring, N, radius, seed):
    reservoir = drawn(seed, N, wiring, radius, activation="identity")
    found = capacity(reservoir, np.random.default_rng(seed), 2 * N, train=4000, test=4000)
    formula = linear_capacity(reservoir, 2 * N)
    np.testing.assert_allclose(found.recalled, formula, atol=0.04)
    assert abs(found.total - formula.sum()) < 0.02 * N + 0.05


def test_in_the_training_data_it_would_be_too_large():
    reservoir, rng = drawn(0, 40, density=0.2, leak=0.8), np.random.default_rng(1)
    found = capacity(reservoir, rng, 150, train=400, test=3000)
    far = found.recalled[100:]
    assert far.mean() < 0.005
    u = rng.uniform(-1, 1, 1000)
    h = reservoir.driven(u[:, None]).slot("h")[1:, 0]
    targets = np.stack([u[600 - k : 1000 - k] for k in range(100, 151)], axis=1)
    inside = squared_correlation(ridge(h[600:], targets).readout(h[600:]), targets)
    assert abs(inside.mean() - 40 / 400) < 0.03  # N/T per delay


@pytest.mark.parametrize("seed", SEEDS)
def test_tanh_units_remember_less(seed):
    totals = [
        capacity(
            drawn(seed, 40, "orthogonal", 0.9, activation=phi, input_scale=scale),
            np.random.default_rng(seed), 80, train=2000, test=2000,
        ).total
        for phi, scale in (("identity", 1.0), ("tanh", 0.1), ("tanh", 1.0))
    ]  # fmt: skip
    assert totals == sorted(totals, reverse=True)
    assert totals[0] < 40.2


def test_a_reservoir_that_never_moves_recalls_nothing(rng):
    found = capacity(drawn(0, leak=0.0), rng, 5, train=50, test=50)
    assert found.total < 1e-12
    assert found.fit.rank == 0


def test_an_unstable_linear_reservoir_recalls_nothing_and_says_why(rng):
    reservoir = drawn(0, radius=5.0, activation="identity")
    found = capacity(reservoir, rng, 10, train=500, test=500, strength=1e-8)
    assert "unstable" in found.fit.remark
    assert (found.recalled == 0).all()
    assert found.exponent == pytest.approx(np.log(5), abs=0.02)
    assert linear_capacity(reservoir, 10) is None
    assert linear_capacity(drawn(0), 10) is None
