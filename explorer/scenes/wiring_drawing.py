"""The drawing of a wiring: a box for each input, state and output, arrows, gradients over them."""

from __future__ import annotations

import numpy as np

from explorer.film import Box, Link, Wiring
from explorer.scenes.wiring import Scene
from explorer.wiring.paths import Spot
from explorer.wiring.uses.pictures import SIDE

PICTURE = SIDE * SIDE


def drawing(scene: Scene) -> Wiring:
    """Return the boxes and arrows, and the gradient of each output over them."""
    spots = list(dict.fromkeys(s for a in scene.found.arrows for s in (a.source, a.target)))
    spots += (
        [Spot("told", 0, 1)]
        if scene.recipe.wired.answers and Spot("told", 0, 1) not in spots
        else []
    )
    place = {spot: k for k, spot in enumerate(spots)}
    links = tuple(
        Link(place[a.source], place[a.target], a.weight, a.target.kind == "told")
        for a in scene.found.arrows
    )
    which = [
        scene.T_out if scene.recipe.gradient == "all" else scene.output_at(column)
        for column in range(scene.columns)
    ]
    flows = np.array([[a.norms[k] for a in scene.found.arrows] for k in which])
    reach = np.array([[arriving(scene, spot, k) for spot in spots] for k in which])
    return Wiring(
        boxes=tuple(box(scene, spot) for spot in spots),
        links=links,
        flows=flows,
        reach=reach,
        of=tuple(f"y_{{{k + 1}}}" if k < scene.T_out else "Σ_k y_k" for k in which),
        spoken=tuple(place.get(spoken_spot(scene, k), -1) for k in which),
        floors=floors(scene),
    )


def spoken_spot(scene: Scene, k: int) -> Spot:
    """Return the place of output k."""
    return Spot("y", k, len(scene.trace.bodies) - 1)


def arriving(scene: Scene, spot: Spot, k: int) -> float:
    """Return the norm of output k's gradient that arrives at a box; nan where there is none."""
    if spot.kind == "x":
        return float(scene.found.inputs[k, spot.t])
    return float(scene.found.states[spot][k]) if spot.kind == "h" else np.nan


def floors(scene: Scene) -> tuple[str, ...]:
    """Return the names of the floors from below."""
    names = ["input"]
    for layer in range(scene.layers):
        for way in range(scene.ways):
            parts = [f"layer {layer + 1}"] if scene.layers > 1 else ["state"]
            if scene.ways > 1:
                parts.append(("forwards →", "backwards ←")[way])
            names.append("\n".join(parts))
    return (*names, "output")


def box(scene: Scene, spot: Spot) -> Box:
    """Return one box of the drawing; outputs keep their name when they move to a decoder."""
    top = 1 + scene.layers * scene.ways
    if spot.kind == "y":
        column = scene.first_spoken + spot.t
        # Counted from the end where there is only one, so that it stays where it is.
        key = f"y.{column if scene.T_out == 1 else spot.t}"
        return Box(key, "y", column, top, f"y_{{{spot.t + 1}}}", scene.said(spot.t))
    column = scene.starts[spot.part] + spot.t
    if spot.kind == "h":
        floor = 1 + spot.layer * scene.ways + spot.way
        return Box(
            f"h.{spot.part}.{spot.layer}.{spot.way}.{spot.t}",
            f"h{spot.part}{spot.layer}{spot.way}",
            column,
            floor,
            scene.symbol(spot.layer, spot.way, column + 1),
            aside=0.0 if scene.ways == 1 else (-1.0, 1.0)[spot.way],
        )
    if spot.kind == "told":
        word = scene.said(spot.t - 1) if spot.t else "(start)"
        return Box(f"told.{spot.t}", "told", column, 0, f"x_{{{column + 1}}}", word)
    grid = SIDE if len(scene.recipe.reads) == PICTURE else 0
    return Box(f"x.{spot.t}", "x", column, 0, f"x_{{{spot.t + 1}}}", scene.words[spot.t], grid=grid)
