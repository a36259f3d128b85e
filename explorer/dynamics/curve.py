"""A curve of fixed points: a place on it, its tangent, and the step to the next (Keller 1977)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.places import spectra
from explorer.shapes import Array

Family = Callable[[float], Autonomous]  # from the value of a parameter to the network there
NUDGE = 1e-6  # of the parameter, for its derivative
CONVERGED = 1e-11
SLOW = 0.1  # of the step before; a longer step of Newton's method asks for a new matrix


@dataclass(frozen=True, eq=False)
class Place:
    """A point y = (s, p) on a branch with its tangent and all that the test functions need."""

    y: Array
    tangent: Array
    J: Array
    eigenvalues: Array
    bordered: Array

    @cached_property
    def tests(self) -> dict[str, float]:
        """Functions that change their sign at a bifurcation of the kind they are named after."""
        values, S = self.eigenvalues, len(self.eigenvalues)
        i, j = np.triu_indices(S, 1)
        pairs = 1 - values[i] * values[j]
        with np.errstate(over="ignore", invalid="ignore"):
            return {
                "branch": float(np.linalg.det(self.bordered)),
                "fold": float(self.tangent[-1]),
                "flip": float(np.prod(1 + values).real),
                "Neimark-Sacker": float(np.prod(pairs).real) if S > 1 else 1.0,
            }


class Curve:
    """The equation F(s; p) = s of a family, and steps along its solutions."""

    def __init__(self, family: Family):
        self.family = family

    def equation(self, y: Array) -> tuple[Array, Array]:
        """Return F(s; p) - s and its derivative by the state."""
        F, J = self.family(float(y[-1])).linear(y[None, :-1])
        return F[0] - y[:-1], J[0]

    def by_parameter(self, y: Array) -> Array:
        """Return the derivative of F(s; p) by p, from a central difference."""
        p, step = float(y[-1]), NUDGE * max(1.0, abs(y[-1]))
        s = y[None, :-1]
        return (self.family(p + step)(s)[0] - self.family(p - step)(s)[0]) / (2 * step)

    def place(self, y: Array, before: Array) -> Place | None:
        """Return the place at a solution; its tangent goes the way of ``before``."""
        _, J = self.equation(y)
        if not np.isfinite(J).all():
            return None
        bordered = self.bordered(J, self.by_parameter(y), before)
        try:
            tangent = np.linalg.solve(bordered, np.append(np.zeros(len(J)), 1.0))
        except np.linalg.LinAlgError:
            tangent = shortest(bordered, np.append(np.zeros(len(J)), 1.0))
        length = np.linalg.norm(tangent)
        if not (np.isfinite(length) and length > 0):
            return None
        tangent = tangent / length
        bordered[-1] = tangent
        return Place(y, tangent, J, spectra(J[None])[0], bordered)

    @staticmethod
    def bordered(J: Array, F_p: Array, row: Array) -> Array:
        """Return the matrix [[J - I, F_p], [row]]."""
        S = len(J)
        matrix = np.empty((S + 1, S + 1))
        matrix[:S, :S] = J - np.eye(S)
        matrix[:S, S] = F_p
        matrix[S] = row
        return matrix

    def corrected(self, guess: Array, row: Array, most: int = 8) -> tuple[Array, int] | None:
        """Return the solution in the plane through ``guess`` that stands on ``row``, if near.

        Newton's method whose matrix serves for as long as every step is far shorter than the last.
        Where the matrix is singular, as all along a curve with an eigenvalue 1, the shortest step
        is taken.
        """
        y, before, matrix, flat = guess.copy(), np.inf, None, False
        for k in range(most):
            if matrix is None:
                r, J = self.equation(y)
                matrix = self.bordered(J, self.by_parameter(y), row)
            else:
                r = self.family(float(y[-1]))(y[None, :-1])[0] - y[:-1]
            full = np.append(r, row @ (y - guess))
            if not (np.isfinite(full).all() and np.isfinite(matrix).all()):
                return None
            try:
                step = np.linalg.solve(matrix, full)
            except np.linalg.LinAlgError:
                step, flat = shortest(matrix, full), True
            y, length = y - step, float(np.linalg.norm(step))
            if length < CONVERGED * (1 + np.linalg.norm(y)):
                return (y, k + 1) if not flat or self.solves(y) else None
            if length > SLOW * before:
                matrix = None
            before = length
        return None

    def solves(self, y: Array) -> bool:
        """Tell whether y is a solution up to rounding; a shortest step need not lead to one."""
        r, _ = self.equation(y)
        return bool(np.linalg.norm(r) <= 100 * CONVERGED * (1 + np.linalg.norm(y)))

    def ahead(self, place: Place, length: float) -> tuple[Place, int] | None:
        """Return the place so far along the curve, and the iterations that it took."""
        guess = place.y + length * place.tangent
        found = self.corrected(guess, place.tangent)
        if found is None:
            return None
        y, count = found
        if np.linalg.norm(y - guess) > abs(length) / 2 + CONVERGED:
            return None  # so far from the tangent lies another curve, or a part that is not next
        new = self.place(y, place.tangent)
        return None if new is None else (new, count)


def shortest(matrix: Array, right: Array) -> Array:
    """Return the shortest least-squares solution of a singular system."""
    return np.linalg.lstsq(matrix, right, rcond=1e-10)[0]
