"""torch as an engine trains the same network to the same numbers, whatever the cell."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.checkpoints import engine
from explorer.checkpoints.engine import LAYERS, TorchBPTT, step_by_step
from explorer.learning.history import History
from explorer.learning.model import Model
from explorer.learning.optimisers import SGD, Adam
from explorer.learning.rules.bptt import BPTT
from explorer.learning.rules.truncated_bptt import TruncatedBPTT
from explorer.learning.tasks import TASKS
from explorer.learning.tasks.adding import Adding
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.learning.training import Training, train
from tests.cells.specimens import LeakySpecimen

KINDS = {**CELLS, "LeakySpecimen": LeakySpecimen}


def run(rule, kind, task, optimiser, updates=50, H=6, **settings):
    """Return the updates of one training run."""
    model = Model.init(np.random.default_rng(4), kind, task.D, H, task.O)
    options = {"B": 4, "seed": 2, "single": False} | settings
    return list(islice(train(model, task, rule, optimiser, **options), updates))


def check_same(ours, theirs, rtol, flow=True):
    """Assert that two runs are the same to a relative error."""
    assert [u.index for u in ours] == [u.index for u in theirs]
    for name in ("loss", "gradient_norm", "scale", "rate"):
        np.testing.assert_allclose(
            [getattr(u, name) for u in theirs], [getattr(u, name) for u in ours], rtol, err_msg=name
        )
    if flow:
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(other.flow, one.flow, rtol * 10, atol=1e-15)
    np.testing.assert_allclose(
        theirs[-1].after.model.flat(), ours[-1].after.model.flat(), rtol * 10, atol=1e-10
    )


@pytest.mark.parametrize("name", KINDS)
def test_fifty_updates_agree_for_every_cell(name):
    task = FlipFlop(T=12)
    ours, theirs = (
        run(rule, KINDS[name], task, Adam(0.01), clip=1.0) for rule in (BPTT(), TorchBPTT())
    )
    check_same(ours, theirs, 1e-8)
    assert ours[-1].loss < ours[0].loss


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_fifty_updates_agree_with_the_layers_of_torch(kind):
    task = Adding(T=10)
    ours, theirs = (run(r, kind, task, Adam(0.01)) for r in (BPTT(), TorchBPTT(fused=True)))
    check_same(ours, theirs, 1e-8, flow=False)
    assert all(u.flow is None for u in theirs)


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("fused", [True, False])
def test_other_activations_agree(activation, fused):
    task = Adding(T=6)
    model = Model.init(
        np.random.default_rng(0),
        CELLS["Elman"],
        2,
        5,
        1,
        activation=activation,
        recurrent="identity",
    )
    ours, theirs = (
        list(islice(train(model, task, rule, SGD(0.01), B=3, single=False), 20))
        for rule in (BPTT(), TorchBPTT(fused=fused))
    )
    check_same(ours, theirs, 1e-8, flow=not fused)


@pytest.mark.parametrize("name", sorted(TASKS))
def test_every_task_has_the_same_loss_there(name):
    task = TASKS[name]()
    ours, theirs = (
        run(rule, CELLS["GRU"], task, SGD(0.01), updates=2, H=4) for rule in (BPTT(), TorchBPTT())
    )
    check_same(ours, theirs, 1e-9)


def test_single_precision_stays_single():
    (update,) = run(TorchBPTT(), CELLS["LSTM"], Adding(T=5), SGD(0.01), updates=1, single=True)
    assert update.after.model.dtype == np.float32


def test_the_recorded_step_is_the_witness_of_the_cell_not_its_echo():
    """A cell that states a wrong derivative is found out."""

    class Wrong(LeakySpecimen):
        def backward(self, steps, ds):
            back = super().backward(steps, ds)
            return replace(back, da_x=back.da_x * 1.01, da_h=back.da_h * 1.01)

    ours, theirs = (
        run(rule, Wrong, FlipFlop(T=5), SGD(0.1), updates=1) for rule in (BPTT(), TorchBPTT())
    )
    assert abs(ours[0].gradient_norm / theirs[0].gradient_norm - 1) > 1e-4


def test_what_cannot_be_done_is_said():
    import torch

    from explorer.learning.objectives import Objective

    class Odd(Objective):
        name = latex = "odd"

        def pointwise(self, y, target): ...
        def correct(self, y, target): ...
        def prediction(self, y): ...

    with pytest.raises(ValueError, match="wanted an objective among SquaredError"):
        engine.mean_loss(Odd(), torch.zeros(2, 1, 1), np.zeros((2, 1)), np.ones((2, 1)))


def test_torch_is_found_without_being_loaded():
    assert engine.installed()
    assert engine.devices()[-1] == "cpu"


def test_a_training_can_be_handed_to_torch_midway():
    ours = Training(Adding(T=8), BPTT(), Adam(0.01), B=4, single=False)
    theirs = engine.by_torch(ours)
    model = Model.init(np.random.default_rng(0), CELLS["GRU"], 2, 5, 1)
    alone = History.begin(ours, model)
    alone = alone.followed_by(islice(alone.ahead(), 20))
    both = History.begin(ours, model)
    both = both.followed_by(islice(both.ahead(), 10)).under(theirs)
    both = both.followed_by(islice(both.ahead(), 10))
    np.testing.assert_allclose(both.loss, alone.loss, rtol=1e-9)
    np.testing.assert_allclose(both.flow, alone.flow, rtol=1e-6)
    assert both.course[-1][0] == 10
    assert engine.by_torch(theirs) == theirs
    assert engine.by_torch(Training(Adding(), TruncatedBPTT(), Adam())) is None


@pytest.mark.parametrize(
    ("name", "there", "rule", "kind", "said"),
    [("numpy", True, BPTT(), BPTT, ""), ("torch", True, BPTT(), TorchBPTT, ""),
     ("torch", False, BPTT(), BPTT, "not installed"),
     ("torch", True, TruncatedBPTT(), TruncatedBPTT, "BPTT only")],
)  # fmt: skip
def test_an_engine_is_chosen_or_it_is_said_why_not(monkeypatch, name, there, rule, kind, said):
    monkeypatch.setattr(engine, "installed", lambda: there)
    by, remark = engine.chosen(name, type(rule))
    (training,) = by([Training(Adding(), rule, Adam())])
    assert type(training.rule) is kind
    assert said in remark
    assert bool(said) == bool(remark)


def test_the_training_page_is_computed_by_torch_where_asked(monkeypatch):
    from tests.pages.visiting import films, visit

    query, made, learn = {"T": "8", "H": "4", "B": "4"}, [], TorchBPTT.learn
    monkeypatch.setattr(TorchBPTT, "learn", lambda *args: made.append(learn(*args)) or made[-1])
    ours = visit("training", query)
    assert not made
    theirs = visit("training", query | {"engine": "torch"})
    assert len(made) >= 8
    one, other = (films(app)[0][1]["loss/0"][:8] for app in (ours, theirs))
    np.testing.assert_allclose(one, other, rtol=1e-3)  # in float32
    assert any("differentiation of PyTorch, from" in part.value for part in theirs.markdown)
    assert any("in NumPy, from" in part.value for part in ours.markdown)
    assert any(
        "BPTT only" in w.value
        for w in visit("training", {"engine": "torch", "rule": "RTRL", "H": "4", "T": "8"}).warning
    )


def test_states_keep_their_gradient():
    import torch

    cell = CELLS["LSTM"].init(np.random.default_rng(0), 2, 3)
    leaves = {k: torch.tensor(a, requires_grad=True) for k, a in cell.named().items()}
    h, states = step_by_step(cell, leaves, torch.zeros(4, 1, 2, dtype=torch.float64))
    h[-1].sum().backward()
    assert len(states) == 5
    assert all(s.grad is not None for s in states)


@pytest.mark.skipif(len(engine.devices()) < 2, reason="no GPU here")
@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("name", CELLS)
def test_a_gpu_agrees(name, fused):
    task = FlipFlop(T=12)
    ours, theirs = (
        run(rule, CELLS[name], task, Adam(0.01), clip=1.0)
        for rule in (BPTT(), TorchBPTT(device="", fused=fused))
    )
    check_same(ours, theirs, 1e-8, flow=not (fused and CELLS[name] in LAYERS))
