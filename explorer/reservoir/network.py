"""A reservoir: a recurrent network that is drawn once, scaled, and never trained (Jaeger 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from explorer.initialisers import orthogonal, rescaled
from explorer.reservoir.units import LeakyUnits
from explorer.shapes import Array
from explorer.trace import Trace

WIRINGS = ("sparse", "orthogonal", "ring")


def wired(rng: np.random.Generator, N: int, wiring: str, density: float) -> tuple[Array, str]:
    """Return recurrent weights (N, N) of spectral radius 1, and a sentence where that cannot be.

    ``sparse`` keeps each weight of U(-1, 1) with probability ``density``; ``ring`` hands each
    unit's state to the next (Rodan & Tino 2011); ``orthogonal`` rotates. The same generator gives
    nested matrices: a larger density only adds weights.

    Raises
    ------
    ValueError
        When there is no such wiring, no unit, or the density is no probability.
    """
    if wiring not in WIRINGS or N < 1 or not 0 <= density <= 1:
        raise ValueError(
            f"wired: wanted N >= 1, a density from 0 to 1 and a wiring among {', '.join(WIRINGS)}, "
            f"got N {N}, density {density} and {wiring!r}."
        )
    if wiring == "ring":
        return np.roll(np.eye(N), 1, axis=0), ""
    if wiring == "orthogonal":
        return orthogonal(rng, N), ""
    weights, chance = rng.uniform(-1, 1, (N, N)), rng.random((N, N))
    W = np.where(chance < density, weights, 0.0)
    if not W.any():
        return W, (
            "At this density no connection between units is left: each unit only sees the input "
            "and, through its leak, itself."
        )
    try:
        return rescaled(W, 1.0), ""
    except ValueError:
        return W, (
            "The few connections that are left form no loop: all eigenvalues are 0 and cannot be "
            "scaled to a spectral radius, so the random weights stay unscaled. Raise the density."
        )


@dataclass(frozen=True, eq=False)
class Reservoir:
    """Leaky units with fixed weights; the last ``fed`` columns of W_xh read the output fed back."""

    cell: LeakyUnits
    fed: int = 0

    @classmethod
    def of(
        cls,
        rng: np.random.Generator,
        W: Array,
        inputs: int,
        fed: int = 0,
        *,
        leak: float = 1.0,
        input_scale: float = 1.0,
        feedback: float = 1.0,
        bias: float = 0.0,
        activation: str = "tanh",
        into_one: bool = False,
    ) -> Self:
        """Put leaky units around recurrent weights; all other weights are drawn from U(-1, 1).

        ``input_scale``, ``feedback`` and ``bias`` multiply what is drawn; ``into_one`` leads the
        input to the first unit alone, as in a delay line.
        """
        N = len(W)
        into, back, offset = (rng.uniform(-1, 1, (N, k)) for k in (inputs, fed, 1))
        if into_one:
            into = np.zeros((N, inputs))
            into[0] = 1.0
        cell = LeakyUnits(
            np.concatenate([input_scale * into, feedback * back], axis=1),
            W,
            bias * offset[:, 0],
            np.zeros(N),
            activation,
            leak,
        )
        return cls(cell, fed)

    @property
    def N(self) -> int:
        """Number of units."""
        return self.cell.H

    def driven(self, xs: Array, s0: Array | None = None) -> Trace:
        """Run under inputs (T, D), each followed by the true output to be fed back.

        With several initial states ``s0`` (B, N) all of them are run under the same input.
        """
        B = 1 if s0 is None else len(s0)
        return Trace.of(self.cell, np.repeat(xs[:, None, :], B, axis=1), s0)

    def free(self, readout: object, s: Array, y: Array, steps: int) -> tuple[Array, Array]:
        """Let the network run on its own output from states ``s`` (B, N) and outputs ``y`` (B, O).

        Return outputs (steps, B, O) and states (steps, B, N).
        """
        outputs, states = [], []
        with np.errstate(over="ignore", invalid="ignore"):
            for t in range(steps):
                s = self.cell.step(t, y, s).s
                y = readout(s)  # type: ignore[operator]
                outputs.append(y)
                states.append(s)
        return np.array(outputs), np.array(states)
