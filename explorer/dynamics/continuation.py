"""A fixed point followed while one parameter moves, round every fold, and what it meets there.

Pseudo-arclength continuation (Keller 1977) with test functions for the bifurcations of maps
(Kuznetsov 2004, chapters 4 and 10).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import fixed_points
from explorer.dynamics.seeker import spectra
from explorer.shapes import Array

Family = Callable[[float], Autonomous]  # from the value of a parameter to the network there
NUDGE = 1e-6  # of the parameter, for its derivative
CONVERGED = 1e-11
SHORTEST = 1e-7
SWITCH = 0.02  # how far from a branch point the other branch is looked for


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
        return (np.abs(self.eigenvalues) < 1).all(axis=1)


@dataclass(frozen=True, eq=False)
class Place:
    """A point y = (s, p) on a branch with its tangent and all that the test functions need."""

    y: Array
    tangent: Array
    J: Array
    eigenvalues: Array
    bordered: Array

    @property
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
            tangent = before
        tangent = tangent / np.linalg.norm(tangent)
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
        """Return the solution in the plane through ``guess`` that stands on ``row``, if near."""
        y, F_p = guess.copy(), self.by_parameter(guess)
        for k in range(most):
            r, J = self.equation(y)
            if not (np.isfinite(r).all() and np.isfinite(J).all() and np.isfinite(F_p).all()):
                return None
            full = np.append(r, row @ (y - guess))
            try:
                step = np.linalg.solve(self.bordered(J, F_p, row), full)
            except np.linalg.LinAlgError:
                return None
            y = y - step
            if np.linalg.norm(step) < CONVERGED * (1 + np.linalg.norm(y)):
                return y, k + 1
            if k == 2:
                F_p = self.by_parameter(y)
        return None

    def ahead(self, place: Place, length: float) -> tuple[Place, int] | None:
        """Return the place so far along the curve, and the iterations that it took."""
        found = self.corrected(place.y + length * place.tangent, place.tangent)
        if found is None:
            return None
        y, count = found
        new = self.place(y, place.tangent)
        return None if new is None else (new, count)


def continue_branch(
    family: Family,
    s: Array,
    p: float,
    low: float,
    high: float,
    *,
    step: float = 0.02,
    longest: float = 0.05,
    most: int = 1000,
) -> Branch:
    """Follow the fixed point near ``s`` (S,) both ways from ``p``, as far as ``low`` and ``high``.

    Parameters
    ----------
    family
        Gives the network, as an Autonomous, for a value of the parameter.
    step, longest
        First and largest step, in the units of state and parameter together.
    most
        Points in each direction.

    Raises
    ------
    ValueError
        When there is no fixed point near ``s``, or p is not between low and high.
    """
    if not low <= p <= high:
        raise ValueError(f"continue_branch: wanted p from {low:g} to {high:g}, got {p:g}.")
    curve = Curve(family)
    along = np.append(np.zeros(len(s)), 1.0)
    start = curve.corrected(np.append(np.asarray(s, float), p), along, most=40)
    place = None if start is None else curve.place(start[0], along)
    if place is None:
        raise ValueError(
            f"continue_branch: wanted a start near a fixed point at p = {p:g}; Newton's method "
            "finds none there."
        )
    return both_ways(curve, place, low, high, step, longest, most)


def both_ways(
    curve: Curve, place: Place, low: float, high: float, step: float, longest: float, most: int
) -> Branch:
    """Walk from a place in both directions and join what was found."""
    up, events, closed, remark = walked(curve, place, low, high, step, longest, most)
    back: list[Place] = []
    events_back: list[Event] = []
    if not closed:
        turned = Place(place.y, -place.tangent, place.J, place.eigenvalues, place.bordered * 1.0)
        turned.bordered[-1] *= -1
        back, events_back, closed, other = walked(curve, turned, low, high, step, longest, most)
        remark = " ".join(part for part in (other, remark) if part)
    places = [*back[:0:-1], *up]
    shift = max(len(back) - 1, 0)
    found = [
        Event(e.kind, e.p, e.point, shift - e.index + 1, e.direction, e.angle)
        for e in events_back[::-1]
    ] + [Event(e.kind, e.p, e.point, shift + e.index, e.direction, e.angle) for e in events]
    y = np.array([one.y for one in places])
    return Branch(
        y[:, -1], y[:, :-1], np.array([one.eigenvalues for one in places]), tuple(found), closed,
        remark,
    )  # fmt: skip


def walked(
    curve: Curve, place: Place, low: float, high: float, step: float, longest: float, most: int
) -> tuple[list[Place], list[Event], bool, str]:
    """Walk along the curve from a place in the direction of its tangent."""
    places, events, first = [place], [], place
    outward = (place.y[-1] >= high and place.tangent[-1] > 0) or (
        place.y[-1] <= low and place.tangent[-1] < 0
    )
    if outward:
        return places, events, False, ""
    remark = f"The branch was followed for {most} points and goes on."
    while len(places) < most:
        found = curve.ahead(place, step)
        # A curve that bends more than this within a step may be another curve.
        if found is None or found[0].tangent @ place.tangent < 0.9:
            step /= 2
            if step < SHORTEST:
                remark = f"The branch could not be followed past p = {place.y[-1]:.5g}."
                break
            continue
        new, count = found
        events += met(curve, place, new, step, len(places))
        if not low <= new.y[-1] <= high:
            edge = at_edge(curve, place, new, low, high)
            places += [edge] if edge is not None else []
            events = [event for event in events if low <= event.p <= high]
            remark = ""
            break
        if np.abs(new.y[:-1]).max() > 1e3:
            remark = f"The branch runs away at p = {new.y[-1]:.5g}."
            break
        places.append(new)
        near = np.linalg.norm(new.y - first.y)
        if len(places) > 8 and near < step and new.tangent @ first.tangent > 0.8:
            places.append(first)
            return places, events, True, ""
        place = new
        step = min(step * (1.4 if count <= 4 else 0.8), longest)
    return places, events, False, remark


def at_edge(curve: Curve, inside: Place, outside: Place, low: float, high: float) -> Place | None:
    """Return the place at which the curve leaves the range of the parameter."""
    edge = high if outside.y[-1] > high else low
    share = (edge - inside.y[-1]) / (outside.y[-1] - inside.y[-1])
    guess = inside.y + share * (outside.y - inside.y)
    guess[-1] = edge
    found = curve.corrected(guess, np.append(np.zeros(len(guess) - 1), 1.0))
    return None if found is None else curve.place(found[0], inside.tangent)


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
        if value == 0 or hi - lo < 1e-13:
            return best
        if value * at_hi > 0:
            hi, at_hi = middle, value
            at_lo, side = (at_lo / 2 if side == 1 else at_lo), 1
        else:
            lo, at_lo = middle, value
            at_hi, side = (at_hi / 2 if side == -1 else at_hi), -1
        if abs(value) < 1e-14:
            return best
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


def switched(
    family: Family, event: Event, low: float, high: float, *, step: float = 0.02,
    longest: float = 0.05, most: int = 1000,
) -> list[Branch]:  # fmt: skip
    """Return the other branch or branches through a pitchfork or transcritical point."""
    curve, found = Curve(family), []
    row = np.append(event.direction / np.linalg.norm(event.direction), 0.0)
    for sign in (1.0, -1.0):
        guess = np.append(event.point, event.p) + sign * SWITCH * row
        y = curve.corrected(guess, row, most=30)
        if y is None or not low <= y[0][-1] <= high:
            continue
        place = curve.place(y[0], sign * row)
        if place is not None:
            found.append(both_ways(curve, place, low, high, step, longest, most))
    return found


def diagram(
    family: Family,
    low: float,
    high: float,
    *,
    at: Sequence[float] | None = None,
    starts: int = 60,
    rng: np.random.Generator | None = None,
    most: int = 24,
    **steps: float,
) -> list[Branch]:
    """Return the branches of fixed points between two values of a parameter.

    Fixed points are searched for at the values ``at`` (both ends and the middle, if None) and
    followed; at pitchforks and transcritical points the other branches are followed too. Branches
    that none of these meets are missed.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    branches: list[Branch] = []
    for p in (low, (low + high) / 2, high) if at is None else at:
        flow = family(p)
        for point in fixed_points(flow.cell, flow.x, starts, rng).points:
            if len(branches) < most and not any(passes(family, b, point, p) for b in branches):
                branches.append(continue_branch(family, point, p, low, high, **steps))
                branches += offspring(family, branches, low, high, most, steps)
    return branches


def offspring(
    family: Family, branches: list[Branch], low: float, high: float, most: int, steps: dict
) -> list[Branch]:
    """Return the branches that leave the last of these, and those that leave them in turn."""
    new: list[Branch] = []
    queue = list(branches[-1].events)
    while queue:
        event = queue.pop(0)
        if event.kind not in ("pitchfork", "transcritical"):
            continue
        for branch in switched(family, event, low, high, **steps):
            middle = len(branch) // 2
            known = [*branches, *new]
            inside = [n for n in (middle, len(branch) // 4, -2) if abs(n) < len(branch)]
            if len(known) >= most or any(
                all(passes(family, b, branch.points[n], float(branch.p[n])) for n in inside)
                for b in known
            ):
                continue
            new.append(branch)
            queue += [e for e in branch.events if abs(e.p - event.p) > 1e-3]
    return new


def passes(family: Family, branch: Branch, s: Array, p: float, room: float = 1e-5) -> bool:
    """Tell whether a branch passes through the fixed point ``s`` (S,) at parameter ``p``."""
    flow = None
    for k in np.flatnonzero((branch.p[:-1] - p) * (branch.p[1:] - p) <= 0):
        a, b = branch.p[k], branch.p[k + 1]
        share = 0.5 if a == b else (p - a) / (b - a)
        guess = branch.points[k] + share * (branch.points[k + 1] - branch.points[k])
        if np.linalg.norm(guess - s) > 0.1:
            continue
        if np.linalg.norm(guess - s) < room:
            return True
        flow = family(p) if flow is None else flow
        for _ in range(6):
            F, J = flow.linear(guess[None])
            try:
                guess = guess - np.linalg.solve(J[0] - np.eye(len(guess)), F[0] - guess)
            except np.linalg.LinAlgError:
                break
        if np.linalg.norm(guess - s) < room:
            return True
    return False
