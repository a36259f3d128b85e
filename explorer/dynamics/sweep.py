"""Hysteresis measured: a network that runs on while a parameter goes slowly up and down again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.curve import Family
from explorer.shapes import Array

TAIL = 6  # last states at each value
SETTLE = 200
NUDGED = 1e-3  # spread of what is added to the state at each value


@dataclass(frozen=True, eq=False)
class Sweep:
    """Values of the parameter (N,), up and down again, and the last states (N, TAIL, S) at each."""

    p: Array
    tails: Array

    @property
    def s(self) -> Array:
        """The state (N, S) at the end of each value."""
        return self.tails[:, -1]

    @property
    def up(self) -> Array:
        """Which values belong to the way up (N,)."""
        return np.arange(len(self.p)) <= len(self.p) // 2

    def jumps(self, least: float = 0.3) -> Array:
        """Return the values at which the state moved by more than this from one to the next."""
        with np.errstate(invalid="ignore"):
            far = np.linalg.norm(np.diff(self.s, axis=0), axis=1) > least
        return self.p[1:][far]


def sweep(
    family: Family, low: float, high: float, *, values: int = 121, steps: int = 40,
    rng: np.random.Generator | None = None,
) -> Sweep:  # fmt: skip
    """Run the network for so many steps at each value, from where it was left at the one before.

    At each value the state is nudged a little, so that the run does not stay where only a perfect
    balance could.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    up = np.linspace(low, high, values)
    p = np.concatenate([up, up[-2::-1]])
    first = family(low)
    now = rng.uniform(0.05, 0.15, (1, first.S))
    for _ in range(SETTLE):
        now = first(now)
    tails = np.empty((len(p), TAIL, first.S))
    for n, value in enumerate(p):
        flow = family(float(value))
        now = now + NUDGED * rng.standard_normal(now.shape)
        for _ in range(max(0, steps - TAIL)):
            now = flow(now)
        for k in range(TAIL):
            now = flow(now)
            tails[n, k] = now[0]
    return Sweep(p, tails)
