"""A loss and its gradient say the same: one is the slope of the other."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Trace
from explorer.cells import CELLS
from explorer.gradients import GradientTrace
from explorer.learning.losses import EveryState, LastState, Loss, OneUnit

LOSSES = (
    LastState(), EveryState(), OneUnit(), OneUnit(t=3, unit=2), OneUnit(t=99, unit=99),
    OneUnit(t=-5, unit=-5),
)  # fmt: skip


@pytest.fixture(params=CELLS.values(), ids=CELLS)
def trace(request, rng):
    cell = request.param.init(rng, 2, 3)
    return Trace.of(cell, rng.standard_normal((4, 2, 2)), rng.standard_normal((2, cell.S)))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_is_the_slope_of_the_value(trace, loss, rng):
    toward = rng.standard_normal(trace.s[1:].shape)
    whole = np.concatenate([np.zeros_like(toward[:1]), toward])
    step = 1e-6
    moved = [loss.value(replace(trace, s=trace.s + sign * whole)) for sign in (step, -step)]
    slope = (moved[0] - moved[1]) / (2 * step)
    assert np.sum(loss.gradient(trace) * toward) == pytest.approx(slope, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_whole_gradient_is_the_slope_of_the_value_in_the_start(trace, loss, rng):
    gradients = GradientTrace.of(trace, loss.gradient(trace))
    toward = rng.standard_normal(trace.s[0].shape)
    step = 1e-5
    up, down = (
        loss.value(Trace.of(trace.cell, trace.x, trace.s[0] + sign * toward))
        for sign in (step, -step)
    )
    assert np.sum(gradients.ds[0] * toward) == pytest.approx((up - down) / (2 * step), abs=1e-8)


@pytest.mark.parametrize("loss", LOSSES)
def test_only_the_hidden_state_is_looked_at(trace, loss):
    injected = loss.gradient(trace)
    assert injected.shape == trace.s[1:].shape
    assert not injected[..., trace.cell.H :].any()


def test_every_cell_starts_with_norm_one(trace):
    injected = LastState().gradient(trace)
    np.testing.assert_allclose(np.linalg.norm(injected[-1], axis=1), 1, rtol=0, atol=1e-15)
    assert not injected[:-1].any()
    every = np.linalg.norm(EveryState().gradient(trace), axis=2)
    np.testing.assert_allclose(every, 1, rtol=0, atol=1e-15)


def test_a_unit_and_a_step_outside_move_to_the_nearest():
    for loss, (t, unit) in ((OneUnit(t=9, unit=9), (3, 2)), (OneUnit(t=-9, unit=-9), (0, 0))):
        assert np.argwhere(loss.weights(4, 3)).tolist() == [[t, unit]]
    assert np.argwhere(OneUnit(t=2, unit=1).weights(4, 3)).tolist() == [[1, 1]]


def test_the_smallest_sequence_has_a_loss(rng):
    cell = CELLS["Elman"].init(rng, 1, 1)
    trace = Trace.of(cell, np.ones((1, 1, 1)))
    for loss in LOSSES:
        assert loss.value(trace) == pytest.approx(trace.s[1, 0, 0])


def test_losses_are_plain_values():
    assert OneUnit(t=2) == OneUnit(t=2) != OneUnit(t=3)
    assert len({LastState(), EveryState(), OneUnit(), LastState()}) == 3
    for loss in LOSSES:
        assert loss.name
        assert "L =" in loss.latex


def test_a_loss_that_looks_at_nothing_is_refused(trace):
    with pytest.raises(TypeError, match="wanted LastState"):
        Loss("none", "").value(trace)
