"""How the learning rate changes with the number of updates: a factor for each."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Schedule(ABC):
    """A factor of the learning rate for each update, counted from 0."""

    name: ClassVar[str]

    @abstractmethod
    def scale(self, index: int) -> float:
        """Return the factor at the update of this number."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate throughout."""

    name = "constant"

    def scale(self, index):
        return 1.0


@dataclass(frozen=True)
class Steps(Schedule):
    """The rate is multiplied by ``factor`` after every ``every`` updates."""

    every: int = 500
    factor: float = 0.5

    name = "steps"

    def scale(self, index):
        return self.factor ** (index // self.every)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 down to ``low`` in ``over`` updates, and ``low`` after (no restarts).

    Loshchilov & Hutter 2017.
    """

    over: int = 2000
    low: float = 0.0

    name = "cosine"

    def scale(self, index):
        return self.low + (1 - self.low) * 0.5 * (1 + np.cos(np.pi * min(index / self.over, 1.0)))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """A straight rise to the full rate in ``over`` updates."""

    over: int = 100

    name = "warm-up"

    def scale(self, index):
        return min((index + 1) / self.over, 1.0)


SCHEDULES: dict[str, Any] = {
    kind.__name__: kind
    for kind in list(vars().values())
    if inspect.isclass(kind) and issubclass(kind, Schedule) and not inspect.isabstract(kind)
}
"""From the name of a schedule's class to the class."""
