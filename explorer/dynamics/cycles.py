"""Cycles: states to which a network returns after n turns, with their multipliers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.stability import marginal
from explorer.shapes import Array

EXACT = 1e-10  # of 1 + |s|: largest last step of Newton's method
APART = 1e-5  # of 1 + |s|: states of one cycle lie at least this far apart


@dataclass(frozen=True, eq=False)
class Cycle:
    """A cycle of period n: its states (n, S) in their order, and its multipliers (S,).

    The multipliers are the eigenvalues of the Jacobian of n turns, by falling magnitude.
    """

    states: Array
    multipliers: Array

    @property
    def period(self) -> int:
        """Turns after which a state comes back."""
        return len(self.states)

    @cached_property
    def marginal(self) -> bool:
        """Whether no multiplier lies outside the unit circle, but one on it."""
        even = marginal(self.multipliers, flat=1e-7)
        return bool(even.any() and (even | (np.abs(self.multipliers) < 1)).all())

    @cached_property
    def stable(self) -> bool:
        """Whether it attracts all that is near."""
        even = marginal(self.multipliers, flat=1e-7)
        return bool(((np.abs(self.multipliers) < 1) & ~even).all())


def turned(flow: Autonomous, s: Array, n: int) -> tuple[Array, Array]:
    """Return F^n(s) (N, S) and its Jacobian (N, S, S)."""
    F, J = flow.linear(s)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(n - 1):
            F, step = flow.linear(F)
            J = step @ J
    return F, J


def cycle(flow: Autonomous, s: Array, n: int, most: int = 30) -> Cycle | None:
    """Return the cycle of period n near a state (S,), by Newton's method on F^n(s) = s.

    None where the method does not settle, or settles on a cycle of a smaller period.

    Examples
    --------
    >>> from explorer import Elman
    >>> flow = Autonomous.of(Elman.autonomous(-2.0))
    >>> found = cycle(flow, np.array([0.9]), 2)
    >>> found.states.ravel().round(4).tolist(), found.stable
    ([0.9575, -0.9575], True)
    """
    s = np.asarray(s, np.float64)
    one = np.eye(len(s))
    for _ in range(most):
        F, J = (array[0] for array in turned(flow, s[None], n))
        if not (np.isfinite(F).all() and np.isfinite(J).all()):
            return None
        # Where every neighbour returns as well the matrix is singular, and the shortest step right.
        step = np.linalg.lstsq(J - one, s - F, rcond=1e-12)[0]
        s = s + step
        if np.linalg.norm(step) <= EXACT * (1 + np.linalg.norm(s)):
            break
    else:
        return None
    F, J = (array[0] for array in turned(flow, s[None], n))
    if not np.linalg.norm(F - s) <= 1e-8 * (1 + np.linalg.norm(s)):
        return None
    states = flow.orbit(s[None], n - 1)[:, 0]
    far = np.linalg.norm(states[1:] - s, axis=1)
    if n > 1 and far.min() < APART * (1 + np.linalg.norm(s)):
        return None
    values = np.linalg.eigvals(J).astype(complex)
    return Cycle(states, values[np.argsort(-np.abs(values))])
