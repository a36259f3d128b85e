"""a^n b^n: the language that a counter can tell and no finite automaton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task

EDGE, LEFT, RIGHT = 0, 1, 2


@dataclass(frozen=True)
class Counting(Task):
    """As many b as there were a; say the next symbol. Counts from 1 to ``most``."""

    most: int = 10

    name = "aⁿbⁿ"
    about = (
        "As many b as there were a: from the first b on everything is certain, for whoever has "
        "counted."
    )
    source = "Gers & Schmidhuber 2001"
    objective = CrossEntropy()
    inputs = ("edge", "a", "b")
    outputs = ("edge", "a", "b")
    D = 3
    O = 3  # noqa: E741

    def __post_init__(self) -> None:
        if self.most < 2:
            raise ValueError(
                f"Counting: wanted most of at least 2, so that there is something to count, got "
                f"most={self.most}."
            )

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        counts = rng.integers(1, self.most + 1, size=B)
        T = 2 * int(counts.max()) + 1
        t = np.arange(T + 1)[:, None]
        said = np.where((t == 0) | (t > 2 * counts), EDGE, np.where(t <= counts, LEFT, RIGHT))
        mask = (t[1:] <= 2 * counts + 1).astype(np.float64)
        xs = np.eye(3)[said[:-1]] * mask[:, :, None]
        return Batch(xs, said[1:], mask)

    def baseline(self) -> float:
        """Return what the current symbol alone leaves open: whether a run of a or of b goes on."""
        N = self.most
        runs = (N + 1) / 2  # mean length of a run, which ends once
        stay, end = runs - 1, 1.0
        cost = end * np.log(runs) + (stay * np.log(runs / stay) if stay else 0.0)
        return float(2 * cost / (N + 2))

    def best(self) -> float:
        """Return ln N, for only n is chance, over the N + 2 symbols predicted on average."""
        return float(np.log(self.most) / (self.most + 2))

    def solved(self, loss: float) -> bool:
        return loss < self.best() + 0.02
