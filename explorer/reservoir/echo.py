"""The echo-state property: whether two starts meet when they hear the same input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.rule_cell import RuleCell
from explorer.reservoir.network import Reservoir
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace


@dataclass(frozen=True, eq=False)
class Meeting:
    """Two states under one input: their run (B = 2), their distance (T+1,), and the exponent.

    ``exponent`` is the conditional Lyapunov exponent per step: below 0 the past is forgotten.
    """

    trace: Trace
    distance: Array
    exponent: float

    @property
    def foreseen(self) -> Array:
        """What the distance (T+1,) would be if it changed by the exponent alone."""
        t = np.arange(1, len(self.distance))
        with np.errstate(over="ignore", under="ignore"):
            return self.distance[0] * np.concatenate([[1.0], np.exp(self.exponent * t)])

    def met(self, share: float = 1e-6) -> int | None:
        """Return from which step on the distance stays below this share of the first; or None."""
        with np.errstate(invalid="ignore"):
            apart = np.flatnonzero(~(self.distance < share * self.distance[0]))
        first = int(apart[-1]) + 1 if len(apart) else 0
        return first if first < len(self.distance) else None


def meeting(
    reservoir: Reservoir, xs: Array, rng: np.random.Generator, shown: int, washout: int = 100
) -> Meeting:
    """Run two random states under the inputs ``xs`` (T, D), of which ``shown`` steps are kept.

    The exponent is measured along the whole run after ``washout`` steps, by a tangent vector that
    is renormalised at every step (Benettin et al. 1980).
    """
    trace = reservoir.driven(xs, rng.uniform(-1, 1, (2, reservoir.N)))
    with np.errstate(over="ignore", invalid="ignore"):
        distance = scaled_norm(trace.s[: shown + 1, 0] - trace.s[: shown + 1, 1])
    rate = exponent(trace, rng, washout=washout)
    return Meeting(shortened(trace, 0, shown), distance, rate)


def shortened(trace: Trace, first: int, last: int) -> Trace:
    """Return the steps from ``first`` up to, but not with, ``last`` of a trace (views)."""
    cut = slice(first, last)
    return Trace(
        trace.cell, trace.x[cut],
        {name: gate[cut] for name, gate in trace.gates.items()}, trace.s[first : last + 1],
    )  # fmt: skip


def exponent(trace: Trace, rng: np.random.Generator, steps: int = 600, washout: int = 100) -> float:
    """Return the conditional Lyapunov exponent per step along the last ``steps`` after a washout.

    The mean logarithm by which a random tangent vector is stretched, renormalised at every step
    (Benettin et al. 1980); nan where the run has left float64.
    """
    last = shortened(trace, max(0, trace.T - steps - washout), trace.T)
    growth = log_growth(last, rng.standard_normal(trace.cell.S))
    return float(growth[min(washout, len(growth) // 2) :].mean())


def log_growth(trace: Trace, v: Array, batch: int = 0) -> Array:
    """Return the logarithm (T,) by which each step's Jacobian stretches a tangent vector (S,).

    -inf where a step forgets everything. The Jacobians are applied, never formed.
    """
    cell = trace.cell
    assert isinstance(cell, RuleCell)
    slopes = cell.slopes(trace.steps)
    past = slopes.h[0][0][:, batch]
    direct, W = slopes.direct[0][0], cell.recurrence
    growth, size = np.full(trace.T, -np.inf), np.linalg.norm(v)
    with np.errstate(under="ignore", invalid="ignore"):
        for t, slope in enumerate(past):
            v = v / size
            v = slope * (W @ v) + direct * v
            size = np.linalg.norm(v)
            if size == 0:
                break
            growth[t] = np.log(size)
    return growth
