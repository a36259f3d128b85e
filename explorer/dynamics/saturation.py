"""How much of a gate is stuck at the ends of its range, where its slope is nearly zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.trace import Trace

MARGIN = 0.1


@dataclass(frozen=True, eq=False)
class Saturation:
    """Share of units in the lowest and in the highest tenth of a gate's range, per step (T,)."""

    gate: str
    low: Array
    high: Array

    @property
    def share(self) -> Array:
        """Share of units at either end, per step (T,)."""
        return self.low + self.high

    @property
    def free(self) -> float:
        """Share of units at neither end, over all steps."""
        return 1.0 - float(np.mean(self.share))


def saturation(trace: Trace) -> tuple[Saturation, ...]:
    """Return the saturation of every gate whose range is bounded; the margin is a tenth of it.

    A gate that neither input nor state decides, such as a clock, is not counted: it is no decision.
    """
    found = []
    for gate in trace.cell.gates:
        bounds = trace.cell.ranges[gate]
        if bounds is None or gate in trace.cell.undriven:
            continue
        low, high = bounds
        margin = MARGIN * (high - low)
        values = trace.gates[gate].reshape(trace.T, -1)
        found.append(
            Saturation(
                gate,
                np.mean(values < low + margin, axis=1),
                np.mean(values > high - margin, axis=1),
            )
        )
    return tuple(found)
