"""A branch of fixed points: where it is stable, and how far a place lies from it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from explorer.dynamics.bifurcation import Event
from explorer.dynamics.stability import MARGINAL, marginal
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Branch:
    """A curve of fixed points: parameters (N,), points (N, S), eigenvalues (N, S), and events."""

    p: Array
    points: Array
    eigenvalues: Array
    events: tuple[Event, ...]
    closed: bool = False
    remark: str = ""

    def __len__(self) -> int:
        return len(self.p)

    @property
    def stable(self) -> Array:
        """Where the branch attracts (N,)."""
        even = marginal(self.eigenvalues, flat=MARGINAL)
        return ((np.abs(self.eigenvalues) < 1) & ~even).all(axis=1)

    @property
    def marginal(self) -> Array:
        """Where the branch neither attracts nor repels to first order (N,)."""
        even = marginal(self.eigenvalues, flat=MARGINAL)
        return even.any(axis=1) & (even | (np.abs(self.eigenvalues) < 1)).all(axis=1)

    @property
    def lasting(self) -> bool:
        """Whether an eigenvalue lies on the unit circle all along the branch."""
        return bool(marginal(self.eigenvalues, flat=MARGINAL).any(axis=1).all())

    @property
    def stretches(self) -> list[tuple[slice, str]]:
        """The parts that are stable, unstable or marginal throughout; each begins where one ends.

        A bifurcation is no part of its own where a point of the branch happens to lie on it.
        """
        kinds = np.where(self.marginal, 2, self.stable).astype(int)
        lone = kinds == 2
        lone[1:] &= kinds[:-1] != 2
        lone[:-1] &= kinds[1:] != 2
        for k in np.flatnonzero(lone) if len(kinds) > 1 else ():
            kinds[k] = kinds[k - 1 if k else 1]
        cuts = [0, *(np.flatnonzero(kinds[1:] != kinds[:-1]) + 1), len(kinds)]
        names = ("unstable", "stable", "marginal")
        return [(slice(max(a - 1, 0), b), names[kinds[a]]) for a, b in pairwise(cuts)]


def distance(branch: Branch, y: Array) -> float:
    """Return how far a place (s, p) lies from the straight pieces of a branch."""
    corners = np.column_stack([branch.points, branch.p])
    start, way = corners[:-1], np.diff(corners, axis=0)
    if not len(way):
        return float(np.linalg.norm(corners - y, axis=1).min())
    length = np.maximum((way**2).sum(axis=1), 1e-300)
    share = np.clip(((y - start) * way).sum(axis=1) / length, 0.0, 1.0)
    return float(np.linalg.norm(start + share[:, None] * way - y, axis=1).min())
