"""A use of a wiring: what it reads, what it says, and examples without end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.tokens import tokens


@dataclass(frozen=True, eq=False)
class Heard:
    """A typed text as the network hears it: inputs (T, D), a word for each, what was amended."""

    xs: Array
    words: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Example:
    """One example: inputs (T, D), answers (T_out, O), and which of them are scored (T_out,).

    ``text`` tells examples apart, so that none is both learnt and held out.
    """

    xs: Array
    wanted: Array
    scored: Array
    text: str


@dataclass(frozen=True)
class Use(ABC):
    """One use; ``reads`` and ``says`` name the inputs and the outputs.

    ``wiring`` is the one it is usually wired in; ``scored`` says in words which answers count;
    ``updates`` is how long it is trained. Numbers are answered instead of symbols where
    ``says_numbers``.
    """

    key: str
    title: str
    wiring: str
    about: str
    scored: str
    sample: str
    reads: tuple[str, ...]
    says: tuple[str, ...]
    updates: int = 250
    says_numbers: bool = False

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Example:
        """Draw one example."""

    @abstractmethod
    def hear(self, text: str, rng: np.random.Generator) -> Heard:
        """Turn a typed text into inputs; what cannot be read is left out, and said."""

    def one_hot(self, names: tuple[str, ...], words: list[str]) -> Array:
        """Return words as one-hot rows over these names."""
        return np.eye(len(names))[[names.index(word) for word in words]]

    def known(self, text: str, most: int = 8) -> tuple[list[str], str]:
        """Return the words of a text that the use can read, and a sentence about the others."""
        read = tokens(text)
        found = [token.lower() for token in read.found]
        words = [token for token in found if token in self.reads]
        unknown = list(dict.fromkeys(token for token in found if token not in self.reads))
        remarks = [read.remark()] if read.remark() else []
        if unknown:
            named = ", ".join(f"“{token[:16]}”" for token in unknown[:3])
            more = " …" if unknown[3:] else ""
            remarks.append(f"Left out {named}{more}: this network was trained on {self.named}.")
        if len(words) > most:
            remarks.append(f"Kept the first {most} of {len(words)} words.")
        if not words:
            words = self.sample.split()
            if text.strip():
                remarks.append(f"No word was left, so it reads “{self.sample}”.")
        return words[:most], " ".join(remarks)

    @property
    def named(self) -> str:
        """The inputs that can be read, as a sentence shows them."""
        return ", ".join(self.reads)
