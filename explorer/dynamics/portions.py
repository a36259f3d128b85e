"""Long computations in portions: whoever waits sees how far they are, and may stop asking."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from explorer.cells.base import Cell
from explorer.shapes import Array
from explorer.trace import Trace

T = TypeVar("T")
R = TypeVar("R")
WORK = 200_000_000  # multiplications, about a tenth of a second of them


@dataclass(frozen=True, eq=False)
class Part(Generic[T]):
    """How far a computation is (0 to 1), and what it has found by then; None: nothing yet."""

    share: float
    found: T | None = None


def whole(steps: Generator[Any, None, R]) -> R:
    """Return what a computation returns in the end, however many portions it takes."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def last(parts: Iterator[Part[T]]) -> T:
    """Return what the last portion has found."""
    *_, part = parts
    assert part.found is not None
    return part.found


def told(steps: Generator[float, None, R], say: Callable[[float], T]) -> Generator[T, None, R]:
    """Run a computation that yields shares; yield what is said of each, return what it returns."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        yield say(share)


def between(
    low: float, high: float, steps: Generator[float, None, R]
) -> Generator[Part[Any], None, R]:
    """Run one stage of a computation, whose share 0 .. 1 is the share low .. high of the whole."""
    return told(steps, lambda share: Part(low + (high - low) * share))


def steps_at_once(cell: Cell, B: int = 1) -> int:
    """Return how many steps of ``B`` sequences make one portion."""
    return max(10, WORK // (B * (cell.W_hh.size + cell.W_xh.size)))


def run(cell: Cell, xs: Array, s0: Array) -> Generator[float, None, Trace]:
    """Run a sequence (T, B, D) from ``s0`` (B, S); yield the share that is done, return the Trace.

    Raises
    ------
    ValueError
        When the sequence is empty or its shape does not fit the cell.
    """
    many = steps_at_once(cell, xs.shape[1])
    if len(xs) <= many:
        return Trace.of(cell, xs, s0)
    parts = []
    for lo in range(0, len(xs), many):
        parts.append(Trace.of(cell.from_step(lo), xs[lo : lo + many], s0))
        s0 = parts[-1].s[-1]
        yield min(1.0, (lo + many) / len(xs))
    gates = {name: np.concatenate([part.gates[name] for part in parts]) for name in parts[0].gates}
    s = np.concatenate([parts[0].s[:1], *(part.s[1:] for part in parts)])
    return Trace(cell, xs, gates, s)
