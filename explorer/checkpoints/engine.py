"""torch as an engine: the same task, model and history, the gradient found by its autograd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from explorer.cells import GRU, LSTM, Elman
from explorer.cells.base import Cell
from explorer.checkpoints.tape import Recorded
from explorer.learning.objectives import (
    BinaryCrossEntropy,
    CrossEntropy,
    Objective,
    SquaredError,
)
from explorer.learning.rules.base import Lesson, Rule
from explorer.learning.rules.bptt import BPTT
from explorer.learning.training import Training
from explorer.shapes import Array

LAYERS: dict[type[Cell], str] = {Elman: "RNN", LSTM: "LSTM", GRU: "GRU"}
"""Cells of which torch has a fused layer: no step of it can be looked into."""

RENAMED = {
    "weight_ih_l0": "W_xh", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_xh", "bias_hh_l0": "b_hh",
}  # fmt: skip


def installed() -> bool:
    """Tell whether torch is there, without loading it."""
    try:
        return find_spec("torch") is not None
    except ImportError:
        return False


def by_torch(training: Training, device: str = "cpu") -> Training | None:
    """Return the same training with torch finding the gradient; None where its rule is not BPTT."""
    if type(training.rule) not in (BPTT, TorchBPTT):
        return None
    return replace(training, rule=TorchBPTT(device))


def chosen(engine: str, rule: type[Rule]) -> tuple[Callable[[list[Training]], list[Training]], str]:
    """Return what hands trainings to an engine, numpy or torch, and why it does not, if so."""
    if engine == "torch" and not installed():
        return list, "PyTorch is not installed here, so NumPy makes the same updates."
    if engine == "torch" and rule is not BPTT:
        return list, f"PyTorch is asked for BPTT only; {rule.name} is computed by NumPy."
    if engine == "torch":
        return lambda trainings: [by_torch(training) or training for training in trainings], ""
    return list, ""


def devices() -> tuple[str, ...]:
    """Return what torch can compute on here, the fastest first; this loads torch."""
    import torch

    return (*(f"cuda:{k}" for k in range(torch.cuda.device_count())), "cpu")


@dataclass(frozen=True)
class TorchBPTT(Rule):
    """Backpropagation through time as torch does it.

    The cell's own step is recorded and differentiated by torch, so that the gradients at all
    states are known; with ``fused``, where torch has a layer of this kind, that layer is used,
    which is faster and shows nothing of its inside. An empty ``device`` is the fastest there is.
    """

    device: str = "cpu"
    fused: bool = False

    name = "BPTT by torch"
    about = "The same exact gradient, found by the automatic differentiation of PyTorch."
    source = "Werbos 1990; Paszke et al. 2019"

    def learn(self, learner, batch, objective, carry):
        import torch

        model, device = learner.model, torch.device(self.device or devices()[0])
        leaves = {
            name: torch.tensor(array, device=device, requires_grad=True)
            for name, array in model.named().items()
        }
        cell = {k.removeprefix("cell."): leaf for k, leaf in leaves.items() if k[:5] == "cell."}
        xs = torch.tensor(batch.xs, device=device)
        fused = self.fused and type(model.cell) in LAYERS and not model.cell.clamps
        h, states = (through_layer if fused else step_by_step)(model.cell, cell, xs)
        y = torch.nn.functional.linear(h, leaves["readout.W_hy"], leaves["readout.b_y"])
        loss = mean_loss(objective, y, batch.targets, batch.mask)
        loss.backward()
        gradient = model.filled(
            np.concatenate([leaf.grad.cpu().numpy().ravel() for leaf in leaves.values()])
        )
        learner, norm, scale = learner.descended(gradient)
        flow = None if states is None else norms(states)
        return Lesson(learner, float(loss.detach()), norm, scale, flow)


def step_by_step(cell: Cell, weights: dict[str, Any], xs: Any) -> tuple[Any, list[Any]]:
    """Run the cell's own step on tensors; return h (T, B, H) and the states, which keep their grad.

    This is every cell's road, that of a cell written tomorrow too.
    """
    import torch

    recorded = replace(cell, **{name: Recorded(leaf) for name, leaf in weights.items()})
    s = torch.zeros(xs.shape[1], cell.S, dtype=xs.dtype, device=xs.device, requires_grad=True)
    states = [s]
    for t, x in enumerate(xs):
        s = recorded.step(t, Recorded(x), Recorded(states[-1])).s.tensor
        s.retain_grad()
        states.append(s)
    return torch.stack([cell.slot(s, "h") for s in states[1:]]), states


def through_layer(cell: Cell, weights: dict[str, Any], xs: Any) -> tuple[Any, None]:
    """Run the layer of torch that is this cell; return h (T, B, H), and no states."""
    import torch

    kind, options = getattr(torch.nn, LAYERS[type(cell)]), {}
    if isinstance(cell, Elman):
        if cell.activation.name not in ("tanh", "relu"):
            return step_by_step(cell, weights, xs)[0], None
        options["nonlinearity"] = cell.activation.name
    layer = kind(cell.D, cell.H, dtype=xs.dtype, device=xs.device, **options)
    named = {theirs: weights[ours] for theirs, ours in RENAMED.items()}
    return torch.func.functional_call(layer, named, (xs,))[0], None


def mean_loss(objective: Objective, y: Any, targets: Array, mask: Array) -> Any:
    """Return the mean loss over what is scored, in torch.

    Raises
    ------
    ValueError
        When torch has not been told of this objective.
    """
    import torch

    if type(objective) not in OBJECTIVES:
        known = ", ".join(kind.__name__ for kind in OBJECTIVES)
        raise ValueError(
            f"TorchBPTT: wanted an objective among {known}, got {type(objective).__name__}."
        )
    wanted = torch.as_tensor(np.asarray(targets), device=y.device)
    weights = torch.as_tensor(objective.weights(np.empty(y.shape[:2]), mask), device=y.device)
    scored = weights > 0
    values = OBJECTIVES[type(objective)](y[scored], wanted[scored])
    return (values * weights[scored].to(y.dtype)).sum()


def squares(y: Any, wanted: Any) -> Any:
    """Return the squared error of each prediction, (n,)."""
    return (y - wanted.to(y.dtype).reshape(y.shape)).square().mean(-1)


def classes(y: Any, wanted: Any) -> Any:
    """Return the cross-entropy of each prediction, (n,)."""
    import torch

    wanted = wanted.to(y.dtype) if wanted.ndim == y.ndim else wanted.long()
    return torch.nn.functional.cross_entropy(y, wanted, reduction="none")


def bits(y: Any, wanted: Any) -> Any:
    """Return the binary cross-entropy of each prediction, (n,)."""
    import torch

    wanted = wanted.to(y.dtype).reshape(y.shape)
    wrong = torch.nn.functional.binary_cross_entropy_with_logits(y, wanted, reduction="none")
    return wrong.mean(-1)


OBJECTIVES: dict[type[Objective], Callable[[Any, Any], Any]] = {
    SquaredError: squares,
    CrossEntropy: classes,
    BinaryCrossEntropy: bits,
}


def norms(states: list[Any]) -> Array:
    """Return the norm (T+1,) of the gradient at each state; 0 where none arrived."""
    found = [0.0 if s.grad is None else float(s.grad.double().norm()) for s in states]
    return np.array(found)
