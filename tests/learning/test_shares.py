"""Shares: what the steps owe a weight adds up to its gradient, however it is summed."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, GradientTrace, Trace
from explorer.learning.losses import EveryState
from explorer.learning.shares import running_sums, share_of


@pytest.fixture(params=CELLS.values(), ids=CELLS)
def gradients(request, rng):
    cell = request.param.init(rng, 2, 3, gain=1.5)
    trace = Trace.of(cell, rng.standard_normal((6, 1, 2)), rng.standard_normal((1, cell.S)))
    return GradientTrace.of(trace, EveryState().gradient(trace))


def test_the_shares_add_up_to_the_gradient(gradients):
    *_, total = running_sums(gradients)
    for name, array in gradients.dcell.named().items():
        np.testing.assert_allclose(total.named()[name], array, rtol=1e-12, atol=1e-14)


def test_each_sum_is_the_one_before_and_one_share_more(gradients):
    sums, T = list(running_sums(gradients)), gradients.trace.T
    assert len(sums) == T
    before = gradients.cell.map(np.zeros_like)
    for t, total in zip(range(T - 1, -1, -1), sums, strict=True):
        step = total.map(np.subtract, before)
        for name, array in gradients.share_at(t).named().items():
            np.testing.assert_allclose(step.named()[name], array, rtol=1e-12, atol=1e-14)
            norm = np.linalg.norm(array)
            assert gradients.shares[name][t] == pytest.approx(norm, rel=1e-12)
        before = total


@pytest.mark.parametrize("name", ["W_xh", "W_hh"])
def test_each_entry_is_an_error_times_what_it_weighs(gradients, name):
    for place, whole in np.ndenumerate(gradients.dcell.named()[name]):
        share = share_of(gradients, name, *place)
        assert share.running[0] == pytest.approx(whole, rel=1e-12, abs=1e-14)
        for t in range(gradients.trace.T):
            own = gradients.share_at(t).named()[name][place]
            assert share.value[t] == pytest.approx(own, rel=1e-12, abs=1e-15)


def test_a_weight_that_a_mask_forbids_is_known_for_one(gradients):
    acts = np.ones_like(gradients.cell.W_hh)
    acts = replace(gradients.cell, W_hh=acts).recurrence if gradients.cell.fed == "h" else acts
    for place in np.ndindex(acts.shape):
        share = share_of(gradients, "W_hh", *place)
        assert share.masked == (acts[place] == 0)
        assert not (share.masked and share.value.any())


@pytest.mark.parametrize("place", [(-1, 0), (0, -1), (10**6, 0), (0, 10**6)])
def test_an_entry_that_is_not_there_is_refused(gradients, place):
    with pytest.raises(ValueError, match="W_hh has no entry"):
        share_of(gradients, "W_hh", *place)


@pytest.mark.parametrize("name", ["b_hh", "nothing"])
def test_only_matrices_have_entries_with_a_source(gradients, name):
    with pytest.raises(ValueError, match=f"{name} has no entry"):
        share_of(gradients, name, 0, 0)
