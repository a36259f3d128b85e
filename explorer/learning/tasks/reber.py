"""The embedded Reber grammar (Reber 1967; Fahlman 1991; Hochreiter & Schmidhuber 1997)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.objectives import CrossEntropy
from explorer.learning.tasks.base import Batch, Task
from explorer.shapes import Array

SYMBOLS = "BTPSXVE"
# What may follow in each state of the inner grammar, and where it leads; all choices are even.
INNER: tuple[tuple[tuple[str, int], ...], ...] = (
    (("B", 1),),
    (("T", 2), ("P", 3)),
    (("S", 2), ("X", 4)),
    (("T", 3), ("V", 5)),
    (("X", 3), ("S", 6)),
    (("P", 4), ("V", 6)),
    (("E", 7),),
)
CHOICES = 6.0  # even choices in an inner string, on average
LENGTH = 8.0  # of an inner string, on average


def inner(rng: np.random.Generator) -> str:
    """Draw a string of the inner grammar, such as BTXSE."""
    said, state = "", 0
    while state < len(INNER):
        symbol, state = INNER[state][rng.integers(len(INNER[state]))]
        said += symbol
    return said


def embedded(rng: np.random.Generator) -> str:
    """Draw a string whose second symbol, T or P, comes again as the last but one."""
    arm = "TP"[rng.integers(2)]
    return f"B{arm}{inner(rng)}{arm}E"


def allowed(said: str) -> str:
    """Return which symbols may follow the beginning of an embedded string.

    Raises
    ------
    ValueError
        When no embedded string begins like that, or none goes on.
    """
    if not said:
        return "B"
    if said == "B":
        return "TP"
    if said[0] == "B" and said[1] in "TP":
        state, rest = 0, said[2:]
        while rest and state < len(INNER):
            ways = dict(INNER[state])
            if rest[0] not in ways:
                break
            state, rest = ways[rest[0]], rest[1:]
        if not rest:
            return said[1] if state == len(INNER) else "".join(s for s, _ in INNER[state])
        if state == len(INNER) and rest == said[1]:
            return "E"
    raise ValueError(f"allowed: wanted the beginning of an embedded Reber string, got {said!r}.")


def one_hot(said: str) -> Array:
    """Return the symbols of a string as numbers, (length,)."""
    return np.array([SYMBOLS.index(symbol) for symbol in said])


@dataclass(frozen=True)
class Reber(Task):
    """Strings of a small grammar; say the next symbol, above all the one that the second decides.

    Strings have different lengths: a batch is as long as its longest, and the mask says where the
    shorter ones end.
    """

    name = "embedded Reber grammar"
    about = (
        "Strings of a small grammar inside a larger one: the last choice is decided by the second "
        "symbol, with a whole string of chance in between."
    )
    source = "Reber 1967; embedded Fahlman 1991; Hochreiter & Schmidhuber 1997"
    objective = CrossEntropy()
    inputs = tuple(SYMBOLS)
    outputs = tuple(SYMBOLS)
    D = len(SYMBOLS)
    O = len(SYMBOLS)  # noqa: E741

    def batch(self, rng: np.random.Generator, B: int) -> Batch:
        strings = [one_hot(embedded(rng)) for _ in range(B)]
        T = max(map(len, strings)) - 1
        xs, targets, mask = np.zeros((T, B, self.D)), np.zeros((T, B), np.int64), np.zeros((T, B))
        for b, said in enumerate(strings):
            n = len(said) - 1
            xs[np.arange(n), b, said[:-1]] = 1.0
            targets[:n, b], mask[:n, b] = said[1:], 1.0
        return Batch(xs, targets, mask)

    def baseline(self) -> float:
        """Return the loss of one who knows all but the long-range bit: 8 choices for 11 symbols."""
        return float((CHOICES + 2) * np.log(2.0) / (LENGTH + 3))

    def best(self) -> float:
        """Return 7 even choices for each string of 11 predicted symbols, on average."""
        return float((CHOICES + 1) * np.log(2.0) / (LENGTH + 3))

    def solved(self, loss: float) -> bool:
        return loss < self.best() + 0.015
