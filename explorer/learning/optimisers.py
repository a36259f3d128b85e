"""How a gradient moves the weights: plain settings, and a pure step from one state to the next.

Each does what the class of that name in ``torch.optim`` does, to rounding.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, final

import numpy as np

from explorer.shapes import Array
from explorer.weights import Weights

W = TypeVar("W", bound=Weights)


@dataclass(frozen=True, eq=False)
class Moments:
    """What an optimiser remembers: the number of updates made, and its running averages."""

    count: int
    averages: tuple[Array, ...]  # each (size,), the arrays of all weights in one vector


@dataclass(frozen=True)
class Optimiser(ABC):
    """Settings of an optimiser; ``rate`` is the learning rate."""

    rate: float = 0.01

    name: ClassVar[str]
    latex: ClassVar[str]
    source: ClassVar[str]
    remembers: ClassVar[int]  # how many running averages it keeps of each weight

    @final
    def start(self, weights: Weights) -> Moments:
        """Return the state before the first update."""
        like = weights.flat()
        return Moments(0, tuple(np.zeros_like(like) for _ in range(self.remembers)))

    @final
    def update(
        self, weights: W, gradient: W, state: Moments, rate_scale: float = 1.0
    ) -> tuple[W, Moments]:
        """Return the moved weights and the state after it; nothing is changed in place."""
        return self.moved(weights, gradient.flat(), state, rate_scale)

    @final
    def moved(
        self, weights: W, g: Array, state: Moments, rate_scale: float = 1.0
    ) -> tuple[W, Moments]:
        """Do as ``update`` does with a gradient that is one vector."""
        count = state.count + 1
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            move, averages = self.move(g, state.averages, count)
            moved = weights.flat()
            moved -= move * (self.rate * rate_scale)
        return weights.filled(moved), Moments(count, averages)

    @abstractmethod
    def move(
        self, g: Array, averages: tuple[Array, ...], count: int
    ) -> tuple[Array, tuple[Array, ...]]:
        """Return the direction to go, to be multiplied by minus the rate, and the new averages."""


@dataclass(frozen=True)
class SGD(Optimiser):
    """Straight down the gradient of the batch."""

    name = "SGD"
    latex = r"\theta \leftarrow \theta - \eta\, g"
    source = "Robbins & Monro 1951"
    remembers = 0

    def move(self, g, averages, count):
        return g, averages


@dataclass(frozen=True)
class Momentum(Optimiser):
    """Gradients add up to a velocity, of which each update keeps the part ``keep``."""

    keep: float = 0.9

    name = "SGD with momentum"
    latex = r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta\, v"
    source = "Polyak 1964"
    remembers = 1

    def move(self, g, averages, count):
        velocity = averages[0] * self.keep + g
        return velocity, (velocity,)


@dataclass(frozen=True)
class RMSProp(Optimiser):
    """Each weight's step is divided by the root of its mean squared gradient."""

    keep: float = 0.99
    least: float = 1e-8

    name = "RMSProp"
    latex = (
        r"v \leftarrow \alpha v + (1 - \alpha) g^2, \quad "
        r"\theta \leftarrow \theta - \eta\, g / (\sqrt{v} + \varepsilon)"
    )
    source = "Tieleman & Hinton 2012"
    remembers = 1

    def move(self, g, averages, count):
        square = averages[0] * self.keep + g * g * (1 - self.keep)
        return g / (np.sqrt(square) + self.least), (square,)


@dataclass(frozen=True)
class Adam(Optimiser):
    """Momentum divided by the root of the mean squared gradient, both freed of their start at 0."""

    rate: float = 0.001
    keep: float = 0.9
    keep_square: float = 0.999
    least: float = 1e-8

    name = "Adam"
    latex = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + "
        r"(1 - \beta_2) g^2, \quad \theta \leftarrow \theta - \eta\, "
        r"\frac{m / (1 - \beta_1^n)}{\sqrt{v / (1 - \beta_2^n)} + \varepsilon}"
    )
    source = "Kingma & Ba 2015"
    remembers = 2

    def move(self, g, averages, count):
        mean = averages[0] * self.keep
        mean += g * (1 - self.keep)
        square = averages[1] * self.keep_square
        square += g * g * (1 - self.keep_square)
        divisor = np.sqrt(square)
        divisor *= (1 - self.keep_square**count) ** -0.5
        divisor += self.least
        divisor *= 1 - self.keep**count
        return mean / divisor, (mean, square)


OPTIMISERS: dict[str, Any] = {
    kind.__name__: kind
    for kind in list(vars().values())
    if inspect.isclass(kind) and issubclass(kind, Optimiser) and not inspect.isabstract(kind)
}
"""From the name of an optimiser's class to the class."""
