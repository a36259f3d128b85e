"""A gradient by lags: its parts add up to the whole, and to every truncated one on the way."""

import numpy as np
import pytest

from explorer import CELLS, Elman, GradientTrace, Trace
from explorer.learning.lags import by_lag, missing
from explorer.learning.losses import LastState
from explorer.learning.truncation import truncated


@pytest.mark.parametrize("name", CELLS)
def test_the_first_lags_are_what_a_window_sees(name, rng):
    cell = CELLS[name].init(rng, 2, 4, gain=1.3)
    trace = Trace.of(cell, rng.standard_normal((9, 2, 2)))
    dL_ds = rng.standard_normal((9, 2, cell.S))
    whole = GradientTrace.of(trace, dL_ds).dcell.flat()
    sums = np.cumsum([lag.flat() for lag in by_lag(trace, dL_ds)], axis=0)
    parts = missing(trace, dL_ds)
    for window in range(1, 10):
        cut = truncated(trace, dL_ds, window).dcell.flat()
        np.testing.assert_allclose(sums[window - 1], cut, rtol=0, atol=1e-12 * np.abs(whole).max())
        lost = np.linalg.norm(whole - cut) / np.linalg.norm(whole)
        assert parts["all"][window - 1] == pytest.approx(lost, rel=1e-9, abs=1e-13)
    assert parts["all"][-1] == 0
    assert set(parts) == {*cell.named(), "all"}


@pytest.mark.parametrize("w", [0.5, 0.9, 0.97])
def test_one_linear_unit_under_a_constant_input_misses_w_to_the_K(w):
    one = np.ones((1, 1))
    cell = Elman(one, w * one, np.zeros(1), np.zeros(1), activation="identity")
    T = 2000
    trace = Trace.of(cell, np.ones((T, 1, 1)))
    share = missing(trace, LastState().gradient(trace))["W_xh"]
    K = np.arange(1, 101)
    np.testing.assert_allclose(share[:100], w**K, rtol=1e-9)
    assert w != 0.9 or round(share[9], 6) == 0.348678


def test_where_there_is_no_gradient_nothing_is_missed_and_nothing_warned(rng):
    trace = Trace.of(CELLS["GRU"].init(rng, 1, 3), np.ones((5, 1, 1)))
    assert np.isnan(missing(trace, np.zeros((5, 1, 3)))["all"]).all()
