"""The map of a network left to itself, asked of every cell that is found."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS
from explorer.cells.records import FOREVER, Clamp
from explorer.dynamics import Autonomous
from tests.cells.specimens import SPECIMENS

KINDS = [*CELLS.values(), *SPECIMENS]


@pytest.fixture(params=KINDS, ids=[kind.__name__ for kind in KINDS])
def flow(request, rng):
    cell = request.param.init(rng, 2, 5, recurrent="gaussian", gain=2.0)
    return Autonomous.of(cell, rng.standard_normal(2))


def test_one_turn_of_the_clocks_leads_on_as_the_next_does(flow, rng):
    s, period = rng.uniform(-1, 1, (3, flow.S)), flow.cell.period
    xs = np.broadcast_to(flow.x, (3, 2))
    twice = s
    for t in range(2 * period):
        twice = flow.cell.step(t, xs, twice).s
    np.testing.assert_allclose(flow(flow(s)), twice, atol=1e-14)


def test_its_jacobian_is_the_derivative(flow, rng):
    s = rng.uniform(-0.9, 0.9, (2, flow.S))
    F, J = flow.linear(s)
    np.testing.assert_array_equal(F, flow(s))
    for i, unit in enumerate(np.eye(flow.S)):
        there = (flow(s + 1e-6 * unit) - flow(s - 1e-6 * unit)) / 2e-6
        np.testing.assert_allclose(J[:, :, i], there, atol=1e-7)


def test_no_step_leaves_the_box(flow, rng):
    if flow.box is None:
        pytest.skip("this cell knows no box")
    low, high = flow.box
    corners = np.where(rng.random((200, flow.S)) < 0.5, low, high)
    inside = low + (high - low) * rng.random((200, flow.S))
    new = flow(np.concatenate([corners, inside]))
    assert (new >= low - 1e-12).all()
    assert (new <= high + 1e-12).all()


def test_the_still_map_rests_where_the_network_does(flow):
    s = flow.drawn(np.random.default_rng(1), 50)
    for _ in range(3000):
        s = flow(s)
    rested = np.linalg.norm(flow(s) - s, axis=1) < 1e-13
    r, J = flow.still.linear(s[rested])
    # A slow network is still on its way: what is left is its Newton correction.
    assert np.linalg.norm(r - s[rested], axis=1).max(initial=0.0) < 1e-9
    assert np.isfinite(J).all()


def test_cells_that_can_leave_every_box_know_none(rng):
    relu = CELLS["Elman"].init(rng, 1, 3, activation="relu")
    assert relu.box(np.zeros(1)) is None
    assert CELLS["PeepholeLSTM"].init(rng, 1, 3).box(np.zeros(1)) is None


def test_surgery_beyond_a_gate_s_range_takes_the_box_away(rng):
    cell = CELLS["GRU"].init(rng, 1, 3)
    assert cell.clamped(Clamp("z", 0.5, 0, FOREVER)).box(np.zeros(1)) is not None
    assert cell.clamped(Clamp("z", -0.5, 0, FOREVER)).box(np.zeros(1)) is None


def test_the_box_of_an_lstm_is_as_tight_as_its_gates_allow():
    rng = np.random.default_rng(3)
    cell = CELLS["LSTM"].init(rng, 1, 4, gain=0.0, keep_bias=2.0)
    low, high = Autonomous.of(cell).box
    assert (high[4:] < 1 / (1 - 1 / (1 + np.exp(-2.0))) + 1e-12).all()
    np.testing.assert_array_equal(low, -high)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda cell: Autonomous.of("no cell"), "wanted a cell"),
        (lambda cell: Autonomous.of(replace(cell, W_hh=cell.W_hh * np.nan)), "in W_hh"),
        (lambda cell: Autonomous.of(cell, np.zeros(3)), "constant input of 2"),
        (lambda cell: Autonomous.of(cell, np.array([0.0, np.inf])), "finite"),
    ],
)
def test_what_has_no_dynamics_is_said(make, said, rng):
    cell = CELLS["Elman"].init(rng, 2, 3)
    with pytest.raises((ValueError, TypeError), match=said):
        make(cell)
