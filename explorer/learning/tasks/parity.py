"""Parity of a stream of bits: the smallest finite automaton that needs every input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task


@dataclass(frozen=True)
class Parity(Task):
    """Random bits; say whether the number of ones is odd, at every step or at the last only."""

    T: int = 10
    every: bool = True

    name = "parity"
    about = (
        "Is the number of ones odd? One state must flip at every one and rest at every zero; "
        "all inputs count alike and none alone says anything."
    )
    source = "Minsky & Papert 1969; as a stream Hochreiter & Schmidhuber 1997"
    objective = CrossEntropy()
    inputs = ("bit",)
    outputs = ("even", "odd")
    D = 1
    O = 2  # noqa: E741

    def __post_init__(self) -> None:
        if self.T < 2:
            raise ValueError(f"Parity: wanted T of at least 2 bits, got {self.T}.")

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        bits = rng.integers(2, size=(self.T, B))
        targets = np.cumsum(bits, axis=0) % 2
        mask = np.ones((self.T, B))
        mask[: 1 if self.every else -1] = 0.0  # of one bit the parity is no question
        return Batch(2.0 * bits[:, :, None] - 1.0, targets, mask)

    def baseline(self) -> float:
        """Return ln 2: whatever the last bit is, odd and even are as likely."""
        return float(np.log(2.0))

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.05
