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

    ``leaving`` (N, S, S) is J - I of the map itself, with all its digits where a gate is nearly
    closed. The rest but ``speed``, which is |F(s) - s|, belongs to the map whose roots are sought
    (see ``Autonomous.still``): ``gap`` is its I - J, each row divided by what the entry releases,
    ``inverse`` that of the undivided one, nan where there is none; ``correction`` Newton's
    |(I - J)^-1 (F(s) - s)|, infinite where there is none.
    """

    s: Array
    r: Array
    leaving: Array
    gap: Array
    inverse: Array
    speed: Array
    correction: Array

    @classmethod
    def of(cls, flow: Autonomous, s: Array) -> Places:
        """Measure states (N, S) of a map."""
        speed = norms(flow(s) - s)
        leaving, root = flow.leaving(s)
        r = flow.residual(s)
        share = flow.released(s) if flow.still is flow else np.ones(s.shape)
        with np.errstate(all="ignore"):
            gap, near = -root / share[:, :, None], r
            inverse = inverses(gap)
            step = np.einsum("nij,nj->ni", inverse, near)
            size = norms(near)
            sure = missed(gap, step, near) <= 1e-6 * size
        # Where I - J is singular there may be no step at all that would lead to a fixed point.
        doubt = np.flatnonzero(~sure & np.isfinite(gap).all(axis=(1, 2)) & np.isfinite(size))
        if len(doubt):
            with np.errstate(over="ignore", invalid="ignore"):
                step[doubt] = solved(gap[doubt], near[doubt])
                sure[doubt] = missed(gap[doubt], step[doubt], near[doubt]) <= 1e-6 * size[doubt]
        correction = np.full(len(s), np.inf)
        with np.errstate(over="ignore", invalid="ignore"):
            correction[sure] = norms(step[sure])
        return cls(s, r, leaving, gap, inverse, speed, correction)

    def __getitem__(self, which: Any) -> Places:
        """Return some of the places."""
        return Places(*(getattr(self, name)[which] for name in self.__slots__))

    def signs(self) -> Array:
        """Return the sign of det(I - J) of each place (N,), 0 where it is too close to call.

        It is that of the map whose roots are sought: the two differ by factors above 0.
        """
        if not len(self.s):
            return np.zeros(0, int)
        sign, _ = np.linalg.slogdet(self.gap)
        with np.errstate(all="ignore"):
            # No singular value is below 1 / |inverse|.
            smallest = 1 / norms(inverses(self.gap).reshape(len(self.s), -1))
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


def in_line(flow: Autonomous, s: Array) -> bool:
    """Tell whether a resting state (S,) has neighbours that rest as well, to the last digit.

    So it is on a line of fixed points. The map whose roots are sought is asked: a gate that float64
    takes for 1 keeps every state, but not every state solves h = n(h).
    """
    flat = np.linalg.svd(moves(flow.still, s[None])[1][0])[2][-1]
    room = 1 + np.linalg.norm(s)
    beside = s + 1e-3 * room * np.array([flat, -flat])
    moved = flow.residual(beside)
    return bool((norms(moved) <= 1e-13 * room).any())


def modes(leaving: Array) -> tuple[Array, Array]:
    """Return the eigenvalues λ (N, S) of each J, by falling magnitude, and log |λ|, from J - I.

    For a memory that lasts 10^20 steps λ is 1 to the last digit, and log |λ| is -1e-20.
    """
    if not len(leaving):
        return np.zeros(leaving.shape[:2], complex), np.zeros(leaving.shape[:2])
    offsets = np.linalg.eigvals(leaving).astype(complex)
    with np.errstate(divide="ignore"):
        logs = 0.5 * np.log1p(np.maximum(2 * offsets.real + np.abs(offsets) ** 2, -1))
    order = falling(1 + offsets)
    return tuple(np.take_along_axis(each, order, axis=1) for each in (1 + offsets, logs))


def spectra(J: Array) -> Array:
    """Return the eigenvalues of each Jacobian (N, S), by falling magnitude."""
    if not len(J):
        return np.zeros(J.shape[:2], complex)
    values = np.linalg.eigvals(J).astype(complex)
    return np.take_along_axis(values, falling(values), axis=1)


def falling(values: Array) -> Array:
    """Return the order of eigenvalues (N, S) by falling magnitude.

    Of a conjugate pair, whose magnitudes tie, the one above the axis comes first.
    """
    return np.lexsort((-values.imag, -np.round(np.abs(values), 12)), axis=1)
