"""A bifurcation diagram: all branches of fixed points that can be reached, each once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from explorer.dynamics.bifurcation import Event
from explorer.dynamics.continuation import Branch, DegenerateStart, continue_branch, switched
from explorer.dynamics.curve import Family
from explorer.dynamics.fixed_points import fixed_points
from explorer.shapes import Array

ASIDE = 1e-3  # how far beside a degenerate start branches are looked for, of the whole range


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
    wanted = deque((p, True) for p in ((low, (low + high) / 2, high) if at is None else at))
    while wanted:
        p, first = wanted.popleft()
        flow = family(p)
        for point in fixed_points(flow.cell, flow.x, starts, rng).points:
            if len(branches) >= most or any(passes(family, b, point, p) for b in branches):
                continue
            try:
                branch = continue_branch(family, point, p, low, high, **steps)
            except DegenerateStart:
                # Several branches meet here; a little further on each goes its own way.
                if first:
                    aside = ASIDE * (high - low)
                    wanted += [(q, False) for q in (p - aside, p + aside) if low <= q <= high]
                    first = False
                continue
            branches.append(branch)
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


def happenings(branches: Sequence[Branch]) -> list[Event]:
    """Return the bifurcations of all branches in the order of the parameter, each once."""
    seen: list[Event] = []
    for event in sorted((e for b in branches for e in b.events), key=lambda e: e.p):
        if not any(
            e.kind == event.kind and abs(e.p - event.p) + np.abs(e.point - event.point).max() < 1e-3
            for e in seen
        ):
            seen.append(event)
    return seen
