"""Where every start of a plane ends: points, cycles, circles, infinity, and their basins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.basins import ELSEWHERE
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.limits import ARRIVED, NEARER, STILL, Limit, identified, merged
from explorer.shapes import Array

EVERY = 8  # turns between two looks at who has arrived
SELDOM = 64  # the same at a circle
LEAST, LONGEST = 240, 1600  # turns that starts have to come to an end
LATER = 16000  # turns that those have whose end is not seen by then
LOOKS = 3  # times that ends are looked for
MOST = 12  # ends that are told apart
ENOUGH = 3  # runs that show that each start has a cycle or circle of its own
FARTHER = 1.01  # times as far out a run must be later that is bound for infinity
BESIDE = 0.5  # of 1 + |s|: so near to a point a run that comes nearer is bound for it


@dataclass(frozen=True)
class Care:
    """How much is done: starts whose end is identified, states of each, turns before and later."""

    samples: int
    states: int
    turns: int
    later: int


FINE = Care(24, 1024, LONGEST, LATER)
HASTY = Care(6, 256, 120, 0)


@dataclass(frozen=True, eq=False)
class Endings:
    """What all starts come to: ``limits``, the stable fixed points first, each once.

    ``turns`` is how long the runs were followed whose end is none of these.
    """

    limits: tuple[Limit, ...]
    turns: int


def followed(
    flow: Autonomous, s: Array, limits: tuple[Limit, ...], turns: int
) -> tuple[Array, Array, Array]:
    """Follow states (n, S) until they have come to one of the limits.

    Returns the number of the limit (n,), -1 for none within so many turns; the turns it took (n,),
    to within 8; and the last states (n, S).
    """
    labels, time = np.full(len(s), ELSEWHERE), np.full(len(s), turns)
    on, last = np.arange(len(s)), s.copy()
    for t in range(0, turns + 1, EVERY):
        for k, limit in enumerate(limits):
            if limit.circle is not None and t % SELDOM and t + EVERY <= turns:
                continue
            here = limit.holds(flow, s)
            labels[on[here]], time[on[here]] = k, t
            last[on[here]] = s[here]
            on, s = on[~here], s[~here]
            if not len(on):
                return labels, time, last
        if t + EVERY > turns:
            break
        for _ in range(EVERY):
            s = flow(s)
    last[on] = s
    return labels, time, last


def endings(
    flow: Autonomous, found: FixedPoints, s: Array, care: Care = FINE
) -> tuple[Endings, Array, Array]:
    """Return what states (n, S) come to, the number of it for each (n,), and the turns it took.

    The runs that come to no stable fixed point are looked at: a few of them are identified, the
    others are compared with these, as often as new ends turn up.
    """
    points = np.flatnonzero(found.stable)
    limits = tuple(Limit("point", found.points[n][None], point=int(n)) for n in points)
    turns = patience(found, care.turns)
    labels, time, last = followed(flow, s, limits, turns)
    for look in range(LOOKS):
        left = np.flatnonzero(labels < 0)
        if not len(left):
            break
        some = left[np.linspace(0, len(left) - 1, care.samples).astype(int)]
        new = list(limits)
        for limit in looked_at(flow, found, last[some], care, care.later if look else 0):
            new = merged(new, limit) if len(new) < MOST else new
        grown, limits = len(new) > len(limits), tuple(new)
        if grown or look:
            labels[left], more, last[left] = followed(flow, last[left], limits, care.turns)
            time[left] += more
        left = np.flatnonzero(labels < 0)
        labels[left] = loosely(flow, last[left], limits, care.states)
    return Endings(limits, int(time.max(initial=0))), labels, time


def looked_at(
    flow: Autonomous, found: FixedPoints, s: Array, care: Care, later: int
) -> list[Limit]:
    """Return what is identified of the ends of these runs (n, S)."""
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(later):
            s = flow(s)
        if later:
            # What is not settled by then goes round slowly: fewer runs, looked at for longer.
            s = s[:: len(s) // 4 or 1]
        film = flow.orbit(s, care.states * (8 if later else 1))
    limits, left = list[Limit](), np.ones(len(s), bool)
    for n in range(len(s)):
        if sum(limit.family for limit in limits) >= ENOUGH:
            break
        limit = identified(flow, found, film[:, n], later > 0) if left[n] else None
        if limit is not None:
            limits.append(limit)
            left &= ~limit.holds(flow, film[-1])
    return limits


def loosely(flow: Autonomous, s: Array, limits: tuple[Limit, ...], turns: int) -> Array:
    """Return the number of the limit of states (n, S) that no single state can show, else -1.

    Slow ones come ever nearer to their end; where each start has a cycle or circle of its own,
    or where runs are irregular, all that stay on the move belong there.
    """
    labels = np.full(len(s), ELSEWHERE)
    if not len(s) or not limits:
        return labels
    before, after = s, s
    for _ in range(turns):
        after = flow(after)
    with np.errstate(over="ignore", invalid="ignore"):
        moves = np.abs(flow(after) - after).max(axis=1) > STILL * (1 + np.abs(after).max(axis=1))
    for k, limit in enumerate(limits):
        free = labels < 0
        if limit.kind == "irregular" or limit.family:
            labels[free & moves] = k
        elif limit.kind == "infinity":
            size = [np.abs(each).max(axis=1) for each in (before, after)]
            labels[free & (flow.box is None) & ~(size[1] < FARTHER * size[0])] = k
        elif limit.kind != "rest":
            far = [limit.distance(each) for each in (before, after)]
            close = far[1] < BESIDE * (1 + np.abs(limit.states).max())
            labels[free & close & (far[1] < NEARER * far[0])] = k
    return labels


def patience(found: FixedPoints, most: int) -> int:
    """Return in how many turns starts come to the stable fixed points, at most so many."""
    slowest = np.abs(found.eigenvalues[found.stable]).max(initial=0.0)
    wanted = np.log(ARRIVED) / np.log(min(max(slowest, 0.5), 0.9999))
    return int(np.clip(1.2 * wanted, min(LEAST, most), most))
