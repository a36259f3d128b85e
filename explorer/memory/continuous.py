"""The Hopfield network of 1984: graded units that slide down a smooth energy in real time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Slide:
    """One moment: what the units hold u (N,), what they say x = tanh(gain u), and the energy."""

    u: Array
    x: Array
    energy: float


def energy(W: Array, u: Array, gain: float) -> float:
    """Return -½ xᵀ W x + Σ ∫₀ˣ artanh(v) dv / gain at x = tanh(gain u). Hopfield 1984."""
    x, drive = np.tanh(gain * u), gain * u
    # ln cosh without overflow.
    inner = x * drive - (np.logaddexp(drive, -drive) - np.log(2.0))
    return float(-0.5 * x @ W @ x + inner.sum() / gain)


def slide(W: Array, x: Array, gain: float, steps: int = 60, dt: float = 0.1) -> Iterator[Slide]:
    """Follow du/dt = -u + W x, x = tanh(gain u), by Euler steps of dt, from u = x.

    Yields the beginning and one record after each step. Hopfield 1984.
    """
    u = x.astype(np.float64)
    said = np.tanh(gain * u)
    yield Slide(u, said, energy(W, u, gain))
    for _ in range(steps):
        u = u + dt * (W @ said - u)
        said = np.tanh(gain * u)
        yield Slide(u, said, energy(W, u, gain))
