"""Truncation: a window of T is everything, a window of K misses exactly what it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import CELLS, Elman, GradientTrace, Trace
from explorer.learning.losses import EveryState, LastState, OneUnit
from explorer.learning.truncation import carried, truncated
from tests.strategies import runs

LOSSES = (LastState(), EveryState(), OneUnit(t=3, unit=1))


def close(ours, theirs, tolerance=1e-12):
    """Assert that two gradients are one, relative to their norm."""
    for name, array in theirs.named().items():
        assert np.linalg.norm(ours.named()[name] - array) <= tolerance * max(theirs.norm(), 1e-300)


@pytest.fixture(params=CELLS.values(), ids=CELLS)
def trace(request, rng):
    cell = request.param.init(rng, 2, 3, gain=1.5)
    return Trace.of(cell, rng.standard_normal((7, 2, 2)), rng.standard_normal((2, cell.S)))


@pytest.mark.parametrize("window", [7, 8, 1000])
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_window_of_all_steps_is_the_whole_gradient(trace, loss, window):
    whole = GradientTrace.of(trace, loss.gradient(trace))
    ours = truncated(trace, loss.gradient(trace), window)
    np.testing.assert_allclose(ours.ds, whole.ds, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ours.dx, whole.dx, rtol=1e-12, atol=1e-14)
    close(ours.dcell, whole.dcell)


@pytest.mark.parametrize("window", [1, 2, 5])
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_each_loss_is_carried_back_through_the_window_and_no_further(trace, loss, window):
    """The slow way: one sweep for each loss, and only the shares of its K steps."""
    dL = loss.gradient(trace)
    total = trace.cell.map(np.zeros_like)
    ds = np.zeros_like(trace.s)
    for t in range(1, trace.T + 1):
        alone = np.zeros_like(dL)
        alone[t - 1] = dL[t - 1]
        sweep = GradientTrace.of(trace, alone)
        ds[max(t - window, 0) : t + 1] += sweep.ds[max(t - window, 0) : t + 1]
        for k in range(max(t - window, 0), t):
            total = total.map(np.add, sweep.share_at(k))
    ours = truncated(trace, dL, window)
    close(ours.dcell, total)
    np.testing.assert_allclose(ours.ds, ds, rtol=1e-11, atol=1e-14)


def test_what_is_there_is_what_goes_on_until_the_window_ends(trace):
    there, onward = carried(trace, LastState().gradient(trace), 3)
    np.testing.assert_array_equal(there[5:], onward[5:])
    assert there[4].any()
    assert not onward[:5].any()
    assert not there[:4].any()


@pytest.mark.parametrize("w", [0.5, 0.9, 0.99, -0.9])
@pytest.mark.parametrize("window", [1, 10, 30])
def test_one_linear_unit_misses_the_share_w_to_the_power_of_the_window(w, window):
    one = np.ones((1, 1))
    cell = Elman(one, w * one, np.zeros(1), np.zeros(1), "identity")
    trace = Trace.of(cell, np.ones((4000, 1, 1)))
    dL = LastState().gradient(trace)
    whole = GradientTrace.of(trace, dL).dcell.W_xh.item()
    missing = 1 - truncated(trace, dL, window).dcell.W_xh.item() / whole
    assert missing == pytest.approx(w**window, rel=1e-9)


def test_the_example_of_the_page():
    one = np.ones((1, 1))
    cell = Elman(one, 0.9 * one, np.zeros(1), np.zeros(1), "identity")
    trace = Trace.of(cell, np.ones((400, 1, 1)))
    dL = LastState().gradient(trace)
    whole = GradientTrace.of(trace, dL).dcell.W_xh.item()
    assert 1 - truncated(trace, dL, 10).dcell.W_xh.item() / whole == pytest.approx(
        0.348678, abs=1e-6
    )


@pytest.mark.parametrize("window", [0, -3])
def test_a_window_without_a_step_is_refused(trace, window):
    with pytest.raises(ValueError, match=f"a window of at least 1 step, got {window}"):
        truncated(trace, LastState().gradient(trace), window)


@settings(deadline=None, max_examples=40)
@given(trace=runs(), window=st.integers(1, 12))
def test_any_run_can_be_truncated(trace, window):
    dL = EveryState().gradient(trace)
    ours = truncated(trace, dL, window)
    if window >= trace.T:
        close(ours.dcell, GradientTrace.of(trace, dL).dcell, 1e-9)


def test_a_run_that_left_float64_is_truncated_without_a_word(rng):
    cell = Elman.init(rng, 1, 3, recurrent="gaussian", gain=1e200, activation="identity")
    trace = Trace.of(cell, np.ones((9, 1, 1)))
    assert trace.finite() < 10
    assert not np.isfinite(truncated(trace, EveryState().gradient(trace), 5).dcell.norm())
