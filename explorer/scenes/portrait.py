"""A phase portrait as a chart, and its runs over time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.portrait import Portrait
from explorer.dynamics.seeker import LINE
from explorer.film import Axis, Chart, Curves, Ground, Line, Spot, Stroke
from explorer.numerals import numeral, percent
from explorer.palette import Ink, nth
from explorer.scenes import ends
from explorer.scenes.eigenvalues import FREE, INTO, OUT, complex_said
from explorer.shapes import Array

ARROWS = 23
FIRST: Ink = ("#612F86", "#DEB0DB")  # the first coordinate stands still
SECOND: Ink = ("#734C02", "#FFD159")  # the second


def portrait(cell: Cell, x: Array | None = None, *, fine: bool = True) -> Chart:
    """Return the phase portrait of a network under a constant input ``x`` (D,), as one chart."""
    return drawn(Portrait.of(cell, x, fine=fine))


def drawn(whole: Portrait, starts: Array | None = None, most: int = 0) -> Chart:
    """Return a phase portrait as the large chart; ``starts`` (K, 2) can be moved by hand."""
    view, found = whole.view, whole.found
    name = found.map.cell.name
    title, (x_label, y_label) = titled(whole)
    n = len(whole.plane.u)
    some = np.linspace(0, n - 1, 2 * ARROWS + 1)[1::2].round().astype(int)
    strokes: list[Stroke] = []
    inks = (FIRST, SECOND)
    stands = ("unit 1 stands still", "unit 2 stands still")
    if not view.whole:
        stands = ("projected velocity along PC 1 is 0", "… along PC 2 is 0")
    dashes = ("solid", "dash")
    for lines, ink, said, dash in zip(whole.plane.nullclines, inks, stands, dashes, strict=True):
        strokes += [Stroke(uv, said, ink, dash, 2.0, 0.85) for uv in lines]
    for curve in whole.curves.stable:
        strokes.append(Stroke(view.project(curve), "stable manifold", INTO, wide=2.0))
    for curve in whole.curves.unstable:
        strokes.append(Stroke(view.project(curve), "unstable manifold", OUT, wide=2.0, arrow=True))
    strokes += ends.strokes(whole.limits, view)
    tints = tuple(nth(k) for k in range(max(1, len(whole.limits))))
    for orbit, end in zip(whole.orbits, whole.ends, strict=True):
        ink = FREE if end < 0 else nth(int(end))
        strokes.append(Stroke(view.project(orbit), "", ink, wide=1.5, start=0))
    places = view.project(found.points)
    stable = np.cumsum(found.stable) - 1
    marks = tuple(
        Spot(
            float(u), float(v), shape(found, k), shape(found, k), noted(found, k),
            turns="spiral" in found.kinds[k],
            ink=nth(int(stable[k])) if found.stable[k] else None,
        )
        for k, (u, v) in enumerate(places)
    )  # fmt: skip
    marks += tuple(ends.marks(whole.limits, view))
    low, high = -view.wide, view.wide
    return Chart(
        label=f"{name}: {title}",
        x=(low, high),
        y=(low, high),
        x_label=x_label,
        y_label=y_label,
        big=True,
        ground=Ground(whole.basins.labels, "parts", tints, "tint: where each start ends"),
        arrows=whole.plane.velocity[np.ix_(some, some)],
        strokes=tuple(strokes),
        marks=marks,
        handles=starts,
        handle_names=tuple(f"{k + 1}" for k in range(0 if starts is None else len(starts))),
        inks=tuple(FREE if end < 0 else nth(int(end)) for end in whole.ends),
        most=most,
        hint="Click to start a run, drag a start, click it to remove it. "
        "Keys: arrows, Enter, Delete." if most else "",
    )  # fmt: skip


def titled(whole: Portrait) -> tuple[str, tuple[str, str]]:
    """Return what plane is shown, and the names of its axes."""
    view, S = whole.view, whole.found.map.S
    if view.whole:
        return "the plane of its two units", ("h_1", "h_2")
    shares = tuple(f"PC {k + 1} ({percent(part)})" for k, part in enumerate(view.share))
    return f"the principal plane of {S} numbers", shares


def shape(found: FixedPoints, k: int) -> str:
    """Return how a fixed point is marked."""
    if found.stable[k]:
        return "stable"
    if found.marginal[k].any():
        return "marginal"
    return "source" if found.unstable[k] == len(found.eigenvalues[k]) else "saddle"


def noted(found: FixedPoints, k: int) -> str:
    """Return what is said of a fixed point that is pointed at."""
    values = found.eigenvalues[k][:2]
    said = ", ".join(complex_said(value) for value in values)
    point = ", ".join(f"{numeral(h)}" for h in found.points[k][:2])
    more = ", …" if len(found.points[k]) > 2 else ""
    return f"{found.kinds[k]} at ({point}{more})\nλ = {said}{more}".replace("-", "−")


def runs(whole: Portrait) -> tuple[Curves, ...]:
    """Return both coordinates of every run over time."""
    view = whole.view
    path = view.project(whole.orbits) if len(whole.orbits) else np.zeros((1, 1, 2))
    names = ("h_1", "h_2") if view.whole else ("PC 1", "PC 2")
    inks = [FREE if end < 0 else nth(int(end)) for end in whole.ends] or [FREE]
    with np.errstate(invalid="ignore"):
        path = np.clip(path, -1e30, 1e30)
    panels = []
    for i, name in enumerate(names):
        lines = tuple(
            Line(f"start {k + 1}" if len(whole.orbits) else "no start", path[k, :, i], ink=inks[k],
                 dash=("solid", "dash", "dot")[k % 3])
            for k in range(len(path))
        )  # fmt: skip
        edge = view.wide
        panels.append(Curves(f"along/{i}", "every run", name, lines, low=-edge, high=edge))
    return tuple(panels)


def runs_axis(whole: Portrait) -> Axis:
    """Return the axis of the runs: state 0 is the start."""
    return Axis(max(1, whole.orbits.shape[1]), label="step t")


def portrait_summary(whole: Portrait) -> str:
    """Return one sentence: what there is, and where the starts of the picture end."""
    found = whole.found
    count = {kind: found.kinds.count(kind) for kind in dict.fromkeys(found.kinds)}
    said = ", ".join(f"{n} {kind}" for kind, n in count.items())
    N = len(found)
    what = f"{N} fixed point{'s' * (N != 1)} ({said})" if N else "no fixed point found"
    where = ends.where(whole.limits, whole.basins.shares, whole.basins.steps)
    return (
        f"{found.map.cell.name} network: {what}. Where the starts in the picture end: {where}."
        f"{ends.multipliers(whole.limits)}"
    )


def side_by_side(whole: Portrait) -> str:
    """Return a sentence where states rest side by side, which no list can hold; else nothing."""
    if all(candidate.reason != LINE for candidate in whole.found.rejected):
        return ""
    return (
        "Some fixed points are not alone here: a whole line or region of states stands still, "
        "which no list of points can hold. A start that ends there ends at no point of the list."
    )


def without_hand(chart: Chart) -> Chart:
    """Return a chart that only shows."""
    return replace(chart, handles=None, most=0, hint="")
