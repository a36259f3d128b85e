"""Exponents against what is known in closed form, by theory, and by another road."""

import numpy as np
import pytest

from explorer import CELLS, Elman, GradientTrace, Trace
from explorer.dynamics import jacobians, leading_exponents, lyapunov_spectrum, mean_field
from explorer.dynamics.lyapunov import exponents_so_far, kaplan_yorke
from tests.dynamics.networks import autonomous, rotation


@pytest.mark.parametrize("seed", range(4))
def test_a_linear_map_has_the_logs_of_its_eigenvalues(seed):
    W = 0.5 * np.random.default_rng(seed).standard_normal((4, 4))
    values = np.sort(np.log(np.abs(np.linalg.eigvals(W))))[::-1]
    found = lyapunov_spectrum(
        autonomous(W, activation="identity"), s0=np.zeros(4), T=20_000, warmup=100
    )
    np.testing.assert_allclose(found.exponents, values, atol=5e-4)
    sums = found.running.sum(axis=1)
    np.testing.assert_allclose(sums, np.linalg.slogdet(W)[1], atol=1e-11)


def test_they_sum_to_the_determinant_at_every_finite_time_for_gated_cells_too():
    for name in ("GRU", "LSTM"):
        cell = CELLS[name].init(np.random.default_rng(1), 2, 6, recurrent="gaussian", gain=2.0)
        xs = np.random.default_rng(2).standard_normal((300, 2))
        found = lyapunov_spectrum(cell, xs, np.zeros(cell.S), warmup=0)
        J = jacobians(Trace.of(cell, xs[:, None]))[:, 0]
        wanted = np.cumsum(np.linalg.slogdet(J)[1])[found.times - 1] / found.times
        np.testing.assert_allclose(found.running.sum(axis=1), wanted, atol=1e-11)


def test_a_unit_at_rest_has_the_log_of_its_slope():
    assert lyapunov_spectrum(autonomous(1.5), T=2000).leading == pytest.approx(-0.93061, abs=1e-5)


@pytest.mark.parametrize("gain", [0.6, 1.5, 4.0])
def test_blocks_of_steps_say_what_single_steps_say(gain):
    rng = np.random.default_rng(3)
    cell = autonomous(gain * rng.standard_normal((12, 12)) / np.sqrt(12))
    s0 = rng.uniform(-0.5, 0.5, 12)
    found = lyapunov_spectrum(cell, s0=s0, T=400, warmup=0, rng=np.random.default_rng(7))
    Q = np.linalg.qr(np.random.default_rng(7).standard_normal((12, 12)))[0]
    total = np.zeros(12)
    for J in jacobians(Trace.of(cell, np.zeros((400, 1, 1)), s0[None]))[:, 0]:
        Q, R = np.linalg.qr(J @ Q)
        total += np.log(np.abs(R.diagonal()))
    np.testing.assert_allclose(found.exponents, np.sort(total / 400)[::-1], atol=1e-7)


def test_some_exponents_are_the_largest_of_all():
    cell = autonomous(2 * np.random.default_rng(0).standard_normal((20, 20)) / np.sqrt(20))
    s0 = np.full(20, 0.1)
    every = lyapunov_spectrum(cell, s0=s0, T=1500)
    some = lyapunov_spectrum(cell, s0=s0, T=1500, count=3)
    np.testing.assert_allclose(some.exponents, every.exponents[:3], atol=0.02)


def test_large_random_networks_are_as_chaotic_as_theory_says():
    N = 1000
    J = np.random.default_rng(0).standard_normal((1, N, N)) / np.sqrt(N)
    found = leading_exponents(J, [2.0], T=400, warmup=100)
    assert found[0, 0] == pytest.approx(0.1547, abs=0.03)


def by_panels(gains):
    """Return the exponents by Gauss and Legendre on 400 panels and Newton's method for q."""
    nodes, weights = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(-12, 12, 401)
    z = ((edges[:-1] + edges[1:]) / 2)[:, None] + 0.03 * nodes
    measure = 0.03 * weights * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    found = []
    for g in gains:
        q = g**2 - 1
        for _ in range(40):
            bent = np.tanh(np.sqrt(q) * z)
            slope = g**2 * np.sum(measure * bent * (1 - bent**2) * z) / np.sqrt(q) - 1
            q -= (g**2 * np.sum(measure * bent**2) - q) / slope
        found.append(0.5 * np.log(g**2 * np.sum(measure * (1 - np.tanh(np.sqrt(q) * z) ** 2) ** 2)))
    return found


def test_the_mean_field_is_solved():
    gains = np.array([1.5, 2.0, 3.0])
    # 0.310276 is met with for the last: what a quadrature with too few nodes leaves. By Gauss and
    # Hermite 100 nodes give 0.30848, 150 give 0.31006.
    np.testing.assert_allclose(
        mean_field(gains).exponent, [0.0652172119, 0.1547242298, 0.3102493151], atol=1e-9
    )
    np.testing.assert_allclose(mean_field(gains).exponent, by_panels(gains), atol=1e-10)
    assert mean_field(0.7).exponent == pytest.approx(np.log(0.7))
    assert mean_field(1.001).exponent == pytest.approx(2 / 3 * 1e-6, rel=0.01)
    # By other means: the same averages over a sample of the normal distribution's quantiles.
    z = np.random.default_rng(0).standard_normal(400_000)
    q = mean_field(2.0).variance
    assert 4 * np.mean(np.tanh(np.sqrt(q) * z) ** 2) == pytest.approx(float(q), rel=0.01)


def test_noise_suppresses_chaos_in_theory_and_in_a_network():
    noise = np.array([0.0, 0.5, 1.0, 2.0])
    theory = mean_field(1.5, noise).exponent
    assert (np.diff(theory) < 0).all()
    W = np.random.default_rng(1).standard_normal((3, 300, 300)) / np.sqrt(300)
    found = leading_exponents(W, np.full(4, 1.5), T=400, noise=noise).mean(axis=1)
    np.testing.assert_allclose(found, theory, atol=0.03)


def test_the_gradient_grows_with_the_leading_exponent():
    rng = np.random.default_rng(0)
    N, T = 200, 1500
    cell = autonomous(1.8 * rng.standard_normal((N, N)) / np.sqrt(N))
    trace = Trace.of(cell, np.zeros((T, 1, 1)), rng.uniform(-0.5, 0.5, (1, N)))
    dL = np.zeros((T, 1, N))
    dL[-1] = rng.standard_normal(N)
    logs = np.log(GradientTrace.of(trace, dL).norm())
    slope = -np.polyfit(np.arange(200, T - 100), logs[200 : T - 100], 1)[0]
    found = lyapunov_spectrum(cell, s0=trace.s[0, 0], T=T - 300, warmup=200, count=1)
    assert slope == pytest.approx(found.leading, abs=0.012)


@pytest.mark.parametrize("name", ["Elman", "GRU", "LSTM"])
def test_both_roads_to_the_leading_exponent_agree(name):
    cell = CELLS[name].init(np.random.default_rng(4), 1, 12, recurrent="gaussian", gain=3.0)
    xs = np.random.default_rng(5).standard_normal((2100, 1))
    (back,) = leading_exponents([cell], xs=xs, warmup=100)
    forth = lyapunov_spectrum(cell, xs, warmup=100, count=1).leading
    assert back == pytest.approx(forth, abs=0.01)


def test_many_networks_at_once_are_the_same_as_one_by_one():
    W = np.random.default_rng(0).standard_normal((2, 30, 30)) / np.sqrt(30)
    gains = np.array([0.8, 1.6])
    found = leading_exponents(W, gains, T=2000)
    assert found.shape == (2, 2)
    for m, gain in enumerate(gains):
        for n in range(2):
            alone = lyapunov_spectrum(autonomous(gain * W[n]), T=2000, count=1).leading
            assert found[m, n] == pytest.approx(alone, abs=0.03)


def test_dimension_and_entropy():
    assert kaplan_yorke(np.array([0.5, -0.2, -0.6]), 3) == pytest.approx(2.5)
    assert kaplan_yorke(np.array([-0.1, -0.2]), 2) == 0.0
    assert kaplan_yorke(np.array([0.1, -0.05]), 2) == 2.0
    assert np.isnan(kaplan_yorke(np.array([0.5]), 3))
    found = lyapunov_spectrum(autonomous(1.05 * rotation(0.7)), T=3000)
    assert found.leading == pytest.approx(0.0, abs=2e-3)  # a circle, along which nothing fades
    chaos = lyapunov_spectrum(
        autonomous(2.5 * np.random.default_rng(1).standard_normal((40, 40)) / np.sqrt(40))
    )
    assert chaos.entropy == pytest.approx(chaos.exponents[chaos.exponents > 0].sum())
    assert 0 < chaos.entropy
    assert 1 < chaos.dimension < 40


def test_a_run_can_be_watched_and_stopped():
    cell = autonomous(1.5 * np.random.default_rng(0).standard_normal((40, 40)) / np.sqrt(40))
    parts = exponents_so_far(cell, T=1000)
    first = next(parts)
    second = next(parts)
    assert first.times[-1] < second.times[-1] < 1000
    parts.close()
    *_, last = exponents_so_far(cell, T=1000)
    assert last.times[-1] == 1000
    np.testing.assert_allclose(last.running[: len(first.times), :].sum(axis=1),
                               first.running.sum(axis=1), atol=1e-9)  # fmt: skip


def test_a_network_that_explodes_is_followed_as_far_as_it_goes():
    found = lyapunov_spectrum(autonomous(3.0, activation="identity"), s0=np.ones(1), T=2000)
    assert found.leading == pytest.approx(np.log(3))
    assert "leaves the range of float64 after step" in found.remark


def test_a_map_that_forgets_everything_has_minus_infinity():
    found = lyapunov_spectrum(autonomous(np.zeros((2, 2))), T=50)
    assert np.isneginf(found.exponents).all()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"T": 0}, "T >= 1"),
        ({"count": 9}, "1 to 2 exponents"),
        ({"xs": np.zeros((50, 1))}, "T > warmup"),
        ({"xs": np.zeros((500, 3))}, r"\(T, 1\)"),
        ({"s0": np.zeros(3)}, r"\(2,\)"),
    ],
)
def test_what_does_not_fit_is_said(asked, said):
    with pytest.raises(ValueError, match=said):
        lyapunov_spectrum(autonomous(np.eye(2)), **asked)


# ---- warm-up and errors -------------------------------------------------------------------------


@pytest.mark.parametrize("N", [5, 86, 87, 100, 200])
def test_warm_up_steps_do_not_count_whatever_the_size(N):
    cell = Elman(np.ones((N, 1)), np.eye(N), np.zeros(N), np.zeros(N))
    xs = np.concatenate([np.full((100, 1), -2.0), np.zeros((100, 1))])
    found = lyapunov_spectrum(cell, xs, np.zeros(N), warmup=100)
    h, slopes = 0.0, []
    for x in xs[:, 0]:  # every unit is the same scalar map
        h = np.tanh(h + x)
        slopes.append(np.log1p(-h * h))
    assert found.times[-1] == 100
    np.testing.assert_allclose(found.exponents, np.mean(slopes[100:]), rtol=1e-9)


def test_sums_and_dimension_grow_with_the_size():
    per_unit = {}
    for N in (100, 200):
        W = np.random.default_rng(2).standard_normal((N, N)) / np.sqrt(N)
        found = lyapunov_spectrum(autonomous(3 * W), T=300, warmup=100)
        per_unit[N] = np.array([found.exponents.sum(), found.dimension]) / N
        room = np.array([found.error_of(np.ones(N)), found.dimension_error]) / N
        assert (room < 0.05).all()
    np.testing.assert_allclose(per_unit[100], per_unit[200], rtol=0.15)


def test_errors_are_as_large_as_the_scatter_of_many_runs():
    W = np.random.default_rng(5).standard_normal((20, 20)) / np.sqrt(20)
    cell = autonomous(3 * W)
    long = lyapunov_spectrum(cell, T=20_000, warmup=300)
    z = []
    for seed in range(40):
        one = lyapunov_spectrum(cell, T=500, rng=np.random.default_rng(seed))
        z.append([
            (one.leading - long.leading) / one.leading_error,
            (one.dimension - long.dimension) / one.dimension_error,
            (one.entropy - long.entropy) / one.entropy_error,
        ])  # fmt: skip
    size = np.sqrt(np.square(z).mean(axis=0))
    assert (size > 0.6).all()
    assert (size < 1.5).all()
    assert (np.abs(z) < 2).mean() > 0.85


def test_every_way_to_the_leading_exponent_tells_its_error():
    W = np.random.default_rng(5).standard_normal((1, 20, 20)) / np.sqrt(20)
    long = lyapunov_spectrum(autonomous(3 * W[0]), T=20_000, warmup=300, count=1).leading
    asked = {"T": 600, "with_errors": True}
    many = [leading_exponents(W, [3.0], rng=np.random.default_rng(k), **asked) for k in range(30)]
    cells = leading_exponents([autonomous(3 * W[0])] * 30, rng=np.random.default_rng(0), **asked)
    for values, errors in (
        (
            np.array([one.exponents[0, 0] for one in many]),
            np.array([one.errors[0, 0] for one in many]),
        ),
        (cells.exponents, cells.errors),
    ):
        assert 0.6 < np.sqrt(np.mean(((values - long) / errors) ** 2)) < 1.5


def test_a_run_at_rest_has_no_error_and_too_short_a_run_none_that_is_known():
    still = lyapunov_spectrum(autonomous(1.5), T=2000)
    assert still.leading_error < 1e-12
    assert np.isnan(lyapunov_spectrum(autonomous(1.5), T=2).leading_error)


def test_inputs_have_the_same_axes_as_everywhere():
    cell = CELLS["GRU"].init(np.random.default_rng(1), 2, 6)
    xs = np.random.default_rng(2).standard_normal((150, 3, 2))
    for batch in range(3):
        found = lyapunov_spectrum(cell, xs, np.zeros((3, 6)), warmup=20, batch=batch)
        alone = lyapunov_spectrum(cell, xs[:, batch], np.zeros(6), warmup=20)
        np.testing.assert_array_equal(found.exponents, alone.exponents)
    with pytest.raises(ValueError, match="wanted batch from 0 to 2"):
        lyapunov_spectrum(cell, xs, warmup=20, batch=3)
