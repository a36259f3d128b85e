"""Two nearly equal starts of one network: how far apart they are, step after step."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.leading import exponents_so_far
from explorer.dynamics.lyapunov import following
from explorer.dynamics.portions import Part, between, last, run
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace

RESOLVED = 2e-15  # per unit: smaller differences are made of rounding errors


@dataclass(frozen=True, eq=False)
class Parting:
    """Both runs (B = 2), their distance (T+1,) and the leading exponent, measured on a longer run.

    ``error`` is the standard error of the exponent along that run. ``typical`` is how far apart two
    states of that long run are, taken at random; ``remark`` says what became of a run that left
    float64.
    """

    trace: Trace
    distance: Array
    exponent: float
    typical: float
    remark: str = ""
    error: float = np.nan

    @property
    def foreseen(self) -> Array:
        """What the distance (T+1,) would be if the exponent alone decided it."""
        t = np.arange(1, len(self.distance))
        with np.errstate(over="ignore", under="ignore"):
            return self.distance[0] * np.concatenate([[1.0], np.exp(self.exponent * t)])

    @property
    def strangers(self) -> int | None:
        """The first step at which the two are half as far apart as two states at random.

        None where differences fade, or the time was too short.
        """
        if not self.exponent > 0:
            return None
        with np.errstate(invalid="ignore"):
            far = self.distance >= self.typical / 2
        return int(np.argmax(far)) if far.any() else None

    @property
    def merged(self) -> int | None:
        """The step from which on float64 hardly tells the two apart."""
        limit = RESOLVED * np.sqrt(self.trace.cell.S)
        apart = np.flatnonzero(~(self.distance <= limit))
        first = int(apart[-1]) + 1 if len(apart) else 0
        return first if first < len(self.distance) else None


def parting(
    cell: Cell,
    xs: Array,
    s0: Array,
    push: float,
    rng: np.random.Generator,
    shown: int,
    warmup: int = 100,
) -> Parting:
    """Push a run under inputs ``xs`` (warmup + T, D) aside after ``warmup`` steps; watch both.

    The push has length ``push`` and a random direction. Films hold ``shown`` steps; the exponent is
    measured along all T.

    Raises
    ------
    ValueError
        When shapes do not fit, weights are not finite, or the run leaves float64 at once.
    """
    return last(partings(cell, xs, s0, push, rng, shown, warmup))


def partings(
    cell: Cell,
    xs: Array,
    s0: Array,
    push: float,
    rng: np.random.Generator,
    shown: int,
    warmup: int = 100,
) -> Iterator[Part[Parting]]:
    """Do the same in portions: first the runs, then the exponent along more and more steps."""
    long, first, remark = yield from between(
        0.0, 0.4, following(cell, xs, s0, len(xs), warmup, rng)
    )
    after = long.cell.from_step(first)
    pushed = pair(after, long.x[first : first + shown, 0], long.s[first, 0], push, rng)
    trace = yield from between(0.4, 0.6, pushed)
    with np.errstate(over="ignore", invalid="ignore"):
        typical = float(np.sqrt(2 * long.s[first:, 0].var(axis=0).sum()))
    found = Parting(trace, apart(trace), np.nan, typical, remark)
    for share, exponent, error in exponents_so_far(long, first, rng):
        yield Part(0.6 + 0.4 * share, replace(found, exponent=exponent, error=error))


def pair(
    cell: Cell, xs: Array, s: Array, push: float, rng: np.random.Generator
) -> Generator[float, None, Trace]:
    """Run from a state ``s`` (S,) and from one pushed aside, under the same inputs (T, D)."""
    away = rng.standard_normal(cell.S)
    both = np.stack([s, s + push * away / np.linalg.norm(away)])
    trace = yield from run(cell, np.repeat(xs[:, None], 2, axis=1), both)
    return trace


def apart(trace: Trace) -> Array:
    """Return how far two runs are from each other after each step, (T+1,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        return scaled_norm(trace.s[:, 0] - trace.s[:, 1])
