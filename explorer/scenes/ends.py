"""The ends of runs in words, and as strokes and marks of a chart."""

from __future__ import annotations

from collections import Counter

import numpy as np

from explorer.dynamics.limits import Limit
from explorer.dynamics.phase_plane import View
from explorer.film import Spot, Stroke
from explorer.numerals import measured, numeral, percent
from explorer.palette import nth
from explorer.scenes.eigenvalues import complex_said


def named_end(limit: Limit) -> str:
    """Return what runs come to, as it stands after *at* or in a legend."""
    if limit.kind == "point":
        return f"point {limit.point + 1}"
    if limit.cycle is not None:
        n = limit.cycle.period
        if n == 1:
            return "a fixed point that is not in the list"
        return f"a cycle of period {n}" + (", each start its own" if limit.family else "")
    if limit.circle is not None:
        return circle_named(limit)
    if limit.kind == "irregular":
        return f"{short(limit)} (leading exponent {measured(limit.exponent, limit.error)})"
    return {
        "slow": f"point {limit.point + 1}, ever more slowly",
        "rest": "fixed points that lie side by side",
        "infinity": "infinity",
    }[limit.kind]


def circle_named(limit: Limit) -> str:
    """Return the name of an invariant circle with its rotation number."""
    found = limit.circle
    what = "a circle" if found.pieces == 1 else f"{found.pieces} circles in turn"
    per = "" if found.pieces == 1 else f" per {found.pieces} turns"
    own = ", each start its own" if limit.family else ""
    return f"{what}{own} (rotation number {turning(found.rotation, found.error)}{per})"


def turning(rotation: float, error: float) -> str:
    """Return a rotation number with only the digits that its error leaves."""
    return measured(rotation, error, 6)


def short(limit: Limit) -> str:
    """Return the name for a legend."""
    if limit.circle is not None:
        return "circle" if limit.circle.pieces == 1 else f"{limit.circle.pieces} circles"
    if limit.kind == "irregular":
        return "chaotic motion" if limit.chaotic else "motion that never repeats"
    name = named_end(limit).removeprefix("a ")
    return name.partition(",")[0] if limit.family else name


def told_apart(names: list[str]) -> list[str]:
    """Return the names, those that occur more than once with a number behind them."""
    seen: Counter[str] = Counter()
    apart = []
    for name in names:
        seen[name] += 1
        apart.append(f"{name}, no. {seen[name]}" if names.count(name) > 1 else name)
    return apart


def strokes(limits: tuple[Limit, ...], view: View) -> list[Stroke]:
    """Return the circles and irregular runs; for other ends that are no points, a legend entry."""
    drawn, names = [], told_apart([short(limit) for limit in limits])
    for k, (limit, name) in enumerate(zip(limits, names, strict=True)):
        ink = nth(k)
        if limit.kind == "irregular":
            drawn.append(Stroke(view.project(limit.states), name, ink, "dots", 2.2, 0.8))
        elif limit.circle is not None and not limit.family:
            drawn += [
                Stroke(view.project(line), name, ink, "solid", 3.0) for line in limit.circle.curves
            ]
        elif limit.kind != "point" and (limit.cycle is None or limit.family):
            drawn.append(Stroke(np.zeros((0, 2)), f"ends: {name}", ink, "solid", 6.0, 0.6))
    return drawn


def marks(limits: tuple[Limit, ...], view: View) -> list[Spot]:
    """Return the states of each cycle as marks."""
    spots, names = [], told_apart([short(limit) for limit in limits])
    for k, (limit, name) in enumerate(zip(limits, names, strict=True)):
        if limit.cycle is None or limit.family:
            continue
        values = ", ".join(complex_said(value) for value in limit.cycle.multipliers[:2])
        for n, (u, v) in enumerate(view.project(limit.cycle.states)):
            note = f"state {n + 1} of a cycle of period {limit.cycle.period}\nmultipliers {values}"
            spots.append(Spot(float(u), float(v), "diamond", name, note, ink=nth(k)))
    return spots


def where(limits: tuple[Limit, ...], shares: np.ndarray, turns: int) -> str:
    """Return where the starts in the picture end, with the share of each end."""
    names = told_apart([named_end(limit) for limit in limits])
    ends = [
        f"{percent(share)} {'to' if limit.kind == 'infinity' else 'at'} {name}"
        for limit, name, share in zip(limits, names, shares, strict=False)
        if share > 0 or limit.kind == "point"
    ]
    if shares[-1] > 0:
        ends.append(f"{percent(shares[-1])} are still on their way after {turns} turns")
    return ", ".join(ends)


def multipliers(limits: tuple[Limit, ...]) -> str:
    """Return a sentence with the multipliers of the cycles and what they mean."""
    told = []
    for limit in limits:
        if limit.cycle is not None and not limit.family:
            values = ", ".join(complex_said(value) for value in limit.cycle.multipliers[:2])
            places = ", ".join(numeral(v) for v in limit.cycle.states[0][:2])
            told.append(f"period {limit.cycle.period} through ({places}): {values}")
    return f" Multipliers of the cycles: {'; '.join(told)}." if told else ""
