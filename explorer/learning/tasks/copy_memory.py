"""Copy memory (Hochreiter & Schmidhuber 1997; in this form Arjovsky, Shah & Bengio 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task


@dataclass(frozen=True)
class CopyMemory(Task):
    """Read symbols, wait through ``delay`` blanks, and write the symbols down at a sign."""

    delay: int = 20
    length: int = 10
    symbols: int = 8

    name = "copy memory"
    about = (
        "A few symbols, a long silence, then the order to repeat them: everything must be kept, "
        "nothing may be mixed up."
    )
    source = "Hochreiter & Schmidhuber 1997; in this form Arjovsky, Shah & Bengio 2016"
    objective = CrossEntropy()

    def __post_init__(self) -> None:
        if self.delay < 1 or self.length < 1 or self.symbols < 2:
            raise ValueError(
                f"CopyMemory: wanted a delay and length of at least 1 and 2 symbols or more, got "
                f"delay={self.delay}, length={self.length}, symbols={self.symbols}."
            )

    @property
    def T(self) -> int:
        """Number of steps."""
        return self.delay + 2 * self.length

    @property
    def D(self) -> int:
        return self.symbols + 2  # the symbols, the blank, the sign

    @property
    def O(self) -> int:  # noqa: E743
        return self.symbols + 1

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        blank, sign, n = self.symbols, self.symbols + 1, self.length
        said = rng.integers(self.symbols, size=(n, B))
        read = np.full((self.T, B), blank)
        read[:n] = said
        read[self.T - n - 1] = sign
        targets = np.full((self.T, B), blank)
        targets[-n:] = said
        return Batch(np.eye(self.D)[read], targets, np.ones((self.T, B)))

    def baseline(self) -> float:
        """Return the loss of blanks where they are due and a blind guess for each symbol."""
        return float(self.length * np.log(self.symbols) / self.T)

    def best(self) -> float:
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.1 * self.baseline()
