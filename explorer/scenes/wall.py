"""The wall in the loss: loss over weight and bias, a cut through it, both descents."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Chart, Curves, Ground, Line, Spot, Stroke
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, Ink
from explorer.recipes.bifurcations import UNCLIPPED, Bifurcations
from explorer.scenes.bifurcations import AWAY
from explorer.shapes import Array

BORDER: Ink = ("#0090a8", "#0090a8")  # on the colours of the loss, which no theme changes
ON_LOSS: Ink = ("#1c1233", "#1c1233")
GREEN: Ink = ("#7CFC9A", "#7CFC9A")
RUST: Ink = ("#B03A00", "#B03A00")
GROUND = 140
LEAST = 1e-6  # where the axis of gradients begins; what is smaller lies on its foot


def wall_chart(recipe: Bifurcations, free: Array, clipped: Array) -> Chart:
    """Return the loss over weight and bias, with both descents from one start."""
    wall = recipe.wall
    w, b = np.linspace(3.0, 8.0, GROUND), np.linspace(-5.0, -1.0, GROUND)
    loss = np.maximum(wall.loss(w[None], b[:, None]), 1e-6)
    line = w[w >= wall.least]
    strokes = [Stroke(np.stack([line, wall.border(line)], axis=1),
                      "start on the border between two ends", BORDER, wide=2.6)]  # fmt: skip
    for h in (np.linspace(0.02, 0.5, 120), np.linspace(0.5, 0.98, 120)):
        at_w, at_b = wall.fold(h)
        keep = (at_w <= 8.4) & (at_b >= -5.2)
        strokes.append(
            Stroke(
                np.stack([at_w[keep], at_b[keep]], axis=1),
                "fold",
                ON_LOSS,
                "dash",
                1.8,
            )
        )
    strokes.append(Stroke(np.clip(free, -1e3, 1e3), "steps, not clipped", RUST, wide=1.8, start=0))
    strokes.append(Stroke(np.clip(clipped, -1e3, 1e3), "steps, clipped", GREEN, wide=1.8, start=0))
    return Chart(
        label="The loss of one unit after 50 steps",
        x=(3.0, 8.0),
        y=(-5.0, -1.0),
        x_label="weight w",
        y_label="bias b",
        big=True,
        square=False,
        ground=Ground(loss, "log", label="loss"),
        strokes=tuple(strokes),
        handles=np.array([[recipe.lw, recipe.lb]]),
        handle_names=("start",),
        inks=(MARKER,),
        hint="Drag the start of the descent.",
    )


def cut_chart(recipe: Bifurcations) -> Chart:
    """Return a cut through the loss along the bias, at the weight of the start."""
    wall, w = recipe.wall, recipe.lw
    b = np.linspace(-5.0, -1.0, 801)
    loss = wall.loss(w, b)
    strokes = [Stroke(np.stack([b, loss], axis=1), "loss", NORM, wide=2.4)]
    border = wall.border(np.array(w))
    if w > wall.least:
        strokes.append(Stroke(np.array([[border, -1], [border, 1]]), "border", BORDER, wide=2.0))
    h = 0.5 + np.array([-1, 1]) * np.sqrt(max(0.0, 0.25 - 1 / w))
    if w > 4:
        for at in wall.fold(h)[1]:
            strokes.append(Stroke(np.array([[at, -1], [at, 1]]), "fold", MUTED, "dash", 1.6))
    return Chart(
        label="A cut at the weight of the start",
        x=(-5.0, -1.0),
        y=(-0.02, 0.5),
        x_label="bias b",
        y_label="loss",
        square=False,
        strokes=tuple(strokes),
        marks=(Spot(recipe.lb, float(wall.loss(w, recipe.lb)), "dot", "", "start", ink=MARKER),),
    )


def wall_panels(free: tuple, clipped: tuple, clip: float) -> tuple[Curves, ...]:
    """Return loss and gradient norm of both descents."""
    green: Ink = ("#00805C", "#4FD1A5")
    both = (("not clipped", free, AWAY, "solid"), ("clipped", clipped, green, "dash"))
    level = np.full(len(free[2]), clip)
    norms = tuple(Line(name, run[2], ink=ink, dash=dash) for name, run, ink, dash in both)
    if clip < UNCLIPPED:
        norms += (Line("θ", level, ink=MUTED, dash="dot"),)
    return (
        Curves("loss", "loss", "L", tuple(
            Line(name, np.maximum(run[1], 1e-12), ink=ink, dash=dash)
            for name, run, ink, dash in both
        ), log=True, tall=0.9),
        Curves("norm", "gradient norm", "‖∂L‖", norms, log=True, low=LEAST, tall=0.9),
    )  # fmt: skip


def wall_axis(updates: int) -> Axis:
    """Return the axis of the descents."""
    return Axis(updates + 1, label="update k")


def wall_summary(free: tuple, clipped: tuple) -> str:
    """Return one sentence on what clipping changed."""
    far = [float(np.hypot(*np.diff(run[0], axis=0).T).max()) for run in (free, clipped)]
    return (
        f"Longest step without clipping {numeral(far[0])}, with clipping {numeral(far[1])}; loss "
        f"after "
        f"{len(free[1]) - 1} updates {numeral(free[1][-1])} and {numeral(clipped[1][-1])}."
    )
