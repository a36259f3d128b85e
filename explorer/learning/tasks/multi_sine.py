"""Superimposed oscillators: predict a sum of sines of incommensurate periods (Jaeger 2004)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import SquaredError
from explorer.learning.tasks.base import Batch, Task

FREQUENCIES = (0.2, 0.311, 0.42)  # radians a step


@dataclass(frozen=True)
class MultiSine(Task):
    """A sum of sines, each at a random phase; say the next value at every step.

    A sum of n sines obeys a linear recurrence of order 2n, so the first 2n - 1 answers, before
    which nobody could know, are not asked for.
    """

    T: int = 60
    sines: int = 2

    name = "multi-sine"
    about = (
        "A sum of sines that never repeats itself; each next value follows from the last few, if "
        "the network can keep several oscillators running side by side."
    )
    source = "Jaeger & Haas 2004"
    objective = SquaredError()
    D = 1
    O = 1  # noqa: E741

    def __post_init__(self) -> None:
        if not (1 <= self.sines <= len(FREQUENCIES) and self.T >= 2 * self.sines):
            raise ValueError(
                f"MultiSine: wanted 1 to {len(FREQUENCIES)} sines and T of at least twice as many, "
                f"got sines={self.sines}, T={self.T}."
            )

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        phase = rng.uniform(0.0, 2 * np.pi, (B, self.sines))
        angle = np.arange(self.T + 1)[:, None, None] * FREQUENCIES[: self.sines] + phase
        signal = np.sin(angle).sum(axis=2, keepdims=True) / self.sines
        mask = np.ones((self.T, B))
        mask[: 2 * self.sines - 1] = 0.0
        return Batch(signal[:-1], signal[1:], mask)

    def baseline(self) -> float:
        """Return what the present value, times the mean cosine of a step, leaves open.

        The sines are exchangeable, so each is expected to hold an equal part of their sum.
        """
        part = np.mean(np.cos(FREQUENCIES[: self.sines]))
        return float(0.5 / self.sines * (1 - part**2))

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.01 * self.baseline()
