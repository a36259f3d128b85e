"""The adding problem (Hochreiter & Schmidhuber 1997): two marked numbers, far apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import SquaredError
from explorer.learning.tasks.base import Batch, Task


@dataclass(frozen=True)
class Adding(Task):
    """Numbers from U(0, 1) and two marks, one in each half: at the end say the marked sum.

    The mean of the target is 1 and its variance 2/12, so whoever always says 1 has loss 1/6;
    who has kept one of the numbers, 1/12.
    """

    T: int = 50

    name = "adding"
    about = "Two real numbers must be kept, exactly, over many steps of noise."
    source = "Hochreiter & Schmidhuber 1997; in this form Le, Jaitly & Hinton 2015"
    objective = SquaredError()
    inputs = ("number", "mark")
    outputs = ("sum",)

    def __post_init__(self):
        if self.T < 2:
            raise ValueError(f"adding: wanted at least 2 steps, one for each mark, got {self.T}.")

    @property
    def D(self):
        return 2

    @property
    def O(self):  # noqa: E743
        return 1

    def batch(self, rng, B):
        half, columns = self.T // 2, np.arange(B)
        xs = np.zeros((self.T, B, 2))
        xs[:, :, 0] = rng.uniform(size=(self.T, B))
        marked = rng.integers(half, size=B), rng.integers(half, self.T, size=B)
        targets, mask = np.zeros((self.T, B, 1)), np.zeros((self.T, B))
        for t in marked:
            xs[t, columns, 1] = 1.0
            targets[-1, :, 0] += xs[t, columns, 0]
        mask[-1] = 1.0
        return Batch(xs, targets, mask)

    def baseline(self):
        return 1 / 6

    def best(self):
        return 0.0

    def solved(self, loss):
        return loss < 0.01
