"""What every learning rule promises: one batch in, a learner that knows better out.

A rule may compute a gradient and hand it to the learner to descend, once or many times in a batch,
or set new weights itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from explorer.learning.clipping import shortened, within
from explorer.learning.model import Model
from explorer.learning.objectives import Objective
from explorer.learning.optimisers import Moments, Optimiser
from explorer.learning.tasks.base import Batch
from explorer.shapes import Array, length, scaled_norm


@dataclass(frozen=True, eq=False)
class Learner:
    """A model with what its optimiser remembers, and how gradients are limited on the way."""

    model: Model
    optimiser: Optimiser
    moments: Moments
    clip: float | None = None  # largest norm of a gradient
    limit: float | None = None  # largest entry of a gradient
    rate_scale: float = 1.0

    def descended(self, gradient: Model) -> tuple[Learner, float, float]:
        """Return the learner one step down this gradient, its norm, and how clipping scaled it."""
        g, scale = gradient.flat(), 1.0
        norm = length(g)
        if self.limit is not None:
            g = within(g, self.limit)
        if self.clip is not None:
            g, scale = shortened(g, self.clip)
        model, moments = self.optimiser.moved(self.model, g, self.moments, self.rate_scale)
        return replace(self, model=model, moments=moments), norm, scale


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one batch taught.

    ``flow`` (T+1,) is the norm of the loss gradient at s_0 .. s_T as the rule carried it back, or
    None where a rule carries nothing back; ``carry`` is what the rule keeps for the next batch.
    """

    learner: Learner
    loss: float
    gradient_norm: float
    scale: float = 1.0
    flow: Array | None = None
    carry: Any = None


@dataclass(frozen=True)
class Rule(ABC):
    """A learning rule; its fields are plain settings."""

    name: ClassVar[str]
    about: ClassVar[str]  # one sentence: what it computes
    source: ClassVar[str]  # author and year

    def start(self, model: Model, B: int) -> Any:
        """Return what the rule keeps from batch to batch, before the first."""
        del model, B

    def operations(self, model: Model, T: int, B: int) -> float:
        """Return about how many multiply-adds one batch takes: here forward, back and the sum."""
        return 3.0 * T * B * model.size

    @abstractmethod
    def learn(self, learner: Learner, batch: Batch, objective: Objective, carry: Any) -> Lesson:
        """Learn from one batch; ``carry`` is what the lesson before left, or ``start`` gave."""


def flow_norms(ds: Array) -> Array:
    """Return the norm (T+1,) over batch and units of gradients (T+1, B, S) at the states."""
    return scaled_norm(ds.ravel("K").reshape(len(ds), -1)).astype(np.float64)
