"""The plane of two parameters: the curves along which something happens, and their cusps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.film import Chart, Ground, Spot, Stroke
from explorer.palette import MARKER, NORM, nth
from explorer.recipes.bifurcations import Bifurcations, Plane
from explorer.scenes.bifurcations import DOWN, SYMBOLS, UP
from explorer.scenes.happenings import said
from explorer.shapes import Array

INKS = {"fold": NORM, "flip": DOWN, "Neimark-Sacker": UP}
DASHES = {"fold": "solid", "flip": "dash", "Neimark-Sacker": "dot"}


def plane_chart(recipe: Bifurcations, found: Plane | None, all_there: bool = True) -> Chart:
    """Return the plane of bias and strength, with the curves along which something happens.

    ``found`` are these curves and the tint of the places with three fixed points, None until they
    are known.
    """
    loci, tint = found or ([], None)
    strength = recipe.strength
    marks, seen = list[Spot](), list[Array]()
    for one in loci:
        for cusp in one.cusps:
            if one.kind == "fold" and not any(np.abs(cusp - c).max() < 0.02 for c in seen):
                seen.append(cusp)
                at = ", ".join(said(float(v)) for v in cusp)
                marks.append(
                    Spot(float(cusp[0]), float(cusp[1]), "diamond", "", f"cusp at ({at}): two folds"
                         " meet here\nand vanish", ink=MARKER)
                )  # fmt: skip
    if len(marks) < 3:
        marks = [replace(mark, label="cusp") for mark in marks]
    ground = None
    if tint is not None:
        ground = Ground(tint, "parts", (nth(0),), "tint: three fixed points")
    return Chart(
        label="Two parameters at once",
        x=recipe.span("b"),
        y=recipe.span(strength),
        x_label=SYMBOLS["b"],
        y_label=SYMBOLS[strength],
        square=False,
        ground=ground,
        strokes=tuple(
            Stroke(one.parameters, one.kind, INKS[one.kind], DASHES[one.kind], 2.2) for one in loci
        ),
        marks=tuple(marks),
        handles=np.array([[recipe.b, getattr(recipe, strength)]]),
        handle_names=("here",),
        inks=(MARKER,),
        hint="Drag “here” across a line."
        if found and all_there
        else "The lines are being followed …",
    )
