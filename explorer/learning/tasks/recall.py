"""Delayed recall of one bit: the latch problem (Bengio, Simard & Frasconi 1994)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task


@dataclass(frozen=True)
class DelayedRecall(Task):
    """One bit at the first step, noise after it; at the last step say which bit it was."""

    T: int = 30
    noise: float = 0.2  # standard deviation of what follows the bit

    name = "delayed recall"
    about = "One bit, then noise: hold on to one of two values for as long as it takes."
    source = "Bengio, Simard & Frasconi 1994"
    objective = CrossEntropy()
    inputs = ("signal",)
    outputs = ("-1", "+1")
    D = 1
    O = 2  # noqa: E741

    def __post_init__(self) -> None:
        if self.T < 2:
            raise ValueError(f"DelayedRecall: wanted T of at least 2 steps, got {self.T}.")

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        bit = rng.integers(2, size=B)
        xs = self.noise * rng.standard_normal((self.T, B, 1))
        xs[0, :, 0] = 2.0 * bit - 1.0
        targets, mask = np.zeros((self.T, B), np.int64), np.zeros((self.T, B))
        targets[-1], mask[-1] = bit, 1.0
        return Batch(xs, targets, mask)

    def baseline(self) -> float:
        """Return ln 2: either bit is as likely."""
        return float(np.log(2.0))

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.05
