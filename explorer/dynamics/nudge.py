"""A gradient put to the test: push one unit of a state, and see whether it foresaw the change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.shapes import Array
from explorer.trace import Trace


@dataclass(frozen=True, eq=False)
class Nudge:
    """Two futures from step k on: ``pushed`` (T-k+1, S), the true and the foreseen difference."""

    k: int
    pushed: Array
    true: Array
    foreseen: Array

    @property
    def error(self) -> Array:
        """Norm (T-k+1,) of what the linear forecast missed."""
        return np.linalg.norm(self.true - self.foreseen, axis=1)

    def breaks(self, tolerance: float = 0.1) -> int | None:
        """Return the first step at which the forecast misses by this share of the difference."""
        size = np.linalg.norm(self.true, axis=1)
        with np.errstate(invalid="ignore"):
            bad = ~(self.error <= tolerance * size) & ~((size == 0) & (self.error == 0))
        return self.k + int(np.argmax(bad)) if bad.any() else None


def slot_start(cell: Cell, slot: str) -> int:
    """Return the place in the state vector at which a slot begins."""
    before = list(cell.slots)[: cell.slots.index(slot)]
    return sum(cell.widths[name] for name in before)


def out_of_reach(trace: Trace, nudge: Nudge, slot: str) -> tuple[float, float] | None:
    """Return the range that the pushed slot has left, or None where it is still within it.

    No input and no earlier state of the network leads to a state outside of it.
    """
    bounds = trace.cell.ranges[slot]
    if bounds is None:
        return None
    low, high = bounds
    values = trace.cell.slot(nudge.pushed[0], slot)
    return bounds if (values < low).any() or (values > high).any() else None


def nudge(
    trace: Trace, k: int, unit: int, epsilon: float, batch: int = 0, *, slot: str | None = None
) -> Nudge:
    """Push entry ``unit`` of s_k, or of one slot of it, by ``epsilon`` and run the rest again.

    The forecast is the product of the Jacobians of the unpushed run, applied to the push.

    Raises
    ------
    ValueError
        When the step or the unit does not exist, or the push is 0 or not finite.
    """
    cell, T = trace.cell, trace.T
    if not (0 <= k <= T and 0 <= unit < cell.S):
        raise ValueError(
            f"nudge: wanted a step from 0 to {T} and an entry from 0 to {cell.S - 1} of the state, "
            f"got step {k} and entry {unit}."
        )
    if epsilon == 0 or not np.isfinite(epsilon):
        raise ValueError(f"nudge: wanted a push that is finite and not 0, got {epsilon}.")
    unit += 0 if slot is None else slot_start(cell, slot)
    start = trace.s[k, batch].copy()
    push = np.zeros(cell.S, trace.s.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        start[unit] += epsilon
        push[unit] = start[unit] - trace.s[k, batch, unit]  # what float64 really added
        if k < T:
            later = Trace.of(cell.from_step(k), trace.x[k:, batch : batch + 1], start[None])
            pushed = later.s[:, 0]
            J = cell.jacobian(trace.steps)[k:, batch]
        else:
            pushed, J = start[None], np.zeros((0, cell.S, cell.S))
        foreseen = [push]
        for step in J:
            foreseen.append(step @ foreseen[-1])
        return Nudge(k, pushed, pushed - trace.s[k:, batch], np.array(foreseen))
