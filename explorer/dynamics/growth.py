"""How large a gradient is, against how far back it has gone, beside the leading exponent."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import mapped
from explorer.dynamics.portions import Part, between, last, run, steps_at_once, whole
from explorer.dynamics.products import some
from explorer.estimates import standard_error
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace

APART = 1e-7
TOGETHER = 5  # steps after which two starts are pulled together again
ALIGN = 40  # steps in which a difference, or a gradient, turns into the direction that grows most


@dataclass(frozen=True, eq=False)
class Growth:
    """Norms (lags+1, B) of gradients of B losses on the last state, 1 where each loss looks.

    ``exponent`` is the leading one of the same steps, measured forwards by two nearly equal starts,
    ``error`` its standard error along the run.
    """

    norms: Array
    exponent: float
    error: float = np.nan

    @property
    def lags(self) -> int:
        """How many steps back the gradients have gone."""
        return len(self.norms) - 1

    @property
    def slopes(self) -> Array:
        """Slopes (B,) of the log norms against the lag, nats per step, once they have settled."""
        first = settling(self.lags)
        with np.errstate(divide="ignore", invalid="ignore"):
            grown = np.log(self.norms[-1] / self.norms[first]) / (self.lags - first)
        return np.where(self.norms[-1] == 0, -np.inf, grown)

    @property
    def slope_errors(self) -> Array:
        """Standard errors (B,) of the slopes, by batch means along the run."""
        first = settling(self.lags)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.diff(np.log(self.norms[first:]), axis=0)
        return standard_error(steps, np.ones(len(steps)))


def settling(lags: int) -> int:
    """Return how many of so many steps are left out of a slope."""
    return min(ALIGN, lags // 4)


def growth(
    cell: Cell, xs: Array, s0: Array, rng: np.random.Generator, warmup: int, losses: int = 3
) -> Growth:
    """Carry the gradients of random linear losses on the last state back, as far as ``warmup``.

    ``xs`` (warmup + lags, D) is the input of the run.

    Raises
    ------
    ValueError
        When shapes do not fit.
    """
    return last(growing(cell, xs, s0, rng, warmup, losses))


def growing(
    cell: Cell, xs: Array, s0: Array, rng: np.random.Generator, warmup: int, losses: int = 3
) -> Iterator[Part[Growth]]:
    """Do the same in portions: first the runs forwards, then gradients further and further back."""
    trace = yield from between(0.0, 0.3, run(cell, xs[:, None], s0[None]))
    lags = trace.T - warmup
    counted = trace.T - settling(lags)
    forth = yield from between(0.3, 0.6, twins(trace, rng, warmup, counted))
    ds = rng.standard_normal((losses, cell.S))
    ds /= np.linalg.norm(ds, axis=1, keepdims=True)
    norms = np.ones((1, losses))
    many = steps_at_once(cell, losses)
    for hi in range(trace.T, warmup, -many):
        lo = max(warmup, hi - many)
        film = np.zeros((hi - lo + 1, losses, cell.S))
        film[-1] = ds
        # One run, taken as often as there are losses: another run, however alike, would soon part.
        steps = mapped(some(trace.steps, lo, hi), lambda a: np.repeat(a, losses, axis=1))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            cell.backward(steps, film)
        here = np.stack([scaled_norm(film[:-1][::-1, b]) for b in range(losses)], axis=1)
        norms, ds = np.concatenate([norms, here]), film[0].copy()
        yield Part(0.6 + 0.4 * (trace.T - lo) / lags, Growth(norms, *forth))


def twin_exponent(trace: Trace, rng: np.random.Generator, first: int, last: int) -> float:
    """Return the leading exponent of steps first .. last of a run, nats per step, by a second run.

    The second run starts beside the first; every few steps it is pulled back to its first distance
    along the line between the two (Benettin, Galgani & Strelcyn 1976). Up to ``ALIGN`` steps before
    the first turn the difference and do not count. -inf where the two become one.
    """
    return whole(twins(trace, rng, first, last))[0]


def twins(
    trace: Trace, rng: np.random.Generator, first: int, last: int
) -> Generator[float, None, tuple[float, float]]:
    """Do the same in portions, with the error; yield the share of the steps that is done."""
    many = steps_at_once(trace.cell, 2)
    away = rng.standard_normal(trace.cell.S)
    away *= APART / np.linalg.norm(away)
    logs, counts = list[float](), list[int]()
    begin = told = max(0, first - ALIGN)
    for lo in [*range(begin, first, TOGETHER), *range(first, last, TOGETHER)]:
        hi = min(lo + TOGETHER, first if lo < first else last)
        s = trace.s[lo, 0]
        xs = np.repeat(trace.x[lo:hi, :1], 2, axis=1)
        both = Trace.of(trace.cell.from_step(lo), xs, np.stack([s, s + away])).s[-1]
        away = both[1] - both[0]
        size = float(np.linalg.norm(away))
        if size == 0:
            return -np.inf, 0.0
        if lo >= first:
            logs.append(float(np.log(size / APART)))
            counts.append(hi - lo)
        away *= APART / size
        if hi - told >= many:
            told = hi
            yield (hi - begin) / (last - begin)
    rate = sum(logs) / sum(counts) if counts else np.nan
    return rate, float(standard_error(np.array(logs), np.array(counts)))
