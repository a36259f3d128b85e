"""A reservoir is what its settings say: radius, density, leak, scales; and it runs as the cell."""

import numpy as np
import pytest

from explorer import Elman, Trace
from explorer.initialisers import spectral_radius
from explorer.readout import Readout
from explorer.reservoir import WIRINGS, LeakyUnits, Reservoir, wired
from tests.cells.numerics import assert_close
from tests.reservoir.drawing import drawn

SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_wiring_has_radius_one(seed, wiring):
    W, remark = wired(np.random.default_rng(seed), 30, wiring, 0.3)
    assert spectral_radius(W) == pytest.approx(1, abs=1e-9)
    assert remark == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_density_is_the_share_of_weights_and_only_adds(seed):
    sparse, dense = (wired(np.random.default_rng(seed), 100, "sparse", p)[0] for p in (0.05, 0.2))
    assert abs((sparse != 0).mean() - 0.05) < 0.01
    assert abs((dense != 0).mean() - 0.2) < 0.02
    assert (dense[sparse != 0] != 0).all()
    (ratio,) = {round(r, 9) for r in dense[sparse != 0] / sparse[sparse != 0]}
    assert ratio > 0  # scaled to the radius, the same weights


def test_nothing_left_or_no_loop_is_said():
    W, remark = wired(np.random.default_rng(0), 10, "sparse", 0.0)
    assert not W.any()
    assert remark.startswith("At this density no connection between units is left")
    for seed in range(100):
        W, remark = wired(np.random.default_rng(seed), 4, "sparse", 0.1)
        if W.any() and remark:
            break
    assert "all eigenvalues are 0" in remark
    assert np.isfinite(W).all()


@pytest.mark.parametrize("wrong", [(0, "sparse", 0.1), (5, "star", 0.1), (5, "sparse", 1.5)])
def test_what_is_no_wiring_is_named(wrong):
    with pytest.raises(ValueError, match="wired: wanted N >= 1"):
        wired(np.random.default_rng(0), *wrong)


@pytest.mark.parametrize("leak", [-0.1, 1.1, np.nan])
def test_a_leak_is_a_share(leak):
    with pytest.raises(ValueError, match="wanted a leak from 0 to 1"):
        LeakyUnits(*(np.ones((1, 1)),) * 2, *(np.ones(1),) * 2, leak=leak)


def test_without_a_leak_the_units_are_those_of_elman(rng):
    cell = LeakyUnits.init(rng, 2, 5)
    same = Elman(cell.W_xh, cell.W_hh, cell.b_xh, cell.b_hh)
    xs = rng.standard_normal((12, 3, 2))
    np.testing.assert_array_equal(Trace.of(cell, xs).s, Trace.of(same, xs).s)


def test_a_leak_of_zero_never_moves(rng):
    cell = LeakyUnits.init(rng, 2, 5, leak=0.0)
    s = Trace.of(cell, rng.standard_normal((9, 1, 2)), rng.standard_normal((1, 5))).s
    np.testing.assert_array_equal(s, np.broadcast_to(s[0], s.shape))


@pytest.mark.parametrize("seed", SEEDS)
def test_scales_multiply_what_is_drawn(seed):
    one = drawn(seed, inputs=2, fed=3, bias=1.0)
    other = drawn(seed, inputs=2, fed=3, input_scale=0.5, feedback=3.0, bias=0.1)
    ratio = other.cell.W_xh / one.cell.W_xh
    np.testing.assert_allclose(ratio, np.tile([0.5, 0.5, 3, 3, 3], (20, 1)))
    np.testing.assert_allclose(other.cell.b_xh, 0.1 * one.cell.b_xh)
    assert np.abs(one.cell.W_xh).max() <= 1


def test_a_ring_hands_the_input_round():
    ring = drawn(0, N=6, wiring="ring", radius=0.5, activation="identity")
    pulse = np.zeros((12, 1))
    pulse[0] = 1.0
    h = ring.driven(pulse).slot("h")[1:, 0]
    for t in range(12):
        wanted = np.zeros(6)
        wanted[t % 6] = 0.5**t
        assert_close(h[t], wanted, 1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_alone_it_hears_its_own_output(seed):
    reservoir, rng = drawn(seed, inputs=0, fed=2, leak=0.7, bias=0.2), np.random.default_rng(seed)
    readout = Readout.init(rng, 20, 2)
    s, y = rng.standard_normal((3, 20)), rng.standard_normal((3, 2))
    outputs, states = reservoir.free(readout, s, y, 7)
    assert outputs.shape == (7, 3, 2)
    heard = np.concatenate([y[None], outputs[:-1]])
    forced = Trace.of(reservoir.cell, heard, s)
    assert_close(states, forced.s[1:], 1e-13)
    assert_close(outputs, readout(forced.s[1:]), 1e-13)


def test_several_starts_hear_the_same(rng):
    reservoir = drawn(1)
    xs, s0 = rng.standard_normal((9, 1)), rng.standard_normal((2, 20))
    both = reservoir.driven(xs, s0)
    for b in range(2):
        assert_close(both.s[:, b : b + 1], reservoir.driven(xs, s0[b : b + 1]).s, 1e-13)
    assert isinstance(reservoir, Reservoir)
