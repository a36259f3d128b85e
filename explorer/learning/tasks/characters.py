"""The next character of a text (Elman 1990; Graves 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task
from explorer.shapes import Array
from explorer.text.corpus import documentation
from explorer.text.vocabulary import MOST, Vocabulary, numbered


@dataclass(frozen=True)
class Characters(Task):
    """Windows of T characters from anywhere in a text; say the next one at every step.

    An empty ``text`` is the documentation that ships with Python.
    """

    T: int = 50
    text: str = ""
    most: int = MOST  # different characters that keep a number of their own

    name = "characters"
    about = "Real text: spelling needs a few characters of the past, brackets and quotes many."
    source = "Elman 1990; Sutskever, Martens & Hinton 2011"
    objective = CrossEntropy()

    def __post_init__(self) -> None:
        if self.T < 1 or (self.text and len(self.text) < 2) or self.most < 1:
            raise ValueError(
                "Characters: wanted T >= 1, most >= 1 and a text of at least 2 characters, one to "
                f"read and one to say, got T={self.T}, most={self.most} and {len(self.text)}."
            )

    @property
    def vocabulary(self) -> Vocabulary:
        """The letters and their numbers."""
        return numbered(self.text or documentation(), self.most)[0]

    @property
    def numbers(self) -> Array:
        """The text in numbers."""
        return numbered(self.text or documentation(), self.most)[1]

    @property
    def D(self) -> int:
        return len(self.vocabulary)

    @property
    def O(self) -> int:  # noqa: E743
        return len(self.vocabulary)

    @property
    def inputs(self) -> tuple[str, ...]:  # type: ignore[override]
        """The letters."""
        return self.vocabulary.shown

    @property
    def outputs(self) -> tuple[str, ...]:  # type: ignore[override]
        """The letters."""
        return self.vocabulary.shown

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        numbers, T = self.numbers, min(self.T, len(self.numbers) - 1)
        at = rng.integers(len(numbers) - T, size=B) + np.arange(T + 1)[:, None]
        read = numbers[at]
        xs = np.zeros((T, B, self.D), np.float32)
        xs[np.arange(T)[:, None], np.arange(B), read[:-1]] = 1.0
        return Batch(xs, read[1:], np.ones((T, B)))

    def baseline(self) -> float:
        """Return how uncertain the next character of this text is, given the present one."""
        pairs = np.unique(self.numbers[:-1] * self.D + self.numbers[1:], return_counts=True)[1]
        ones = np.unique(self.numbers[:-1], return_counts=True)[1]
        n = len(self.numbers) - 1
        return float((ones @ np.log(ones) - pairs @ np.log(pairs)) / n)

    def best(self) -> float:
        """Return 0: a network that is large enough could learn the text by heart."""
        return 0.0

    def solved(self, loss: float) -> bool:
        return loss < 0.75 * self.baseline()
