"""Clocks: who moves when, who reads whom, and the network of a single clock."""

import numpy as np
import pytest
import torch

from explorer import Clockwork, Elman, GradientTrace, Trace
from explorer.cells.clockwork import read_periods
from explorer.initialisers import spectral_radius
from tests.cells.numerics import assert_close


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_one_group_of_period_1_is_the_simple_network(activation, rng):
    clockwork = Clockwork.init(rng, 2, 4, periods="1", activation=activation)
    shared = {name: getattr(clockwork, name) for name in ("W_xh", "W_hh", "b_xh", "b_hh")}
    elman = Elman(**shared, activation=activation)
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 4))
    one, other = (GradientTrace.of(Trace.of(cell, xs), dL) for cell in (clockwork, elman))
    assert_close(one.trace.s, other.trace.s, 1e-14)
    assert_close(one.ds, other.ds, 1e-14)
    assert_close(clockwork.jacobian(one.trace.steps), elman.jacobian(other.trace.steps), 1e-14)
    for name, array in one.dcell.named().items():
        assert_close(array, other.dcell.named()[name], 1e-13, name)


@pytest.mark.parametrize(("k", "periods"), [(2, (1, 2, 4, 128)), (3, (1, 5)), (8, (1, 2, 4, 8))])
def test_the_mask_leaves_the_upper_triangle_of_blocks(k, periods, rng):
    G = len(periods)
    cell = Clockwork.init(rng, 1, k * G, periods=periods)
    assert cell.mask.sum() == k * k * G * (G + 1) // 2
    blocks = cell.mask.reshape(G, k, G, k).transpose(0, 2, 1, 3)
    for i in range(G):
        for j in range(G):
            assert (blocks[i, j] == (j >= i)).all()


def test_groups_move_when_their_period_divides_t(rng):
    cell = Clockwork.init(rng, 1, 8, periods="1, 2, 4, 128")
    trace = Trace.of(cell, rng.standard_normal((128, 1, 1)))
    moved = np.diff(trace.s[:, 0], axis=0) != 0
    np.testing.assert_array_equal(moved.sum(axis=0), [128, 128, 64, 64, 32, 32, 1, 1])
    np.testing.assert_array_equal(moved, trace.gates["m"][:, 0] == 1)
    assert moved[127, 6]  # the slowest moves at step 128, where its period divides t
    np.testing.assert_array_equal(1 + np.flatnonzero(moved[:, 4]), np.arange(4, 129, 4))


def test_the_mean_work_of_eight_groups_is_what_is_published(rng):
    periods = tuple(2**k for k in range(8))
    cell = Clockwork.init(rng, 1, 64, periods=periods)
    reads = cell.mask.sum(axis=1)  # multiplications of each unit when it moves
    assert (reads / cell.clocks).sum() / 64**2 == pytest.approx(0.2189, abs=1e-4)


def test_the_time_counts_from_the_start_of_the_run(rng):
    cell = Clockwork.init(rng, 1, 4)
    xs = rng.standard_normal((16, 1, 1))
    whole = Trace.of(cell, xs)
    again = Trace.of(cell, xs[8:], whole.s[8])  # 8 is a multiple of every period
    assert_close(again.s, whole.s[8:], 1e-15)
    late = Trace.of(cell, xs[3:], whole.s[3])
    assert np.abs(late.s - whole.s[3:]).max() > 1e-3
    assert_close(Trace.of(cell.from_step(3), xs[3:], whole.s[3]).s, whole.s[3:], 1e-15)


def test_states_and_gradients_equal_autograd_on_the_published_equations(rng):
    periods, H, T = (1, 2, 3), 6, 9
    cell = Clockwork.init(rng, 2, H, periods=periods, gain=1.5)
    xs, dL = rng.standard_normal((T, 2, 2)), rng.standard_normal((T, 2, H))
    leaves = {k: torch.tensor(a, requires_grad=True) for k, a in cell.named().items()}
    h = torch.zeros(2, H, dtype=torch.float64)
    states, group = [], H // len(periods)
    for t in range(1, T + 1):
        fresh = h.clone()
        for g, period in enumerate(periods):
            if t % period == 0:
                rows = slice(g * group, (g + 1) * group)
                slower = slice(g * group, H)  # a module reads itself and those after it
                drive = (
                    torch.tensor(xs[t - 1]) @ leaves["W_xh"][rows].mT
                    + h[:, slower] @ leaves["W_hh"][rows, slower].mT
                    + leaves["b_xh"][rows] + leaves["b_hh"][rows]
                )  # fmt: skip
                fresh = torch.cat([fresh[:, : rows.start], drive.tanh(), fresh[:, rows.stop :]], 1)
        h = fresh
        states.append(h)
    film = torch.stack(states)
    (film * torch.tensor(dL)).sum().backward()
    gradient = GradientTrace.of(Trace.of(cell, xs), dL)
    assert_close(gradient.trace.s[1:], film.detach().numpy(), 1e-13)
    for name, array in gradient.dcell.named().items():
        assert_close(array, leaves[name].grad.numpy(), 1e-12, name)


def test_the_matrix_that_acts_has_the_wanted_radius(rng):
    cell = Clockwork.init(rng, 1, 8, radius=0.7)
    np.testing.assert_array_equal(cell.W_hh, cell.recurrence)
    assert spectral_radius(cell.recurrence) == pytest.approx(0.7, rel=1e-12)


def test_units_are_called_by_their_clocks(rng):
    cell = Clockwork.init(rng, 1, 3, periods="4 1")
    assert cell.called == ("1 (every 1)", "2 (every 1)", "3 (every 4)")


@pytest.mark.parametrize("said", ["1,2", "2 1", " 1 , 2 ", (2, 1)])
def test_periods_are_read_from_text(said):
    assert read_periods(said) == (1, 2)


@pytest.mark.parametrize("said", ["", " ", "0", "1,0", "-2", "x", "1,x", "1.5", "99999", (), "nan"])
def test_what_is_no_list_of_periods_is_refused_in_a_sentence(said):
    with pytest.raises(ValueError, match=r"periods: wanted whole numbers from 1 to 9999 .* got"):
        read_periods(said)
