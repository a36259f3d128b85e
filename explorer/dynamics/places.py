"""What a place is: how fast the network moves there, how far off rest is, and of which kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.distances import norms
from explorer.dynamics.newton import solved
from explorer.shapes import Array

SINGULAR = 1e-7  # smallest singular value of I - J below which its determinant has no safe sign


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """States s (N, S) with where the map leads from them, and what its Jacobian says there.

    ``speed`` is |F(s) - s|, ``correction`` Newton's |(I - J)^-1 (F(s) - s)|, infinite where there
    is none; ``inverse`` (N, S, S) is that of I - J, nan where there is none.
    """

    s: Array
    r: Array
    J: Array
    inverse: Array
    speed: Array
    correction: Array

    @classmethod
    def of(cls, flow: Autonomous, s: Array) -> Places:
        """Measure states (N, S) of a map."""
        F, J = flow.linear(s)
        r = F - s
        gap = np.eye(flow.S) - J
        inverse, speed = inverses(gap), norms(r)
        with np.errstate(over="ignore", invalid="ignore"):
            step = np.einsum("nij,nj->ni", inverse, r)
            sure = missed(gap, step, r) <= 1e-6 * speed
        # Where I - J is singular there may be no step at all that would lead to a fixed point.
        doubt = np.flatnonzero(~sure & np.isfinite(gap).all(axis=(1, 2)) & np.isfinite(speed))
        if len(doubt):
            with np.errstate(over="ignore", invalid="ignore"):
                step[doubt] = solved(gap[doubt], r[doubt])
                sure[doubt] = missed(gap[doubt], step[doubt], r[doubt]) <= 1e-6 * speed[doubt]
        correction = np.full(len(s), np.inf)
        correction[sure] = norms(step[sure])
        return cls(s, r, J, inverse, speed, correction)

    def __getitem__(self, which: Any) -> Places:
        """Return some of the places."""
        return Places(*(getattr(self, name)[which] for name in self.__slots__))

    def signs(self) -> Array:
        """Return the sign of det(I - J) of each place (N,), 0 where it is too close to call."""
        if not len(self.s):
            return np.zeros(0, int)
        sign, _ = np.linalg.slogdet(np.eye(self.s.shape[1]) - self.J)
        with np.errstate(all="ignore"):
            # No singular value is below 1 / |inverse|.
            smallest = 1 / norms(self.inverse.reshape(len(self.s), -1))
        return np.where(smallest > SINGULAR, sign, 0).astype(int)


def inverses(A: Array) -> Array:
    """Return the inverse of each matrix (N, S, S), nan where there is none."""
    with np.errstate(all="ignore"):
        try:
            return np.linalg.inv(A)
        except np.linalg.LinAlgError:
            regular = np.abs(np.linalg.slogdet(A)[0]) == 1
        inverse = np.full_like(A, np.nan)
        inverse[regular] = np.linalg.inv(A[regular])
    return inverse


def missed(A: Array, step: Array, r: Array) -> Array:
    """Return |A step - r| (N,)."""
    return norms(np.einsum("nij,nj->ni", A, step) - r)


def moves(flow: Autonomous, s: Array) -> tuple[Array, Array]:
    """Return F(s) - s (N, S) and its Jacobian J - I (N, S, S)."""
    F, J = flow.linear(s)
    np.einsum("nii->ni", J)[...] -= 1
    return F - s, J


def in_line(flow: Autonomous, s: Array, J: Array) -> bool:
    """Tell whether a resting state (S,) has neighbours that rest as well, to the last digit.

    So it is on a line of fixed points, and where a gate is so far saturated that float64 takes it
    for 1: whatever the memory holds then seems to stay.
    """
    flat = np.linalg.svd(np.eye(flow.S) - J)[2][-1]
    room = 1 + np.linalg.norm(s)
    beside = s + 1e-3 * room * np.array([flat, -flat])
    return bool((norms(flow(beside) - beside) <= 1e-13 * room).any())


def spectra(J: Array) -> Array:
    """Return the eigenvalues of each Jacobian (N, S), by falling magnitude."""
    if not len(J):
        return np.zeros(J.shape[:2], complex)
    values = np.linalg.eigvals(J).astype(complex)
    # Of a conjugate pair, whose magnitudes tie, the one above the axis comes first.
    order = np.lexsort((-values.imag, -np.round(np.abs(values), 12)), axis=1)
    return np.take_along_axis(values, order, axis=1)
