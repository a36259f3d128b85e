"""The training film: a generator yields one update per batch, a history stacks them.

Every batch is drawn from the seed and the number of its update alone, so that any part of a
training run can be run again, to the last bit, from any checkpoint before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.learning.model import Model
from explorer.learning.optimisers import Moments, Optimiser
from explorer.learning.rules.base import Learner, Rule
from explorer.learning.schedules import Constant, Schedule
from explorer.learning.tasks.base import Batch, Task
from explorer.shapes import Array

EXPLODED = 100.0  # times the larger of the ignorant loss and the first one


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that training goes on from after ``index`` updates."""

    index: int
    model: Model
    moments: Moments
    carry: Any = None


@dataclass(frozen=True, eq=False)
class Update:
    """One update: ``index`` counts from 1, ``after`` is where it led.

    ``scale`` is what clipping made of the gradient, ``flow`` (T+1,) the gradient norms at the
    states or None. With ``trouble`` the update was not made: ``after`` is the last good checkpoint.
    """

    index: int
    loss: float
    gradient_norm: float
    scale: float
    rate: float
    flow: Array | None
    after: Checkpoint
    trouble: str = ""


@dataclass(frozen=True)
class Training:
    """Everything that decides a training run, besides the model it starts from."""

    task: Task
    rule: Rule
    optimiser: Optimiser
    schedule: Schedule = field(default_factory=Constant)
    B: int = 32
    seed: int = 0
    clip: float | None = None  # largest norm of a gradient
    limit: float | None = None  # largest entry of a gradient
    single: bool = True  # weights and inputs in float32

    def begin(self, model: Model) -> Checkpoint:
        """Return the checkpoint before the first update."""
        model = model.astype(np.float32 if self.single else np.float64)
        return Checkpoint(0, model, self.optimiser.start(model), self.rule.start(model, self.B))

    def taken_over(self, at: Checkpoint, before: Training) -> Checkpoint:
        """Return the checkpoint with fresh memories where rule or optimiser are others."""
        moments, carry = at.moments, at.carry
        if type(self.optimiser) is not type(before.optimiser):
            moments = self.optimiser.start(at.model)
        if (self.rule, self.B) != (before.rule, before.B):
            carry = self.rule.start(at.model, self.B)
        return Checkpoint(at.index, at.model, moments, carry)

    def batch(self, index: int) -> Batch:
        """Return the batch of the update of this number, counted from 1."""
        return self.task.batch(np.random.default_rng([self.seed, 1, index]), self.B)

    def step(self, at: Checkpoint) -> Update:
        """Make the update after a checkpoint, or say why it cannot be made."""
        index, scale = at.index + 1, self.schedule.scale(at.index)
        learner = Learner(at.model, self.optimiser, at.moments, self.clip, self.limit, scale)
        batch, objective = self.batch(index).astype(at.model.dtype), self.task.objective
        try:
            with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
                lesson = self.rule.learn(learner, batch, objective, at.carry)
        except ValueError as error:  # a rule that cannot go on says why
            rate = self.optimiser.rate * scale
            return Update(index, np.nan, np.nan, np.nan, rate, None, at, str(error))
        good = np.isfinite(lesson.loss) and np.isfinite(lesson.learner.model.flat()).all()
        after = Checkpoint(index, lesson.learner.model, lesson.learner.moments, lesson.carry)
        return Update(
            index, lesson.loss, lesson.gradient_norm, lesson.scale, self.optimiser.rate * scale,
            lesson.flow, after if good else at, "" if good else self.exploded(index),
        )  # fmt: skip

    def exploded(self, index: int) -> str:
        """Say that a run has blown up."""
        cure = "lower the learning rate"
        if self.clip is None and self.limit is None:
            cure += " or clip the gradient"
        return (
            f"Update {index} would have led out of the range of numbers: the loss or the weights "
            f"exploded. The network is as it was before; {cure}, or take updates back, and go on."
        )

    def updates(self, at: Checkpoint, first: float | None = None) -> Iterator[Update]:
        """Yield update after update, for ever, or up to the one that explodes.

        ``first`` is the loss of the very first update, where ``at`` is a later one.
        """
        while True:
            update = self.step(at)
            first = update.loss if first is None else first
            if not update.trouble and update.loss > EXPLODED * max(first, self.task.baseline()):
                update = Update(
                    update.index, update.loss, update.gradient_norm, update.scale, update.rate,
                    update.flow, at, self.exploded(update.index),
                )  # fmt: skip
            yield update
            if update.trouble:
                return
            at = update.after


def train(
    model: Model, task: Task, rule: Rule, optimiser: Optimiser, **settings: Any
) -> Iterator[Update]:
    """Train a model: yield one update per batch. Stop by asking no further."""
    training = Training(task, rule, optimiser, **settings)
    return training.updates(training.begin(model))
