"""The bifurcations that a curve of fixed points meets: where they lie and what they are called.

Test functions for the bifurcations of maps (Kuznetsov 2004, chapters 4 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.curve import Curve, Place
from explorer.shapes import Array

PRECISE = 1e-10  # along the curve, to which a bifurcation is located


@dataclass(frozen=True, eq=False)
class Event:
    """A bifurcation on a branch: fold, pitchfork, transcritical, flip or Neimark-Sacker.

    It lies at parameter ``p`` and state ``point`` (S,), before the branch's point number ``index``;
    ``direction`` (S,) is the mode that loses its stability there, ``angle`` by how much it turns
    per step (0, π at a flip).
    """

    kind: str
    p: float
    point: Array
    index: int
    direction: Array
    angle: float


def met(curve: Curve, a: Place, b: Place, step: float, index: int) -> list[Event]:
    """Return the bifurcations between two neighbouring places."""
    before, after = a.tests, b.tests
    crossed = [
        name
        for name in before
        if before[name] * after[name] < 0 or (after[name] == 0 != before[name])
    ]
    if "branch" in crossed and "fold" in crossed:
        crossed.remove("fold")  # a branch that turns back at a pitchfork
    events = []
    for name in crossed:
        place = located(curve, a, b, step, name)
        event = None if place is None else named(curve, place, name, index)
        if event is not None:
            events.append(event)
    return events


def located(curve: Curve, a: Place, b: Place, step: float, name: str) -> Place | None:
    """Return the place between two others at which a test function is 0 (Illinois method)."""
    lo, hi, at_lo, at_hi, side = 0.0, step, a.tests[name], b.tests[name], 0
    last = np.inf
    best = min((a, b), key=lambda place: abs(place.tests[name]))
    for _ in range(60):
        middle = (lo * at_hi - hi * at_lo) / (at_hi - at_lo) if at_hi != at_lo else (lo + hi) / 2
        found = curve.ahead(a, middle)
        if found is None:
            # Where branches cross the equation is singular; step round the crossing.
            middle = lo + (hi - lo) * 0.618
            found = curve.ahead(a, middle)
            if found is None:
                return best
        best, value = found[0], found[0].tests[name]
        if value == 0 or abs(middle - last) < PRECISE:
            return best
        last = middle
        if value * at_hi > 0:
            hi, at_hi = middle, value
            at_lo, side = (at_lo / 2 if side == 1 else at_lo), 1
        else:
            lo, at_lo = middle, value
            at_hi, side = (at_hi / 2 if side == -1 else at_hi), -1
    return best


def named(curve: Curve, place: Place, name: str, index: int) -> Event | None:
    """Return the event at a place, or None where the test function was 0 for another reason."""
    values, vectors = np.linalg.eig(place.J)
    goal = {"branch": 1.0, "fold": 1.0, "flip": -1.0}.get(name)
    if goal is not None:
        n = int(np.abs(values - goal).argmin())
        if abs(values[n] - goal) > 0.1:
            return None
    else:
        # Two real eigenvalues whose product is 1 make no circle.
        n = int(np.where(values.imag > 1e-9, np.abs(np.abs(values) - 1), np.inf).argmin())
        if values[n].imag <= 1e-9 or abs(abs(values[n]) - 1) > 1e-3:
            return None
    direction = vectors[:, n].real if goal is not None else vectors[:, n]
    kind = name
    if name == "branch":
        curved = curvature(curve.family(float(place.y[-1])), place.y[:-1], place.J, n)
        kind = "pitchfork" if abs(curved) < 1e-3 else "transcritical"
    return Event(
        kind, float(place.y[-1]), place.y[:-1], index, direction, float(abs(np.angle(values[n])))
    )


def curvature(flow: Autonomous, s: Array, J: Array, n: int) -> float:
    """Return w·D²F(v, v) along the n-th eigenvector v, w being the left one with w·v = 1."""
    values, vectors = np.linalg.eig(J)
    v = vectors[:, n].real
    v = v / np.linalg.norm(v)
    left, lefts = np.linalg.eig(J.T)
    w = lefts[:, int(np.abs(left - values[n]).argmin())].real
    size = w @ v
    if abs(size) < 1e-12:
        return np.inf
    step = 1e-4
    ahead, behind = flow.linear(np.array([s + step * v, s - step * v]))[1]
    return float(w @ ((ahead - behind) @ v) / (2 * step) / size)
