"""A push, its true effect and the gradient's forecast."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, Trace
from explorer.activations import IDENTITY
from explorer.dynamics.nudge import nudge


@pytest.fixture(params=CELLS)
def trace(request, rng):
    """Give a short run of every cell."""
    cell = CELLS[request.param].init(rng, 2, 5)
    return Trace.of(cell, rng.standard_normal((12, 1, 2)))


def test_the_true_difference_is_that_of_two_runs(trace):
    k, entry, push = 4, trace.cell.S - 1, 0.2
    start = trace.s[k].copy()
    start[0, entry] += push
    other = Trace.of(trace.cell.from_step(k), trace.x[k:], start)
    np.testing.assert_allclose(nudge(trace, k, entry, push).true, (other.s - trace.s[k:])[:, 0])


def test_what_the_forecast_misses_falls_as_the_square_of_the_push(trace):
    cell = trace.cell
    unit = list(cell.slots).index(cell.fed) * cell.H + 1  # of the slot that is handed on
    errors = [nudge(trace, 3, unit, push).error[1:] for push in (1e-2, 1e-3)]
    ratio = np.log10(errors[0][:6] / errors[1][:6])
    np.testing.assert_allclose(ratio, 2, atol=0.15)


def test_a_linear_network_is_foreseen_exactly(rng):
    cell = replace(CELLS["Elman"].init(rng, 1, 4, recurrent="orthogonal"), activation=IDENTITY)
    found = nudge(Trace.of(cell, rng.standard_normal((30, 1, 1))), 0, 2, 5.0)
    assert found.error.max() < 1e-12
    assert found.breaks() is None


def test_a_large_push_breaks_the_forecast(rng):
    cell = CELLS["Elman"].init(rng, 1, 4, recurrent="orthogonal")
    trace = Trace.of(cell, rng.standard_normal((10, 1, 1)))
    assert nudge(trace, 2, 0, 50.0).breaks() == 3


def test_at_the_last_step_nothing_follows(trace):
    found = nudge(trace, trace.T, 0, 0.1)
    assert found.true.shape == (1, trace.cell.S)
    assert found.error[0] == 0


@pytest.mark.parametrize(
    "bad", [(13, 0, 0.1), (-1, 0, 0.1), (0, 99, 0.1), (0, 0, 0.0), (0, 0, np.inf)]
)
def test_what_cannot_be_pushed_is_refused_in_a_sentence(trace, bad):
    with pytest.raises(ValueError, match=r"nudge: wanted .* got"):
        nudge(trace, *bad)


def test_a_push_of_1e300_ends_in_numbers_without_warning(trace):
    found = nudge(trace, 2, 0, 1e300)
    assert found.true.shape == (11, trace.cell.S)
