"""A bifurcation diagram: all branches of fixed points that can be reached, each once."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from explorer.dynamics.bifurcation import DEGENERATE, Event
from explorer.dynamics.census import counted
from explorer.dynamics.continuation import (
    Branch,
    DegenerateStart,
    alone,
    continue_branch,
    switched,
)
from explorer.dynamics.curve import Family
from explorer.dynamics.fixed_points import fixed_points
from explorer.dynamics.newton import solved
from explorer.shapes import Array

ASIDE = 1e-3  # how far beside a degenerate start branches are looked for, of the whole range
BRANCHING = {"pitchfork", "transcritical"}
RANK = {DEGENERATE: 0, "pitchfork": 1}  # of two events at one place the first is believed
NEAR = defaultdict(lambda: 1e-3, {DEGENERATE: 5e-3})  # so near to each other two events are one

SAME, FLAT = 1e-5, 1e-2  # so near to a branch a fixed point is on it
PATIENT = 30  # steps of Newton's method, which is slow at a point that is not simple


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
    that none of these meets are missed. A fixed point from which no step along a branch is found
    makes a branch of one point, with a remark. The fixed points near each bifurcation are counted.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    branches, left = list[Branch](), list[tuple[Array, float]]()
    wanted = deque((p, True) for p in ((low, (low + high) / 2, high) if at is None else at))
    while wanted:
        p, first = wanted.popleft()
        flow = family(p)
        found = fixed_points(flow.cell, flow.x, starts, rng)
        for point, sign in zip(found.points, found.signs, strict=True):
            room = SAME if sign else FLAT  # where I - J is singular, a point is known less well
            if len(branches) >= most or any(passes(family, b, point, p, room) for b in branches):
                continue
            try:
                branch = continue_branch(family, point, p, low, high, **steps)
            except DegenerateStart:
                left.append((point, p))
                # Several branches meet here; a little further on each goes its own way.
                if first:
                    aside = ASIDE * (high - low)
                    wanted += [(q, False) for q in (p - aside, p + aside) if low <= q <= high]
                    first = False
                continue
            branches.append(branch)
            branches += offspring(family, branches, low, high, most, steps)
    for point, p in left:
        if len(branches) < most and not any(passes(family, b, point, p, FLAT) for b in branches):
            branches.append(alone(family, point, p))
    return with_census(family, branches, low, high)


def with_census(family: Family, branches: list[Branch], low: float, high: float) -> list[Branch]:
    """Return the branches; of each bifurcation one event is left, with what lies near it."""
    left = {id(event): counted(family, event, low, high) for event in happenings(branches)}
    return [
        replace(b, events=tuple(left[id(e)] for e in b.events if id(e) in left)) for b in branches
    ]


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
        for branch in switched(family, event, low, high, known=[*branches, *new], **steps):
            known, N = [*branches, *new], len(branch)
            # Not in the middle, right beside the crossing, where no step of Newton's is sure.
            inside = [n for n in (N // 4, 3 * N // 4, -2) if abs(n) < N]
            if len(known) >= most or any(
                all(passes(family, b, branch.points[n], float(branch.p[n])) for n in inside)
                for b in known
            ):
                continue
            new.append(branch)
            queue += [e for e in branch.events if abs(e.p - event.p) > 1e-3]
    return new


def passes(family: Family, branch: Branch, s: Array, p: float, room: float = SAME) -> bool:
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
        for _ in range(PATIENT):
            F, J = flow.linear(guess[None])
            step = solved(J - np.eye(len(guess)), F - guess)[0]
            guess = guess - step
            if not np.linalg.norm(step) > room / 10:
                break
        if np.linalg.norm(guess - s) < room:
            return True
    return False


def happenings(branches: Sequence[Branch]) -> list[Event]:
    """Return the bifurcations of all branches in the order of the parameter, each once."""
    seen: list[Event] = []
    # Branches that leave a degenerate point meet it as well, and may take it for a simple one.
    events = sorted((e for b in branches for e in b.events), key=lambda e: RANK.get(e.kind, 2))
    for event in events:
        if not any(
            (e.kind == event.kind or e.kind == DEGENERATE or {e.kind, event.kind} == BRANCHING)
            and abs(e.p - event.p) + np.abs(e.point - event.point).max() < NEAR[e.kind]
            for e in seen
        ):
            seen.append(event)
    return sorted(seen, key=lambda e: e.p)
