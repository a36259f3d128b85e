"""Sine generation at a frequency that is asked for (Sussillo & Barak 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import SquaredError
from explorer.learning.tasks.base import Batch, Task
from explorer.shapes import Array


@dataclass(frozen=True)
class Sine(Task):
    """A level that never changes says the frequency; the network must swing at it by itself."""

    T: int = 60
    levels: int = 5

    name = "sine"
    about = (
        "A constant input asks for a frequency, and nothing in the input moves: the swinging must "
        "come from the network, one limit cycle for each level."
    )
    source = "Sussillo & Barak 2013"
    objective = SquaredError()
    inputs = ("level",)
    outputs = ("swing",)
    D = 1
    O = 1  # noqa: E741

    def frequencies(self) -> Array:
        """Return the frequencies, radians a step: periods from 10 to 30 steps, (levels,)."""
        return 2 * np.pi / np.linspace(30.0, 10.0, self.levels)

    def curves(self) -> Array:
        """Return the target of each level, (T, levels)."""
        return np.sin(self.frequencies() * np.arange(1, self.T + 1)[:, None])

    def __post_init__(self) -> None:
        if self.levels < 1 or self.T < 2:
            raise ValueError(
                f"Sine: wanted levels of at least 1 and T of at least 2, got "
                f"levels={self.levels}, T={self.T}."
            )

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        which = rng.integers(self.levels, size=B)
        level = (which + 1) / self.levels
        xs = np.broadcast_to(level[:, None], (self.T, B, 1)).copy()
        return Batch(xs, self.curves()[:, which, None], np.ones((self.T, B)))

    def baseline(self) -> float:
        """Return the mean variance of a level's curve, what the best constant for each leaves."""
        return float(self.curves().var(axis=0).mean())

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.01
