"""The chaotic series solve their equations, and do as the literature says."""

import numpy as np
import pytest

from explorer.series import lorenz, mackey_glass

SEEDS = range(3)


def step_by_step(history, total, dt, tau, beta=0.2, gamma=0.1, n=10.0):
    """Solve Mackey-Glass with the four slopes of Runge and Kutta written out."""
    x, lag = list(history), round(tau / dt)

    def produced(u):
        return beta * u / (1 + u**n)

    for k in range(total):
        before, at, after, later = x[max(k - 1, 0)], x[k], x[k + 1], x[k + 2]
        middle = produced((9 * (at + after) - before - later) / 16)
        k1 = produced(at) - gamma * x[-1]
        k2 = middle - gamma * (x[-1] + dt / 2 * k1)
        k3 = middle - gamma * (x[-1] + dt / 2 * k2)
        k4 = produced(after) - gamma * (x[-1] + dt * k3)
        x.append(x[-1] + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    assert len(x) == lag + 1 + total
    return np.array(x[lag + 1 :])


@pytest.mark.parametrize("tau", [0.4, 1.0, 17.0, 30.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_mackey_glass_is_runge_kutta_step_by_step(seed, tau):
    rng, lag = np.random.default_rng(seed), round(tau / 0.1)
    history = 1.2 + 0.2 * (rng.random(lag + 1) - 0.5)
    wanted = step_by_step(history, 2000, 0.1, tau)[9::10]
    found = mackey_glass(np.random.default_rng(seed), 200, tau, washout=0)
    np.testing.assert_allclose(found, wanted, rtol=1e-11)
    later = mackey_glass(np.random.default_rng(seed), 150, tau, washout=50)
    np.testing.assert_array_equal(later, found[50:])


@pytest.mark.parametrize("seed", SEEDS)
def test_mackey_glass_with_a_short_delay_rests_and_with_17_does_not(seed):
    rest = mackey_glass(np.random.default_rng(seed), 200, tau=4.0)
    np.testing.assert_allclose(rest, 1.0, atol=1e-6)  # beta / (1 + 1) = gamma
    chaos = mackey_glass(np.random.default_rng(seed), 3000)
    assert 0.2 < chaos.min() < 0.6 < 1.2 < chaos.max() < 1.4
    assert abs(chaos.mean() - 0.93) < 0.01
    assert abs(chaos.std() - 0.226) < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_lorenz_solves_its_equations(seed):
    rough, fine = (lorenz(np.random.default_rng(seed), 20, parts=k, washout=0) for k in (4, 8))
    finest = lorenz(np.random.default_rng(seed), 20, parts=64, washout=0)
    order = np.log2(np.abs(rough - finest).max() / np.abs(fine - finest).max())
    assert 3.5 < order < 4.6
    series = lorenz(np.random.default_rng(seed), 4000)
    np.testing.assert_allclose(series.std(axis=0), [7.92, 9.01, 8.62], rtol=0.06)
    assert abs(series[:, 2].mean() - 23.55) < 0.7


def test_lorenz_runs_apart_at_its_exponent():
    series = [
        lorenz(np.random.default_rng(seed), 12000, every=0.01, parts=1, washout=1000)
        for seed in SEEDS
    ]
    rates = []
    for states in series:
        # The tangent equation along the series, renormalised: the exponent of Benettin et al.
        v, total = np.ones(3), 0.0
        for x, y, z in states:
            J = np.array([[-10, 10, 0], [28 - z, -1, -x], [y, x, -8 / 3]]) * 0.01
            v = v + J @ (v + J @ (v + J @ v / 3) / 2)
            size = np.linalg.norm(v)
            v, total = v / size, total + np.log(size)
        rates.append(total / (len(states) * 0.01))
    assert abs(np.mean(rates) - 0.906) < 0.06


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"steps": 5, "washout": -1}, {"steps": 5, "tau": 0.1},
              {"steps": 5, "dt": 0.3}, {"steps": 5, "dt": 0.0}],
)  # fmt: skip
def test_mackey_glass_names_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="mackey_glass: wanted steps >= 1"):
        mackey_glass(np.random.default_rng(0), **wrong)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps": 5, "every": 0.0}])
def test_lorenz_names_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="lorenz: wanted steps >= 1"):
        lorenz(np.random.default_rng(0), **wrong)
