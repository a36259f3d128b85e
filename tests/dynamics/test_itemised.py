"""The itemised matrix against separate backward passes of torch, and its entries taken apart."""

import numpy as np
import pytest
import torch

from explorer import CELLS, GradientTrace, Trace
from explorer.dynamics.itemised import chain, itemised, reading
from tests.cells.witnesses import WITNESSES


@pytest.fixture(params=CELLS)
def trace(request, rng):
    """Give a short run of every cell."""
    cell = CELLS[request.param].init(rng, 2, 4)
    return Trace.of(cell, rng.standard_normal((9, 1, 2)))


def by_torch(trace):
    """Return ∂L_t/∂s_k (T, T+1, S) by one torch backward pass for each loss."""
    cell = trace.cell
    name = type(cell).__name__
    setting = cell.activation.name if hasattr(cell, "activation") else ""
    step = WITNESSES[name, setting]
    weights = {key: torch.tensor(array) for key, array in cell.named().items()}
    u = torch.tensor(reading(cell))
    states = [torch.tensor(trace.s[0], requires_grad=True)]
    for t, x in enumerate(torch.tensor(trace.x), 1):
        state = step(weights, x, states[-1], t)
        state.retain_grad()
        states.append(state)
    entries = np.zeros((trace.T, trace.T + 1, cell.S))
    for t in range(1, trace.T + 1):
        for state in states:
            state.grad = None
        (states[t] @ u).sum().backward(retain_graph=True)
        for k in range(t + 1):
            entries[t - 1, k] = states[k].grad[0]
    return entries


def test_every_entry_is_that_of_a_backward_pass_of_its_own(trace):
    wanted, found, H = by_torch(trace), itemised(trace), trace.cell.H
    below = np.tri(trace.T, trace.T + 1, 1, dtype=bool)
    size = np.linalg.norm(wanted, axis=2)
    np.testing.assert_allclose(found.whole[below], size[below], rtol=1e-10)
    for n, slot in enumerate(trace.cell.slots):
        size = np.linalg.norm(wanted[..., n * H : (n + 1) * H], axis=2)
        np.testing.assert_allclose(found.norms[slot][below], size[below], rtol=1e-10, atol=1e-300)
    assert np.isnan(found.whole[~below]).all()


def test_a_row_is_the_gradient_of_its_loss(trace):
    dL_ds = np.zeros_like(trace.s[1:])
    dL_ds[5, 0] = reading(trace.cell)
    row = GradientTrace.of(trace, dL_ds).norm()
    np.testing.assert_allclose(itemised(trace).whole[5, :7], row[:7], rtol=1e-12)


@pytest.mark.parametrize(("t", "k"), [(9, 0), (9, 8), (4, 1), (1, 0)])
def test_slopes_and_weights_multiply_back_to_the_entry(trace, t, k):
    links = chain(trace, t, k)
    assert len(links.slope) == t - k
    assert links.product == pytest.approx(itemised(trace).whole[t - 1, k], rel=1e-12)


def test_in_a_linear_orthogonal_network_only_the_weights_act(rng):
    cell = CELLS["Elman"].init(rng, 1, 6, recurrent="orthogonal", radius=0.8, activation="identity")
    links = chain(Trace.of(cell, rng.standard_normal((7, 1, 1))), 7, 0)
    np.testing.assert_allclose(links.slope, 1, rtol=1e-12)
    np.testing.assert_allclose(links.weight, 0.8, rtol=1e-12)


def test_in_an_orthogonal_tanh_network_only_the_slopes_act(rng):
    cell = CELLS["Elman"].init(rng, 1, 6, recurrent="orthogonal")
    links = chain(Trace.of(cell, rng.standard_normal((7, 1, 1))), 7, 0)
    np.testing.assert_allclose(links.weight, 1, rtol=1e-12)
    assert (links.slope < 1).all()


def test_the_diagonal_is_taken_apart_into_nothing(trace):
    links = chain(trace, 3, 3)
    assert len(links.slope) == 0
    assert links.product == 1.0


@pytest.mark.parametrize(("t", "k"), [(0, 0), (3, 4), (10, 0), (2, -1)])
def test_an_entry_outside_the_triangle_is_refused_in_a_sentence(trace, t, k):
    with pytest.raises(ValueError, match="chain: wanted 0 <= k <= t <= 9"):
        chain(trace, t, k)


def test_an_exploding_run_is_itemised_as_far_as_it_goes(rng):
    cell = CELLS["Elman"].init(rng, 1, 3, recurrent="identity", gain=1e30, activation="relu")
    found = itemised(Trace.of(cell, np.ones((20, 1, 1))))
    assert np.isfinite(found.whole[0, :2]).all()
