"""The bifurcations that a curve of fixed points meets: where they lie and what they are called.

Test functions for the bifurcations of maps (Kuznetsov 2004, chapters 4 and 10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.curve import Curve, Place
from explorer.dynamics.stability import MARGINAL, marginal
from explorer.shapes import Array

PRECISE = 1e-10  # along the curve, to which a bifurcation is located
TOGETHER = 1e-6  # of the unit circle, within which eigenvalues reach it at once
DEGENERATE = "degenerate"


@dataclass(frozen=True, eq=False)
class Event:
    """A bifurcation on a branch: fold, pitchfork, transcritical, flip, Neimark-Sacker, degenerate.

    It lies at parameter ``p`` and state ``point`` (S,), before the branch's point number ``index``;
    ``direction`` (S,) is the mode that loses its stability there, ``angle`` by how much it turns
    per step (0, π at a flip). ``critical`` are the eigenvalues on the unit circle: a single one or
    a conjugate pair, more where it is degenerate. ``below`` and ``above`` are the kinds of the
    fixed points near it for a slightly smaller and larger parameter, None where they were not
    counted; ``cycle`` says on which side of a flip (-1, 1) a cycle of period 2 was found, and
    whether it attracts.
    """

    kind: str
    p: float
    point: Array
    index: int
    direction: Array
    angle: float
    critical: tuple[complex, ...] = ()
    below: tuple[str, ...] | None = None
    above: tuple[str, ...] | None = None
    cycle: tuple[float, bool] | None = None


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
    # An eigenvalue that is 1 all along makes a test function 0 all along; its sign says nothing.
    lasting = min(int(on_circle(place).sum()) for place in (a, b))
    for name in crossed:
        if lasting and max(abs(before[name]), abs(after[name])) < TOGETHER**2:
            continue
        place = located(curve, a, b, step, name)
        event = None if place is None else named(curve, place, name, index)
        if event is not None:
            events.append(with_all(place, event, lasting))
    if not events and away(a) != away(b):
        # Two eigenvalues at once leave the sign of a determinant as it is.
        place = parted(curve, a, b, step)
        critical = place.eigenvalues[on_circle(place)]
        if len(critical) > lasting:
            n = int(np.abs(np.abs(place.eigenvalues) - 1).argmin())
            direction = np.linalg.eig(place.J)[1][:, n]
            event = Event(
                DEGENERATE, float(place.y[-1]), place.y[:-1], index, direction.real,
                float(abs(np.angle(place.eigenvalues[n]))),
            )  # fmt: skip
            events.append(with_all(place, event, lasting))
    return events


def on_circle(place: Place) -> Array:
    """Return which eigenvalues lie on the unit circle, as far as a place is located."""
    return np.abs(np.abs(place.eigenvalues) - 1) < TOGETHER


def away(place: Place) -> int:
    """Return in how many directions a fixed point repels."""
    values = place.eigenvalues
    return int(((np.abs(values) > 1) & ~marginal(values, flat=MARGINAL)).sum())


def with_all(place: Place, event: Event, lasting: int) -> Event:
    """Return the event with all that is critical there; degenerate where it is more than one mode.

    ``lasting`` eigenvalues stay on the unit circle before and after it.
    """
    critical = place.eigenvalues[on_circle(place)]
    pair = len(critical) == 2 and abs(critical[0].imag) > 1e-9
    usual = max(len(critical) - lasting, 0) <= (2 if pair else 1)
    kind = event.kind if usual and not lasting else DEGENERATE
    return replace(event, kind=kind, critical=tuple(complex(value) for value in critical))


def parted(curve: Curve, a: Place, b: Place, step: float) -> Place:
    """Return the place between two others at which the number of repelling directions changes."""
    lo, hi, before, best = 0.0, step, away(a), b
    while hi - lo > PRECISE:
        middle = (lo + hi) / 2
        found = curve.ahead(a, middle) or curve.ahead(a, middle + (hi - lo) * 0.118)
        if found is None:
            break
        if away(found[0]) == before:
            lo = middle
        else:
            hi, best = middle, found[0]
    return best


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
