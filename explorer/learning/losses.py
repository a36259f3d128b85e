"""Losses that look at the states themselves: value and gradient side by side.

Each reads the hidden state through the unit vector u = (1, ..., 1)/sqrt(H), so that the gradient
starts with norm 1 in every cell and curves can be compared like for like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.trace import Trace


def read(trace: Trace, weights: Array) -> Array:
    """Return dL/ds (T, B, S) of L = Σ_t weights[t]·h_t for ``weights`` (T, H)."""
    dL_ds = np.zeros_like(trace.s[1:])
    trace.cell.slot(dL_ds, "h")[...] = weights[:, None, :]
    return dL_ds


@dataclass(frozen=True)
class Loss:
    """A loss linear in the hidden states: ``weights`` (T, H) are its gradient at each h_t."""

    name: str
    latex: str

    @property
    def formula(self) -> str:
        """The right side of the loss as plain text."""
        return "u·h_T"

    @property
    def definition(self) -> str:
        """What L is, in one sentence."""
        return (
            f"loss: L = {self.formula}, with the unit vector u = (1, …, 1)/√H, so that the "
            "gradient starts with length 1."
        )

    def weights(self, T: int, H: int) -> Array:
        """Return the gradient of the loss at each hidden state."""
        raise TypeError(f"{type(self).__name__}: wanted LastState, EveryState or OneUnit.")

    def value(self, trace: Trace) -> float:
        """Return the loss of a trace, summed over its batch."""
        h = trace.slot("h")[1:]
        return float(np.einsum("tbh,th->", h, self.weights(trace.T, trace.cell.H)))

    def gradient(self, trace: Trace) -> Array:
        """Return dL/ds (T, B, S), what the loss injects at each state."""
        return read(trace, self.weights(trace.T, trace.cell.H))


@dataclass(frozen=True)
class LastState(Loss):
    """The loss looks at the last state only."""

    name: str = "last state"
    latex: str = r"L = u \cdot h_T"

    def weights(self, T: int, H: int) -> Array:
        w = np.zeros((T, H))
        w[-1] = 1 / np.sqrt(H)
        return w


@dataclass(frozen=True)
class EveryState(Loss):
    """The loss looks at every state alike."""

    name: str = "every state"
    latex: str = r"L = \sum_t u \cdot h_t"

    @property
    def formula(self) -> str:
        return "Σ_t u·h_t"

    @property
    def definition(self) -> str:
        return f"loss: L = {self.formula}, summed over all steps, with u = (1, …, 1)/√H."

    def weights(self, T: int, H: int) -> Array:
        return np.full((T, H), 1 / np.sqrt(H))


@dataclass(frozen=True)
class OneUnit(Loss):
    """The loss is one unit at one step, 1 ≤ t ≤ T; what lies outside is moved to the nearest."""

    name: str = "one unit at one step"
    latex: str = r"L = h_t[j]"
    t: int = 1
    unit: int = 0

    @property
    def formula(self) -> str:
        return f"h_{self.t}[{self.unit + 1}]"

    @property
    def definition(self) -> str:
        return f"loss: L = {self.formula}, the hidden state of one unit at one step."

    def weights(self, T: int, H: int) -> Array:
        w = np.zeros((T, H))
        w[min(max(self.t, 1), T) - 1, min(max(self.unit, 0), H - 1)] = 1.0
        return w
