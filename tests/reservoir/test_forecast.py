"""A taught reservoir goes on alone: as well as the literature says, and honestly where it fails."""

import numpy as np
import pytest

from explorer.reservoir.forecast import (
    SCALINGS,
    WASHOUT,
    Forecast,
    forecast,
    nrmse,
    squeezed_series,
    taught,
)
from tests.reservoir.drawing import drawn

MACKEY = SCALINGS["mackey-glass"]


def lesson(seed, N=400, train=3000, held_out=2500, name="mackey-glass", ridge=1e-12, **settings):
    series = squeezed_series(name, np.random.default_rng([seed, 9]), WASHOUT + train + held_out)
    options = {"density": 0.05, "leak": 0.8, "bias": 0.2} | settings
    reservoir = drawn([seed, 8], N, inputs=0, fed=series.shape[1], **options)
    return taught(reservoir, series, train, ridge)


def test_mackey_glass_with_400_units_is_foreseen_as_in_the_literature():
    logs = [np.log10(nrmse(lesson(seed), MACKEY)) for seed in range(5)]
    assert np.median(logs) < -2.8, logs  # Jaeger 2001: -3.55


@pytest.mark.parametrize("seed", range(3))
def test_lorenz_is_followed_for_several_lyapunov_times(seed):
    found = lesson(seed, 200, 2000, 600, "lorenz", 1e-8, feedback=0.5)
    assert forecast(found, 500).horizon(0.4) > 2 / (0.906 * 0.02)


@pytest.mark.parametrize("name", SCALINGS)
def test_a_scaling_is_undone(name, rng):
    scaling = SCALINGS[name]
    squeezed = squeezed_series(name, np.random.default_rng(3), 400)
    assert np.abs(squeezed).max() < 1.2
    np.testing.assert_allclose(scaling.squeezed(scaling.restored(squeezed)), squeezed, atol=1e-12)
    wild = np.full((3, squeezed.shape[1]), np.nan)
    if name == "mackey-glass":
        assert np.isfinite(scaling.restored(wild)).all()


def test_the_lesson_ends_where_it_says():
    short = lesson(0, 30, 200, 100, ridge=1e-6)
    h = short.trace.slot("h")[1:, 0]
    assert short.end == WASHOUT + 200
    moved = short.series.copy()
    moved[short.end + 1 :] += 5.0  # what comes after the lesson must not change it
    again = taught(short.reservoir, moved, 200, 1e-6)
    np.testing.assert_array_equal(again.fit.readout.W_hy, short.fit.readout.W_hy)
    ahead = short.fit.readout(h[WASHOUT : short.end]) - short.series[WASHOUT + 1 : short.end + 1]
    assert np.abs(ahead).max() < 0.05
    np.testing.assert_array_equal(
        forecast(again, 20).outputs, forecast(short, 20).outputs
    )  # nor does the truth leak into the run alone


def test_the_error_after_k_steps_is_that_of_the_forecast():
    short = lesson(0, 60, 500, 300, ridge=1e-8)
    run = forecast(short, 40)
    missed = MACKEY.restored(run.outputs[-1]) - MACKEY.restored(short.series[short.end + 40])
    spread = MACKEY.restored(short.series).std()
    found = nrmse(short, MACKEY, ahead=40, starts=1)
    assert found == pytest.approx(abs(missed[0]) / spread, rel=1e-9)
    with pytest.raises(ValueError, match="wanted held-out data longer"):
        nrmse(short, MACKEY, ahead=400)


def test_a_horizon_counts_the_steps_within():
    truth = np.zeros((5, 1))
    for values, wanted in (
        ([0.1, 0.2, 0.5, 0.1, 0.1], 2), ([0.1] * 5, 5), ([9.0] * 5, 0),
        ([0.1, np.nan, 0.1, 0.1, 0.1], 1), ([0.1, 0.1, np.inf, 0.1, 0.1], 2),
    ):  # fmt: skip
        run = Forecast(truth, np.array(values)[:, None], np.zeros((5, 1)), np.ones(1))
        assert run.horizon(0.4) == wanted


def test_an_unstable_linear_reservoir_is_told_apart():
    wild = lesson(0, 20, 300, 100, activation="identity", radius=5.0, density=0.5)
    assert "unstable" in wild.fit.remark
    assert forecast(wild, 50).horizon(0.4) == 0


def test_an_unknown_series_is_named(rng):
    with pytest.raises(ValueError, match="wanted one of mackey-glass, lorenz"):
        squeezed_series("weather", rng, 10)
