"""Who feeds the network, what that does to its gradient, and which path forcing cuts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from explorer import CELLS
from explorer.readout import Readout
from explorer.wiring.fed import Fed
from explorer.wiring.forcing import ForcedGradient, ForcedRun, coins
from tests.cells.numerics import assert_close, complex_step

T, B, H, O = 7, 2, 4, 2  # noqa: E741


@pytest.fixture(params=CELLS)
def network(request, rng):
    return Fed.init(rng, CELLS[request.param], H, O, gain=1.5)


@pytest.fixture(params=[0.0, 0.5, 1.0], ids=["free", "scheduled", "forced"])
def run(request, network, rng):
    truth = rng.standard_normal((T + 1, B, O))
    return ForcedRun.of(network, truth, coins(rng, T, B, request.param))


def along(run, moved, dL_dy):
    """Return Σ dL·y of the network with its weights replaced, for complex weights too."""
    return np.sum(dL_dy * ForcedRun.of(moved, run.truth, run.forced).y)


def nested(network, name, array):
    """Return the network with one array, by its dotted name, replaced."""
    part, _, inner = name.partition(".")
    return replace(network, **{part: replace(getattr(network, part), **{inner: array})})


def test_every_gradient_is_exact_through_the_outputs_that_were_eaten(run, rng):
    dL_dy = rng.standard_normal((T, B, O))
    found = ForcedGradient.of(run, dL_dy).dnetwork.named()
    wide = run.network.map(lambda array: array.astype(complex))
    assert found.keys() == run.network.named().keys()
    for name, array in run.network.named().items():
        slope = complex_step(lambda a, name=name: along(run, nested(wide, name, a), dL_dy), array)
        assert_close(found[name], slope, 1e-12, name)


def test_a_step_eats_what_the_coin_says(run):
    np.testing.assert_array_equal(run.meal[0], run.truth[0])
    for t in range(1, T):
        for b in range(B):
            wanted = run.truth[t, b] if run.forced[t, b] else run.y[t - 1, b]
            np.testing.assert_array_equal(run.meal[t, b], wanted)


def test_under_full_forcing_bptt_of_a_jordan_network_is_the_one_step_gradient(rng):
    network = Fed.init(rng, CELLS["Jordan"], H, O, gain=2.0)
    truth, dL_dy = rng.standard_normal((20, 3, O)), rng.standard_normal((19, 3, O))
    run = ForcedRun.of(network, truth, coins(rng, 19, 3, 1.0))
    whole = ForcedGradient.of(run, dL_dy)
    single = ForcedGradient.of(run, dL_dy, outputs=False, states=False)
    for name, array in whole.dnetwork.named().items():
        np.testing.assert_array_equal(array, single.dnetwork.named()[name], name)
    np.testing.assert_array_equal(whole.dy, dL_dy)
    assert not whole.carried.any()
    assert (whole.cut[1:] > 0).all()
    free = ForcedRun.of(network, truth, coins(rng, 19, 3, 0.0))
    whole, single = (
        ForcedGradient.of(free, dL_dy, outputs=o, states=o).dnetwork for o in (True, False)
    )
    assert np.abs(whole.cell.W_hh - single.cell.W_hh).max() > 1e-3


@pytest.mark.parametrize("cell", ["Elman", "LSTM", "GRU"])
def test_forcing_cuts_the_outputs_and_leaves_the_state(cell, rng):
    network = Fed.init(rng, CELLS[cell], H, O)
    truth, dL_dy = rng.standard_normal((T + 1, B, O)), rng.standard_normal((T, B, O))
    run = ForcedRun.of(network, truth, coins(rng, T, B, 1.0))
    whole, given = (ForcedGradient.of(run, dL_dy, outputs=o) for o in (True, False))
    np.testing.assert_array_equal(whole.ds, given.ds)
    single = ForcedGradient.of(run, dL_dy, states=False)
    assert np.abs(whole.ds[0] - single.ds[0]).max() > 1e-6


def test_an_elman_network_fed_with_its_output_equals_torch_autograd(rng):
    network = Fed.init(rng, CELLS["Elman"], H, O)
    truth, dL_dy = rng.standard_normal((T + 1, B, O)), rng.standard_normal((T, B, O))
    forced = coins(rng, T, B, 0.4)
    leaves = {k: torch.tensor(a, requires_grad=True) for k, a in network.named().items()}
    h, y = torch.zeros(B, H, dtype=torch.float64), torch.tensor(truth[0])
    total = 0.0
    for t in range(T):
        teacher = torch.tensor(forced[t])[:, None]
        meal = torch.where(teacher, torch.tensor(truth[t]), y)
        h = torch.tanh(
            meal @ leaves["cell.W_xh"].mT + leaves["cell.b_xh"]
            + h @ leaves["cell.W_hh"].mT + leaves["cell.b_hh"]
        )  # fmt: skip
        y = h @ leaves["readout.W_hy"].mT + leaves["readout.b_y"]
        total = total + (y * torch.tensor(dL_dy[t])).sum()
    total.backward()
    found = ForcedGradient.of(ForcedRun.of(network, truth, forced), dL_dy).dnetwork.named()
    for name, leaf in leaves.items():
        assert_close(found[name], leaf.grad.numpy(), 1e-13, name)


def test_more_forcing_keeps_the_steps_that_were_forced(rng):
    thrown = [coins(np.random.default_rng(1), 200, 3, p) for p in (0.0, 0.3, 0.7, 1.0)]
    for less, more in pairwise(thrown):
        assert (more | ~less).all()
    assert thrown[0][1:].sum() == 0
    assert thrown[-1].all()
    assert thrown[1][1:].mean() == pytest.approx(0.3, abs=0.06)


def test_the_error_is_that_of_the_answers(run):
    value, dL_dy = run.squared(skip=2)
    miss = run.y[2:] - run.truth[3:]
    assert value == pytest.approx(np.mean(miss**2))
    assert not dL_dy[:2].any()
    np.testing.assert_allclose(run.error, np.linalg.norm(run.y - run.truth[1:], axis=2))


def test_a_run_that_leaves_float64_is_no_error(rng):
    network = Fed.init(rng, CELLS["Elman"], H, O, activation="identity", gain=1e9)
    run = ForcedRun.of(network, np.ones((200, 1, O)), coins(rng, 199, 1, 0.0))
    assert not np.isfinite(run.error).all()
    assert ForcedGradient.of(run, np.ones((199, 1, O))).norm.shape == (199,)


def test_what_does_not_fit_is_refused_in_a_sentence(rng):
    elman, jordan = (CELLS[name].init(rng, 2, 3) for name in ("Elman", "Jordan"))
    with pytest.raises(ValueError, match=r"Fed: wanted a read-out if, and only if"):
        Fed(elman)
    with pytest.raises(ValueError, match=r"Fed: wanted a read-out if, and only if"):
        Fed(jordan, Readout.init(rng, 3, 2))
    with pytest.raises(ValueError, match=r"Fed: wanted as many outputs as inputs"):
        Fed(elman, Readout.init(rng, 3, 1))
    network = Fed(elman, Readout.init(rng, 3, 2))
    with pytest.raises(ValueError, match=r"ForcedRun.of: wanted truth"):
        ForcedRun.of(network, np.ones((5, 1, 2)), np.zeros((4, 1), bool))
