"""How long a network stays at a place that is no fixed point, foreseen and measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.shapes import Array

RADIUS = 0.25
LONGEST = 5000  # turns


@dataclass(frozen=True)
class Lifetime:
    """Turns until a network that starts on a slow point is ``radius`` away; inf if it stays.

    ``foreseen`` follows the map's second-order expansion there, ``measured`` the network itself.
    ``passage`` is the time 2π / √(4ac - b²) from far before to far behind the point, if it is the
    ghost of two fixed points that have met (Strogatz & Westervelt 1989); nan if it is none.
    """

    foreseen: float
    measured: float
    passage: float
    radius: float


def lifetime(flow: Autonomous, s: Array, radius: float = RADIUS) -> Lifetime:
    """Return how long the network stays near ``s`` (S,): by its local expansion, and really."""
    F, J = flow.linear(s[None])
    r, J = F[0] - s, J[0]
    values, V = np.linalg.eig(J)
    inverse = np.linalg.pinv(V)
    pushed = inverse @ r
    n = int(np.where(np.abs(values.imag) < 1e-9, np.abs(values - 1), np.inf).argmin())
    bent = 0.0
    if abs(values[n].imag) < 1e-9:
        v, step = V[:, n].real, 1e-4
        ahead, behind = flow.linear(np.array([s + step * v, s - step * v]))[1]
        bent = float((inverse[n] @ ((ahead - behind) @ v)).real) / (4 * step)
    return Lifetime(
        left_expansion(values, V, pushed, n, bent, radius),
        left(flow, s, radius),
        passage(float(pushed[n].real), float(values[n].real) - 1, bent),
        radius,
    )


def passage(a: float, b: float, c: float) -> float:
    """Return the time that u' = u + a + b u + c u² takes to pass 0, nan where it is stopped."""
    room = 4 * a * c - b * b
    return float(2 * np.pi / np.sqrt(room)) if room > 0 else np.nan


def left(flow: Autonomous, s: Array, radius: float) -> float:
    """Return after how many turns the network has left the ball around ``s``."""
    now = s[None]
    for t in range(1, LONGEST + 1):
        now = flow(now)
        if not np.linalg.norm(now[0] - s) <= radius:
            return float(t)
    return np.inf


def left_expansion(
    values: Array, V: Array, pushed: Array, n: int, bent: float, radius: float
) -> float:
    """Return the same of the expansion z' = Λ z + a + c z_n², z being the modes' coordinates."""
    z = np.zeros(len(values), complex)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, LONGEST + 1):
            bend = bent * z[n] ** 2
            z = values * z + pushed
            z[n] += bend
            if not np.linalg.norm((V @ z).real) <= radius:
                return float(t)
    return np.inf
