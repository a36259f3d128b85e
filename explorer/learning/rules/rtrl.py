"""Real-time recurrent learning (Williams & Zipser 1989): weights move while the net runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.learning.model import Model
from explorer.learning.objectives import Objective
from explorer.learning.rtrl import Sensed, online
from explorer.learning.rules.base import Learner, Lesson, Rule
from explorer.learning.tasks.base import Batch
from explorer.shapes import Array


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """One step of a stream: the loss (nan if nothing was scored) before the weights moved.

    ``gradient`` (N,) is what they moved by, before clipping, or None at steps without an update.
    """

    t: int
    loss: float
    learner: Learner
    gradient: Array | None = None
    scale: float = 1.0


@dataclass(frozen=True)
class RTRL(Rule):
    """Carry ∂s/∂w forward; every ``every`` steps move the weights down the gradient of these steps.

    With ``every`` as long as the sequence the gradient is that of backpropagation through time.
    """

    every: int = 1

    name = "RTRL"
    about = "The gradient is carried forward with the state, so that every step can be learnt from."
    source = "Williams & Zipser 1989"

    def __post_init__(self):
        if self.every < 1:
            raise ValueError(f"RTRL: wanted an update every 1 or more steps, got {self.every}.")

    def samples(self, learner: Learner, batch: Batch, objective: Objective) -> Iterator[Sample]:
        """Learn from a batch, one record per step."""
        run, sent = online(learner.model.cell, batch.xs), None
        gradient, total = np.zeros(learner.model.size), 0.0
        for t in range(batch.T):
            sensed, model = run.send(sent), learner.model
            loss, scored = np.nan, float(batch.mask[t].sum())
            if scored:
                loss, slope = step_gradient(model, sensed, batch.part(t, t + 1), objective)
                gradient += slope * scored
                total += scored
            sent, moved, scale = None, None, 1.0
            if total and ((t + 1) % self.every == 0 or t + 1 == batch.T):
                moved = gradient / total
                learner, _, scale = learner.descended(model.filled(moved.astype(model.dtype)))
                sent = learner.model.cell
                gradient, total = np.zeros_like(gradient), 0.0
            yield Sample(t, loss, learner, moved, scale)

    def operations(self, model, T, B):
        """Return about how many multiply-adds one batch takes: all sensitivities, every step."""
        return float(T) * B * model.cell.S * model.cell.H * model.cell.size

    def learn(self, learner, batch, objective, carry):
        losses, norms, scale = [], [0.0], 1.0
        for sample in self.samples(learner, batch, objective):
            losses.append(sample.loss)
            learner, scale = sample.learner, min(scale, sample.scale)
            if sample.gradient is not None:
                norms.append(float(np.linalg.norm(sample.gradient)))
        return Lesson(learner, mean_loss(losses, batch), max(norms), scale)


def step_gradient(
    model: Model, sensed: Sensed, batch: Batch, objective: Objective
) -> tuple[float, Array]:
    """Return the loss of one step, ``batch`` of length 1, and its gradient (N,) by all weights."""
    cell, h = sensed.cell, sensed.cell.slot(sensed.step.s, "h")
    y = model.readout(h)[None]
    loss, dL_dy = objective.value_and_gradient(y, batch.targets, batch.mask)
    errors = dL_dy[0]
    dL_ds = np.zeros_like(sensed.step.s)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        cell.slot(dL_ds, "h")[...] = errors @ model.readout.W_hy
        dW_hy = errors.T @ h
    return loss, np.concatenate([sensed.grad(dL_ds), dW_hy.ravel(), errors.sum(0)])


def mean_loss(losses: list[float], batch: Batch) -> float:
    """Return the mean of the losses of single steps over what is scored."""
    scored = batch.mask.sum(axis=1)
    some = scored > 0
    return float(np.array(losses)[some] @ scored[some] / scored[some].sum())
