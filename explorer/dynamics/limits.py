"""What a run comes to in the end: a fixed point, a cycle, a circle, infinity, or none of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.circles import Circle, circle
from explorer.dynamics.cycles import Cycle, cycle
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.places import in_line
from explorer.estimates import standard_error
from explorer.shapes import Array

AWAY = 1e6  # a state farther out than this is on its way to infinity
STILL = 4e-15  # of 1 + |s|: what moves less in a turn rests
ARRIVED = 1e-3  # from a point or a cycle, where a run is taken to have come to it
BACK = 1e-3  # of the extent of a run: so near to a state a run has come back to it
LONGEST = 128  # period of a cycle
TRIES = 3  # periods that are tried
NEARER = 0.99  # of its distance from a marginal point a run must lose to be drawing nearer
TIGHT = 0.02  # of its size: how near to a circle a state lies on it
OUTSIDE = 0.05  # of its size: where a run starts that is to come back to a circle
KEPT = 0.98  # of that distance is left where every start has a circle of its own
POSITIVE = 3  # standard errors by which an exponent is above 0
ONE = 3 * TIGHT  # of its size, within which two circles are one
DRIFTED = 0.3  # the same for two of the same rotation number, which slow modes may shift
ALIKE = 1e-6  # turns per step, within which two rotation numbers are the same


@dataclass(frozen=True, eq=False)
class Limit:
    """What runs come to.

    ``kind`` is "point", "cycle", "circle", "rest" (a fixed point with others beside it), "slow" (a
    marginal point, ever more slowly), "infinity" or "irregular". ``point`` numbers the fixed point;
    ``family`` says that each start has a cycle or circle of its own, of the same period or rotation
    number. ``exponent`` and ``error`` belong to irregular runs: the leading Lyapunov exponent in
    nats per turn, with its standard error.
    """

    kind: str
    states: Array
    point: int = -1
    cycle: Cycle | None = None
    circle: Circle | None = None
    exponent: float = np.nan
    error: float = np.nan
    family: bool = False

    @property
    def chaotic(self) -> bool:
        """Whether nearly equal starts part: the leading exponent is above 0 by its error."""
        return self.kind == "irregular" and self.exponent > POSITIVE * self.error

    def distance(self, s: Array) -> Array:
        """Return how far states (n, S) lie from it."""
        if self.circle is not None:
            return self.circle.distance(s)
        return nearest(s, self.states)

    def holds(self, flow: Autonomous, s: Array) -> Array:
        """Return which states (n, S) have come to it, as far as one state can show it."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self.kind == "infinity":
                return ~(np.abs(s) < AWAY).all(axis=1)
            if self.kind == "rest":
                moved = np.abs(flow(s) - s).max(axis=1)
                return moved < STILL * (1 + np.abs(s).max(axis=1))
            if self.cycle is not None and not self.family:
                return nearest(s, self.cycle.states) < ARRIVED
            if self.circle is not None and not self.family:
                return self.circle.distance(s) < TIGHT * self.circle.size
            if self.kind == "point":
                return nearest(s, self.states) < ARRIVED
        return np.zeros(len(s), bool)


def nearest(s: Array, states: Array) -> Array:
    """Return the distance of each row of s (n, S) to the nearest of some states (m, S)."""
    far = np.full(len(s), np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        for state in states:
            far = np.fmin(far, ((s - state) ** 2).sum(axis=1))
    return np.sqrt(far)


def identified(
    flow: Autonomous, found: FixedPoints, film: Array, late: bool = False
) -> Limit | None:
    """Return what a run comes to whose late states (N, S) are these; None where it still changes.

    Unless it is ``late``, irregular motion must be chaotic: else it may be a transient. Cycles
    are verified by Newton's method on F^n(s) = s.
    """
    last = film[-1]
    if not (np.isfinite(film).all() and np.abs(film).max() < AWAY):
        return Limit("infinity", film[:0])
    if flow.box is None and widening(film):
        return Limit("infinity", film[:0])
    room = 1 + np.abs(last).max()
    if np.abs(flow(last[None])[0] - last).max() < STILL * room:
        far = np.linalg.norm(found.points - last, axis=1)
        if far.min(initial=np.inf) < 1e-6 * room:
            return Limit("point", found.points[far.argmin()][None], point=int(far.argmin()))
        missed = None if in_line(flow, last) else cycle(flow, last, 1)
        if missed is not None:
            return Limit("cycle", missed.states, cycle=missed)
        return Limit("rest", last[None])
    slow = drawing_near(found, film)
    if slow is not None:
        return slow
    size = float(np.ptp(film, axis=0).max())
    back = np.linalg.norm(film[-2 : -LONGEST - 2 : -1] - last, axis=1)
    for n in np.flatnonzero(back < BACK * size)[:TRIES] + 1:
        own = cycle(flow, last, int(n))
        if own is not None and (own.stable or (own.marginal and n > 1)):
            near = np.linalg.norm(own.states - last, axis=1).min()
            if near < max(10 * BACK * size, 1e-9 * room):
                return Limit("cycle", own.states, cycle=own, family=own.marginal)
    round_ = circle(film)
    if round_ is not None and settled(film):
        return Limit("circle", round_.states, circle=round_, family=neutral(flow, round_))
    if not settled(film):
        return None
    exponent, error = leading(flow, film)
    if not late and not exponent > POSITIVE * error:
        return None
    return Limit("irregular", film, exponent=exponent, error=error)


def widening(film: Array) -> bool:
    """Tell whether a run reaches farther out in each quarter, by no less than in the one before."""
    size = np.array([np.abs(part).max() for part in np.array_split(film, 4)])
    steps = np.diff(size)
    return bool((steps > 1e-6 * size[0]).all() and (steps[1:] >= 0.99 * steps[:-1]).all())


def drawing_near(found: FixedPoints, film: Array) -> Limit | None:
    """Return the fixed point that a run comes ever nearer to, one that no mode leads away from."""
    calm = np.flatnonzero(found.unstable == 0)
    if not len(calm):
        return None
    far = np.linalg.norm(film[[0, -1], None] - found.points[calm], axis=2)
    n = int(far[1].argmin())
    # A run on a circle about the point comes nearer and goes away again.
    half = len(film) // 2
    widest = [np.linalg.norm(part - found.points[calm[n]], axis=1).max()
              for part in (film[:half], film[half:])]  # fmt: skip
    if not widest[1] < NEARER * widest[0]:
        return None
    kind = "point" if found.stable[calm[n]] else "slow"
    return Limit(kind, found.points[calm[n]][None], point=int(calm[n]))


def neutral(flow: Autonomous, found: Circle) -> bool:
    """Tell whether a run that starts a little outside a circle stays there."""
    middle, half = found.states.mean(axis=0), len(found.states) // 2
    start = found.states[:1] + OUTSIDE * (found.states[:1] - middle)
    film = flow.orbit(start, len(found.states) - 1)[half:, 0]
    wider = np.ptp(film, axis=0).max() / np.ptp(found.states[half:], axis=0).max() - 1
    return bool(wider > KEPT * OUTSIDE)


def settled(film: Array) -> bool:
    """Tell whether the second half of a run reaches as far, in every direction, as the first."""
    half = len(film) // 2
    first, second = np.ptp(film[:half], axis=0).max(), np.ptp(film[half:], axis=0).max()
    moved = np.abs(film[:half].mean(axis=0) - film[half:].mean(axis=0)).max()
    return bool(abs(second - first) < 0.02 * first and moved < 0.25 * first)


def leading(flow: Autonomous, film: Array) -> tuple[float, float]:
    """Return the leading Lyapunov exponent along a run, nats per turn, and its standard error."""
    _, J = flow.linear(film[:-1])
    v, logs = np.ones(flow.S) / np.sqrt(flow.S), np.zeros(len(J))
    for n, step in enumerate(J):
        v = step @ v
        length = np.linalg.norm(v)
        if not length > 0:
            return -np.inf, 0.0
        logs[n] = np.log(length)
        v = v / length
    logs = logs[len(logs) // 10 :]
    return float(logs.mean()), float(standard_error(logs, np.ones(len(logs))))


def merged(limits: list[Limit], new: Limit) -> list[Limit]:
    """Return the limits with a further one, unless it is one of them or of the same family."""
    for old in limits:
        if old.kind != new.kind:
            continue
        if old.kind in ("infinity", "rest", "irregular") or (
            old.kind in ("point", "slow") and old.point == new.point
        ):
            return limits
        if old.cycle is not None and new.cycle is not None:
            if old.cycle.period != new.cycle.period:
                continue
            if old.family and new.family:
                return limits
            if nearest(new.states[:1], old.states)[0] < ARRIVED:
                return limits
        if old.circle is not None and new.circle is not None:
            if old.circle.distance(new.states[::16]).max() < ONE * old.circle.size:
                return limits
            errors = 3 * (old.circle.error + new.circle.error)
            alike = abs(old.circle.rotation - new.circle.rotation) < ALIKE + errors
            far = old.circle.distance(new.states[::16]).mean() / old.circle.size
            if alike and ((old.family and new.family) or far < DRIFTED):
                return limits
    return [*limits, new]
