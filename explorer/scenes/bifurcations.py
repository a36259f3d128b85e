"""A bifurcation diagram as charts: every fixed point, a run over it, the map at one value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.dynamics.continuation import Branch
from explorer.dynamics.diagram import happenings
from explorer.dynamics.fixed_points import FixedPoints, fixed_points
from explorer.dynamics.portrait import Portrait
from explorer.dynamics.sweep import Sweep
from explorer.film import Axis, Chart, Curves, Line, Spot, Stroke
from explorer.numerals import numeral, numeral_near
from explorer.palette import MARKER, MUTED, NORM, Ink, nth
from explorer.recipes.bifurcations import Bifurcations
from explorer.scenes.eigenvalues import FREE
from explorer.scenes.happenings import happens, said
from explorer.scenes.portrait import drawn, shape, without_hand

AWAY: Ink = ("#C2500A", "#FF9A52")
UP: Ink = ("#00805C", "#4FD1A5")
DOWN: Ink = ("#612F86", "#DEB0DB")
SYMBOLS = {"w": "weight w", "g": "gain g", "b": "bias b", "x": "input x"}
LOOKS = {
    "stable": (NORM, "solid", 2.8),
    "unstable": (AWAY, "dash", 2.0),
    "marginal": (FREE, "dot", 2.4),
}
POINTS = {"Neimark-Sacker": "Neimark-Sacker point", "degenerate": "degenerate point"}
SETTLED = 0.02  # spread of the last states at a value that the run has come to


def diagram_chart(recipe: Bifurcations, branches: list[Branch], run: Sweep) -> Chart:
    """Return the diagram: every fixed point of unit 1 against what moves, and a sweep over it."""
    name = recipe.moving
    low, high = recipe.span(name)
    edge = extent(recipe)
    half = len(run.p) // 2
    strokes: list[Stroke] = []
    tail = np.stack([np.repeat(run.p, run.tails.shape[1]), run.tails[..., 0].ravel()], axis=1)
    strokes.append(Stroke(tail, "its last six states", MUTED, "dots", 2.0, 0.75))
    for branch in branches:
        for part, kind in branch.stretches:
            xy = np.stack([branch.p[part], branch.points[part, 0]], axis=1)
            ink, dash, wide = LOOKS[kind]
            strokes.append(Stroke(xy, kind, ink, dash, wide))
    both = np.stack([run.p, run.s[:, 0]], axis=1)
    # Where steps alternate or go round no line joins one value to the next.
    loose = np.pad(np.ptp(run.tails, axis=1).max(axis=1) >= SETTLED, 1, mode="edge")
    # One or two values on the way from one place to another are a jump.
    lasting = loose[1:-1] & loose[:-2] & loose[2:]
    line = np.where(lasting[:, None], np.nan, both)
    ways = ((slice(half + 1), "run on the way up", UP), (slice(half, None), "and down again", DOWN))
    for part, way, ink in ways:
        strokes.append(Stroke(line[part], way, ink, wide=1.6))
        strokes.append(Stroke(both[part], "", ink, alpha=0.0, start=part.start or 0))
    p = getattr(recipe, name)
    strokes.append(Stroke(np.array([[p, edge[0]], [p, edge[1]]]), "", MUTED, "dot", 1.4))
    marks = [
        Spot(event.p, float(event.point[0]), "ring", "", f"{event.kind} at {name} = "
             f"{numeral(event.p, 4)}\n" + "\n".join(happens(event, name)), ink=MARKER,
             label=f"{event.kind} {said(event.p)}")
        for event in happenings(branches)
    ]  # fmt: skip
    found = fixed_points(recipe.now.cell, recipe.now.x, 30)
    marks += [
        Spot(p, float(found.points[n, 0]), shape(found, n), "",
             f"{found.kinds[n]} at {numeral(found.points[n, 0], 4)}\n"
             f"|λ| = {near_one(found, n, abs(found.eigenvalues[n, 0]))}")
        for n in range(len(found))
    ]  # fmt: skip
    return Chart(
        label="Every fixed point, and a run that follows",
        x=(low, high),
        y=edge,
        x_label=SYMBOLS[name],
        y_label="h" if recipe.units == 1 else "h_1",
        big=True,
        square=False,
        strokes=tuple(strokes),
        marks=tuple(marks),
        handles=np.array([[p, edge[0] + 0.04 * (edge[1] - edge[0])]]),
        handle_names=(f"{name} = {numeral(p)}",),
        inks=(MARKER,),
        hint=f"Drag the ring to move {name}. Play: the network runs while {name} goes up and down.",
    )


def near_one(found: FixedPoints, n: int, value: float) -> str:
    """Return an eigenvalue of point n with digits that tell it from 1; ±1 where it is marginal."""
    return numeral(value) if found.marginal[n, 0] else numeral_near(value)


def extent(recipe: Bifurcations) -> tuple[float, float]:
    """Return the range of a state in the pictures."""
    low, high = recipe.activation.range or (-1.0, 1.0)
    room = 0.06 * (high - low)
    return low - room, high + room


def map_chart(recipe: Bifurcations) -> Chart:
    """Return one unit's map with the steps of a run on it, or the phase plane of two."""
    if recipe.units == 2:
        whole = Portrait.of(recipe.now.cell, recipe.now.x, fine=False)
        chart = without_hand(drawn(whole))
        strokes = tuple(replace(stroke, name="") for stroke in chart.strokes)
        marks = tuple(replace(mark, name="") for mark in chart.marks)
        return replace(
            chart, big=False, label="The plane of both units", strokes=strokes, marks=marks
        )
    low, high = edge = extent(recipe)
    flow = recipe.now
    h = np.linspace(low, high, 161)
    s = np.clip(recipe.start, low, high)
    orbit = flow.orbit(np.array([[s]]), 40)[:, 0, 0]
    steps = np.repeat(orbit, 2)
    web = np.stack([steps[:-1], steps[1:]], axis=1)
    web[0, 1] = web[0, 0]
    found = fixed_points(flow.cell, flow.x, 30)
    diagonal = np.array([[low, low], [high, high]])
    return Chart(
        label="The map, step by step",
        x=edge,
        y=edge,
        x_label="h_t",
        y_label="h_{t+1}",
        strokes=(
            Stroke(diagonal, "", "quiet", "dot", 1.4),
            Stroke(np.stack([h, flow(h[:, None])[:, 0]], axis=1), "φ(w h + b + x)", NORM, wide=2.4),
            Stroke(web, "a run", MARKER, wide=1.2, alpha=0.85),
        ),
        marks=tuple(
            Spot(float(point), float(point), shape(found, n), "",
                 f"{found.kinds[n]} at {numeral(point, 4)}, "
                 f"slope {near_one(found, n, found.eigenvalues[n, 0].real)}")
            for n, point in enumerate(found.points[:, 0])
        ),
        handles=np.array([[s, s]]),
        inks=(MARKER,),
        hint="Drag the ring: where the run starts.",
    )  # fmt: skip


def sweep_panels(recipe: Bifurcations, run: Sweep) -> tuple[Curves, ...]:
    """Return the state and the parameter during the sweep."""
    low, high = extent(recipe)
    names = ("h",) if recipe.units == 1 else ("h_1", "h_2")
    lines = tuple(
        Line(name, run.s[:, k], ink=nth(k), dash=("solid", "dash")[k])
        for k, name in enumerate(names)
    )
    name = recipe.moving
    return (
        Curves("state", "state at the end of each value", "h", lines, low=low, high=high, tall=0.9),
        Curves("parameter", SYMBOLS[name].split()[0], name, (Line(name, run.p, ink=MARKER),),
               tall=0.7),
    )  # fmt: skip


def sweep_axis(run: Sweep) -> Axis:
    """Return the axis of the sweep: one tick for each value."""
    return Axis(len(run.p), label="value k")


def events_table(recipe: Bifurcations, branches: list[Branch]) -> str:
    """Return what happens along the diagram as a table."""
    name = recipe.moving
    rows = [
        f"| **{event.kind}** at {name} = {said(event.p, 5)} | {'; '.join(happens(event, name))} |"
        for event in happenings(branches)
    ]
    return "| where | what happens |\n|---|---|\n" + "\n".join(rows) if rows else ""


def diagram_summary(recipe: Bifurcations, branches: list[Branch]) -> str:
    """Return one sentence on the diagram."""
    events = happenings(branches)
    kinds = {
        kind: sum(e.kind == kind for e in events) for kind in dict.fromkeys(e.kind for e in events)
    }
    named = ", ".join(f"{n} {POINTS.get(kind, kind)}{'s' * (n > 1)}" for kind, n in kinds.items())
    N = len(branches)
    told = [
        f"{N} branch{'es' * (N != 1)} of fixed points along {SYMBOLS[recipe.moving]}"
        f"{': ' + named if named else ', no bifurcation'}."
    ]
    flat = sum(bool(branch.lasting) for branch in branches)
    if flat:
        told.append(
            f"On {flat} branch{'es' * (flat != 1)} an eigenvalue has modulus 1 at every value: "
            "whether these points attract is not decided by their eigenvalues."
        )
    told += [branch.remark for branch in branches if branch.remark]
    return " ".join(told)
