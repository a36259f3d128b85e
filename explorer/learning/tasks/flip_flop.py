"""The flip-flop: bits that keep the sign of their last pulse (Sussillo & Barak 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import SquaredError
from explorer.learning.tasks.base import Batch, Task


@dataclass(frozen=True)
class FlipFlop(Task):
    """Rare pulses of +1 and -1 on each channel; the output holds the sign of the last one.

    Every channel starts with a pulse, which is not asked for: from then on every target is known.
    """

    bits: int = 3
    T: int = 50
    p: float = 0.1  # probability of a pulse, for each channel and step

    name = "flip-flop"
    about = (
        "Each channel is a switch: the output keeps the sign of the last pulse until another one "
        "comes. Two states for each bit must be stable, 8 for three."
    )
    source = "Sussillo & Barak 2013"
    objective = SquaredError()

    def __post_init__(self) -> None:
        if not (1 <= self.bits <= 3 and 0 < self.p <= 1 and self.T >= 2):
            raise ValueError(
                "FlipFlop: wanted 1 to 3 bits, 0 < p <= 1 and T of at least 2, got "
                f"bits={self.bits}, p={self.p}, T={self.T}."
            )

    @property
    def D(self) -> int:
        return self.bits

    @property
    def O(self) -> int:  # noqa: E743
        return self.bits

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        shape = (self.T, B, self.bits)
        there = rng.random(shape) < self.p
        there[0] = True
        xs = np.where(there, rng.choice([-1.0, 1.0], shape), 0.0)
        last = np.maximum.accumulate(np.where(there, np.arange(self.T)[:, None, None], 0), axis=0)
        mask = np.ones((self.T, B))
        mask[0] = 0.0
        return Batch(xs, np.take_along_axis(xs, last, axis=0), mask)

    def baseline(self) -> float:
        """Return 1 - p: right when a pulse comes, 0 otherwise, the best without a memory."""
        return 1.0 - self.p

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.05 * self.baseline()
