"""Invariant circles: closed curves that a run goes round without ever coming back to a state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.dynamics.distances import squares
from explorer.dynamics.projection import principal
from explorer.shapes import Array

PIECES = 12  # at most so many curves that the state visits in turn
COARSER = 4
PLACES = 160  # on each curve, from which distances are measured
SMOOTH = 1.25  # times the length of the curve through every fourth place: more is no curve
SURE = 1e-4  # turns per step: an error above this is no rotation number


@dataclass(frozen=True, eq=False)
class Circle:
    """A run on an invariant circle: late states (N, S) in their order, and its rotation number.

    ``rotation`` is the part of a whole turn about the circle that one step makes, from 0 to 1/2
    (the direction is left out), ``error`` how far two estimates of it differ. With ``pieces``
    above 1 the state visits so many circles in turn, and the rotation is that of ``pieces`` steps.
    """

    states: Array
    rotation: float
    error: float
    pieces: int = 1

    @cached_property
    def curves(self) -> tuple[Array, ...]:
        """Each piece as a closed line (n, S), its states in the order of their angle."""
        lines = []
        for k in range(self.pieces):
            states = self.states[k :: self.pieces]
            order = np.argsort(angles(states))
            lines.append(states[np.append(order, order[0])])
        return tuple(lines)

    @property
    def size(self) -> float:
        """Half of the widest extent of a piece."""
        return max(float(np.ptp(line, axis=0).max()) / 2 for line in self.curves)

    @cached_property
    def places(self) -> Array:
        """Places (n, S) at even distances along the curves."""
        return np.concatenate([even(line, PLACES) for line in self.curves])

    def distance(self, s: Array) -> Array:
        """Return how far states (n, S) lie from the circle, to half a space of its places."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sqrt(np.maximum(squares(s, self.places).min(axis=1), 0.0))


def angles(states: Array) -> Array:
    """Return the angle (N,) of states about their middle, in their principal plane."""
    centre, axes, _ = principal(states, 2)
    u, v = ((states - centre) @ axes.T).T
    return np.arctan2(v, u)


def even(line: Array, n: int) -> Array:
    """Return n places at even distances along a line (m, S)."""
    along = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1)))
    at = np.linspace(0, along[-1], n, endpoint=False)
    return np.stack([np.interp(at, along, column) for column in line.T], axis=1)


def rotation_number(turns: Array) -> tuple[float, float]:
    """Return the mean step of places on a circle (N,), in whole turns, and its error.

    A weighted Birkhoff average (Das, Saiki, Sander & Yorke 2017), whose error falls faster than
    any power of N where the run is quasi-periodic. The error is the largest difference between
    the average over the whole run and those over its halves.

    Examples
    --------
    >>> rho, error = rotation_number(np.arange(1000) * 0.3)
    >>> round(rho, 12), error < 1e-12
    (0.3, True)
    """
    steps = np.diff(turns) % 1.0
    # The steps of a map of the circle leave a gap on it: there they may be cut apart.
    sorted_steps = np.sort(steps)
    gaps = np.diff(np.append(sorted_steps, sorted_steps[0] + 1))
    cut = sorted_steps[int(gaps.argmax())]
    steps = np.where(steps > cut, steps - 1, steps)
    half = len(steps) // 2
    whole = weighted(steps)
    error = max(abs(weighted(part) - whole) for part in (steps[:half], steps[half:]))
    return whole, float(error + 4 * np.finfo(float).eps)


def weighted(steps: Array) -> float:
    """Return the mean of steps with weights that fade smoothly at both ends."""
    at = (np.arange(len(steps)) + 1) / (len(steps) + 1)
    weights = np.exp(-1 / (at * (1 - at)))
    return float(weights @ steps / weights.sum())


def circle(states: Array) -> Circle | None:
    """Return the circle that late states (N, S) of one run lie on, None where they lie on none."""
    for pieces in range(1, PIECES + 1):
        own = states[::pieces]
        if len(own) < 64:
            return None
        own_angles = angles(own)
        if not closed(own, own_angles):
            continue
        rho, error = rotation_number(own_angles / (2 * np.pi))
        rho %= 1.0
        if error < SURE and min(rho, 1 - rho) > 10 * error:
            found = Circle(states, min(rho, 1 - rho), error, pieces)
            return found if apart(found) else None
    return None


def apart(found: Circle) -> bool:
    """Tell whether the pieces do not meet; pieces that do are every n-th state of one circle."""
    if found.pieces == 1:
        return True
    first, *others = (even(line, PLACES) for line in found.curves)
    space = np.linalg.norm(np.diff(first, axis=0), axis=1).max()
    return all(squares(first, other).min() > (2 * space) ** 2 for other in others)


def closed(states: Array, own_angles: Array) -> bool:
    """Tell whether states (N, S), in the order of their angles, lie along one closed curve."""
    line = states[np.argsort(own_angles)]
    if not np.ptp(line, axis=0).max() > 0:
        return False

    def length(line: Array) -> float:
        return float(np.linalg.norm(np.diff(line, axis=0, append=line[:1]), axis=1).sum())

    return length(line) < SMOOTH * length(line[::COARSER])
