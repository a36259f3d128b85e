import inspect

import numpy as np
import pytest
import torch

from explorer.cells import CELLS
from explorer.learning.clipping import limited
from explorer.learning.model import Model
from explorer.learning.optimisers import OPTIMISERS, SGD, Adam, Momentum, RMSProp
from explorer.learning.schedules import SCHEDULES, Cosine, Steps, WarmUp

PAIRS = {
    "SGD": (SGD(0.1), lambda w: torch.optim.SGD(w, 0.1)),
    "Momentum": (Momentum(0.1, keep=0.8), lambda w: torch.optim.SGD(w, 0.1, momentum=0.8)),
    "RMSProp": (RMSProp(0.01), lambda w: torch.optim.RMSprop(w, 0.01)),
    "Adam": (Adam(0.01), lambda w: torch.optim.Adam(w, 0.01)),
}


def drawn():
    return Model.init(np.random.default_rng(0), CELLS["GRU"], 2, 3, 1)


def test_every_optimiser_has_a_witness():
    assert set(PAIRS) == set(OPTIMISERS)


@pytest.mark.parametrize("name", PAIRS)
def test_an_optimiser_does_what_torchs_does(name):
    ours, theirs = PAIRS[name]
    rng, model = np.random.default_rng(1), drawn()
    state = ours.start(model)
    leaf = torch.nn.Parameter(torch.tensor(model.flat()))
    optimiser = theirs([leaf])
    for n in range(30):
        gradient = model.map(lambda w, n=n: rng.standard_normal(w.shape) * 3.0 ** (-n % 5))
        leaf.grad = torch.tensor(gradient.flat())
        optimiser.step()
        model, state = ours.update(model, gradient, state)
        np.testing.assert_allclose(model.flat(), leaf.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert state.count == 30


@pytest.mark.parametrize("name", PAIRS)
def test_an_update_changes_nothing_in_place(name):
    ours, _ = PAIRS[name]
    model = drawn()
    before, gradient = model.flat(), model.map(np.ones_like)
    _, state = ours.update(model, gradient, ours.start(model))
    kept = [average.copy() for average in state.averages]
    ours.update(model, gradient, state)
    assert (model.flat() == before).all()
    assert (gradient.flat() == 1).all()
    assert all((a == b).all() for a, b in zip(kept, state.averages, strict=True))


@pytest.mark.parametrize("name", PAIRS)
def test_the_scale_of_the_rate_is_a_factor(name):
    ours, _ = PAIRS[name]
    model = drawn()
    gradient = model.map(np.ones_like)
    whole, _ = ours.update(model, gradient, ours.start(model))
    half, _ = ours.update(model, gradient, ours.start(model), 0.5)
    moved = whole.flat() - model.flat()
    np.testing.assert_allclose(half.flat() - model.flat(), moved / 2, rtol=1e-9)


def test_schedules_begin_and_end_as_they_say():
    assert WarmUp(10).scale(0) == pytest.approx(0.1)
    assert WarmUp(10).scale(9) == WarmUp(10).scale(500) == 1.0
    assert [Steps(100, 0.5).scale(n) for n in (0, 99, 100, 250)] == [1.0, 1.0, 0.5, 0.25]
    assert Cosine(100, 0.1).scale(0) == 1.0
    assert Cosine(100, 0.1).scale(100) == pytest.approx(0.1)
    assert Cosine(100).scale(50) == pytest.approx(0.5)
    for kind in SCHEDULES.values():
        assert all(0 <= kind().scale(n) <= 1 for n in range(0, 5000, 7))


def test_torchs_cosine_is_ours():
    leaf = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([leaf], 1.0)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 40, 0.2)
    for n in range(41):
        assert Cosine(40, 0.2).scale(n) == pytest.approx(optimiser.param_groups[0]["lr"])
        optimiser.step()
        theirs.step()


def test_clipping_by_value_is_torchs():
    model = drawn()
    ours, share = limited(model, 0.3)
    leaf = torch.nn.Parameter(torch.zeros(model.size, dtype=torch.float64))
    leaf.grad = torch.tensor(model.flat())
    torch.nn.utils.clip_grad_value_([leaf], 0.3)
    assert (ours.flat() == leaf.grad.numpy()).all()
    assert share == np.mean(np.abs(model.flat()) > 0.3) > 0
    with pytest.raises(ValueError, match="greater than 0"):
        limited(model, 0.0)


def test_each_optimiser_tells_its_formula_and_source():
    for kind in OPTIMISERS.values():
        assert kind.latex
        assert kind.source[-4:].isdigit()
        assert "rate" in inspect.signature(kind).parameters
