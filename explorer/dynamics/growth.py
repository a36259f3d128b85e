"""How large a gradient is, against how far back it has gone, beside the leading exponent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace

APART = 1e-7
TOGETHER = 5  # steps after which two starts are pulled together again
ALIGN = 40  # steps in which a difference, or a gradient, turns into the direction that grows most


@dataclass(frozen=True, eq=False)
class Growth:
    """Norms (lags+1, B) of gradients of B losses on the last state, 1 where each loss looks.

    ``exponent`` is the leading one of the same steps, measured forwards by two nearly equal starts.
    """

    norms: Array
    exponent: float

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
        When shapes do not fit or weights are not finite.
    """
    lags = len(xs) - warmup
    forth = twin_exponent(cell, xs[: len(xs) - settling(lags)], s0, rng, warmup)
    start = Trace.of(cell, xs[:warmup, None], s0[None]).s[-1]
    rest = np.repeat(xs[warmup:, None], losses, axis=1)
    trace = Trace.of(cell.from_step(warmup), rest, np.repeat(start, losses, axis=0))
    film = np.zeros((lags + 1, losses, cell.S))
    film[-1] = rng.standard_normal((losses, cell.S))
    film[-1] /= np.linalg.norm(film[-1], axis=1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        trace.cell.backward(trace.steps, film)
    norms = np.stack([scaled_norm(film[::-1, b]) for b in range(losses)], axis=1)
    return Growth(norms, forth)


def twin_exponent(cell: Cell, xs: Array, s0: Array, rng: np.random.Generator, warmup: int) -> float:
    """Return the leading exponent of a run under ``xs``, nats per step, from two nearly equal runs.

    Every few steps the second is pulled back to its first distance, along the line to the first
    (Benettin, Galgani & Strelcyn 1976). The last ``ALIGN`` of ``warmup`` steps turn the difference
    and do not count. -inf where the two become one.
    """
    first = max(0, warmup - ALIGN)
    s = Trace.of(cell, xs[:first, None], s0[None]).s[-1, 0] if first else s0
    away = rng.standard_normal(cell.S)
    away *= APART / np.linalg.norm(away)
    total, count = 0.0, 0
    for lo in [*range(first, warmup, TOGETHER), *range(warmup, len(xs), TOGETHER)]:
        hi = min(lo + TOGETHER, warmup if lo < warmup else len(xs))
        both = Trace.of(
            cell.from_step(lo), np.repeat(xs[lo:hi, None], 2, axis=1), np.stack([s, s + away])
        ).s[-1]
        s, away = both[0], both[1] - both[0]
        size = float(np.linalg.norm(away))
        if size == 0:
            return -np.inf
        if lo >= warmup:
            total, count = total + np.log(size / APART), count + hi - lo
        away *= APART / size
    return total / count if count else np.nan
