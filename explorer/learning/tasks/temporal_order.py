"""The temporal order problem (Hochreiter & Schmidhuber 1997, experiment 6a)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task

START, END, X, Y, FIRST_DISTRACTOR = 0, 1, 2, 3, 4
DISTRACTORS = 4


@dataclass(frozen=True)
class TemporalOrder(Task):
    """Two signs, each X or Y, far apart among distractors; at the end say which in which order.

    As in the original the first stands in the second tenth of the sequence and the second just
    after its middle.
    """

    T: int = 50

    name = "temporal order"
    about = (
        "Two signs among distractors: XX, XY, YX or YY? Not only what was seen must be kept, but "
        "also which came first."
    )
    source = "Hochreiter & Schmidhuber 1997, experiment 6a"
    objective = CrossEntropy()
    inputs = ("start", "end", "X", "Y", "a", "b", "c", "d")
    outputs = ("XX", "XY", "YX", "YY")
    D = FIRST_DISTRACTOR + DISTRACTORS
    O = 4  # noqa: E741

    def __post_init__(self) -> None:
        if self.T < 10:
            raise ValueError(f"TemporalOrder: wanted T of at least 10 steps, got {self.T}.")

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        T, each = self.T, np.arange(B)
        read = FIRST_DISTRACTOR + rng.integers(DISTRACTORS, size=(T, B))
        read[0], read[-1] = START, END
        signs = rng.integers(2, size=(2, B))
        tenth = T // 10
        read[rng.integers(tenth, 2 * tenth, size=B), each] = X + signs[0]
        read[rng.integers(5 * tenth, 6 * tenth, size=B), each] = X + signs[1]
        targets, mask = np.zeros((T, B), np.int64), np.zeros((T, B))
        targets[-1], mask[-1] = 2 * signs[0] + signs[1], 1.0
        return Batch(np.eye(self.D)[read], targets, mask)

    def baseline(self) -> float:
        """Return ln 4: four classes, all as likely."""
        return float(np.log(4.0))

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.1
