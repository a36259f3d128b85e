"""A fixed point followed while one parameter moves, round every fold (Keller 1977)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.dynamics.bifurcation import Event, met
from explorer.dynamics.branch import Branch, distance
from explorer.dynamics.curve import Curve, Family, Place
from explorer.dynamics.places import spectra
from explorer.shapes import Array

SHORTEST = 1e-7
SWITCH = 0.02  # how far from a branch point the other branch is looked for
ALONG = 0.2 * SWITCH  # so near to a branch a place lies on it


class DegenerateStart(ValueError):
    """A start near which there is no fixed point, or where several curves meet."""


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
    DegenerateStart
        When there is no fixed point near ``s`` from which one curve leads on.
    ValueError
        When p is not between low and high.
    """
    if not low <= p <= high:
        raise ValueError(f"continue_branch: wanted p from {low:g} to {high:g}, got {p:g}.")
    curve, place = begun(family, s, p)
    if place is None:
        raise DegenerateStart(
            f"continue_branch: wanted a start near a fixed point at p = {p:g} from which one curve "
            "leads on; Newton's method finds none there. Start beside it."
        )
    return both_ways(curve, place, low, high, step, longest, most)


def begun(family: Family, s: Array, p: float) -> tuple[Curve, Place | None]:
    """Return the curve of fixed points, and the place on it near a state (S,) if there is one."""
    curve = Curve(family)
    along = np.append(np.zeros(len(s)), 1.0)
    start = curve.corrected(np.append(np.asarray(s, float), p), along, most=40)
    return curve, None if start is None else curve.place(start[0], along)


def alone(family: Family, s: Array, p: float) -> Branch:
    """Return the branch of one point of which no continuation is found."""
    values = spectra(family(p).linear(s[None])[1])
    remark = f"The fixed point at p = {p:.5g} could not be followed: I − J is singular there."
    return Branch(np.array([p]), s[None], values, (), remark=remark)


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
    found = [replace(e, index=shift - e.index + 1) for e in events_back[::-1]]
    found += [replace(e, index=shift + e.index) for e in events]
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


def switched(
    family: Family, event: Event, low: float, high: float, *, step: float = 0.02,
    longest: float = 0.05, most: int = 1000, known: Sequence[Branch] = (),
) -> list[Branch]:  # fmt: skip
    """Return the other branch or branches through a pitchfork or transcritical point.

    One that runs along a ``known`` branch is not followed again.
    """
    curve, found = Curve(family), list[Branch]()
    row = np.append(event.direction / np.linalg.norm(event.direction), 0.0)
    for sign in (1.0, -1.0):
        guess = np.append(event.point, event.p) + sign * SWITCH * row
        y = curve.corrected(guess, row, most=30)
        if y is None or not low <= y[0][-1] <= high:
            continue
        place = curve.place(y[0], sign * row)
        beside = any(distance(branch, y[0]) < ALONG for branch in (*known, *found))
        if place is not None and not beside:
            found.append(both_ways(curve, place, low, high, step, longest, most))
    return found
