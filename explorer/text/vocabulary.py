"""Letters as numbers: the most frequent ones each their own, all others one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np

from explorer.shapes import Array

RARE = "\ufffd"  # stands for every letter that has no number of its own
MOST = 96
SHOWN = {" ": "␣", "\n": "↵", "\t": "⇥", RARE: "�"}


@dataclass(frozen=True)
class Vocabulary:
    """The letters that a model knows, in the order of their numbers; the last one is ``RARE``."""

    letters: str

    def __post_init__(self) -> None:
        if not self.letters.endswith(RARE) or len(set(self.letters)) != len(self.letters):
            raise ValueError(
                "Vocabulary: wanted each letter once and U+FFFD as the last, got "
                f"{self.letters[-20:]!r} at the end."
            )

    @classmethod
    def of(cls, text: str, most: int = MOST) -> Self:
        """Return the vocabulary of the ``most`` most frequent letters of a text.

        Letters as frequent as each other stand in the order of their code points.
        """
        codes, counts = np.unique(code_points(text), return_counts=True)
        known = codes[np.lexsort((codes, -counts))]
        known = known[known != ord(RARE)][:most]
        return cls("".join(map(chr, sorted(known))) + RARE)

    def __len__(self) -> int:
        return len(self.letters)

    @cached_property
    def _known(self) -> tuple[Array, Array]:
        codes = code_points(self.letters[:-1])
        order = np.argsort(codes)
        return codes[order], order

    def encode(self, text: str) -> Array:
        """Return the numbers of the letters (T,)."""
        codes, (known, numbers) = code_points(text), self._known
        if not len(known):
            return np.zeros(len(codes), np.int64)
        at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
        return np.where(known[at] == codes, numbers[at], len(self) - 1)

    def decode(self, numbers: Array) -> str:
        """Return the letters of these numbers."""
        return "".join(self.letters[k] for k in numbers)

    def one_hot(self, text: str, dtype: type = np.float64) -> Array:
        """Return the letters as inputs (T, 1, V) with a single 1 in each."""
        numbers = self.encode(text)
        xs = np.zeros((len(numbers), 1, len(self)), dtype)
        xs[np.arange(len(numbers)), 0, numbers] = 1.0
        return xs

    @property
    def shown(self) -> tuple[str, ...]:
        """The letters as one can see them: ␣ for a space, ↵ for a new line."""
        return tuple(visible(letter) for letter in self.letters)


def code_points(text: str) -> Array:
    """Return the code points of a text (T,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def visible(letter: str) -> str:
    """Return a letter, or a sign for it where it has no shape of its own."""
    return SHOWN.get(letter, letter if letter.isprintable() else "·")


@lru_cache(maxsize=8)
def numbered(text: str, most: int = MOST) -> tuple[Vocabulary, Array]:
    """Return the vocabulary of a text and the text in numbers, computed once."""
    vocabulary = Vocabulary.of(text, most)
    numbers = vocabulary.encode(text)
    numbers.setflags(write=False)
    return vocabulary, numbers
