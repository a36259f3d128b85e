"""The film of a wiring: every state on one time axis, and which output hears which input."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.film import Axis, Heat, Reel
from explorer.scenes.wiring import Scene, lane, summary
from explorer.scenes.wiring_drawing import drawing
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.stack_films import turned


def reel(scene: Scene, cursor: int) -> Reel:
    """Return everything of the film but its sliders."""
    return Reel(
        axis=axis(scene),
        panels=(*inputs(scene), *states(scene), outputs(scene), influence(scene)),
        wiring=drawing(scene),
        cursor=min(max(cursor, 1), scene.columns),
        text=summary(scene),
        title=WIRINGS[scene.recipe.wiring].title,
    )


def axis(scene: Scene) -> Axis:
    """Return the axis: one column for each step, the decoder's after the encoder's."""
    words = [""] * scene.columns
    for t, word in enumerate(scene.words[: scene.columns]):
        words[t] = word
    if scene.recipe.wired.hears == "first":
        words[1:] = [""] * (scene.columns - 1)
    for k in range(1, scene.T_out if scene.recipe.wired.answers else 0):
        words[scene.first_spoken + k] = scene.said(k - 1)
    return Axis(count=scene.columns, first=1, words=tuple(words))


def inputs(scene: Scene) -> Iterator[Heat]:
    """Give what is read, and what a decoder reads of its own answers."""
    x, rows = scene.trace.bodies[0].x[:, 0], scene.recipe.reads
    if scene.recipe.wired.hears == "first":
        x = x[:1]
    yield Heat("x", "input", "x_t", x, rows=rows, tall=small(len(rows)))
    if scene.recipe.wired.answers:
        told, names = scene.trace.bodies[1].x[:, 0], scene.recipe.says
        yield Heat(
            "told", "its own last answer", "x_t", told, start=scene.starts[1], rows=names,
            tall=small(len(names)),
        )  # fmt: skip


def states(scene: Scene) -> Iterator[Heat]:
    """Give every hidden state, both directions with time running to the right."""
    for part, layer, way, film in scene.lanes:
        bounds = film.cell.ranges["h"]
        yield Heat(
            f"h{part}{layer}{way}",
            lane(scene, part, layer, way),
            scene.symbol(layer, way, "t"),
            turned(film.slot("h")[1:, 0], way),
            start=scene.starts[part],
            limit=None if bounds is None else float(bounds[1]),
            tall=0.8,
        )


def outputs(scene: Scene) -> Heat:
    """Return what is said: the share of each symbol, or numbers."""
    y, rows = scene.trace.y[:, 0], scene.recipe.says
    if scene.numbers:
        return Heat("y", "output", "y_t", y, start=scene.first_spoken, rows=rows,
                    tall=small(len(rows)))  # fmt: skip
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        odds = np.exp(y - y.max(axis=-1, keepdims=True))
        p = odds / odds.sum(axis=-1, keepdims=True)
    return Heat("y", "output, shares", "p_t", p, "unit", start=scene.first_spoken,
                rows=rows, tall=small(len(rows)))  # fmt: skip


def influence(scene: Scene) -> Heat:
    """Return |∂y_k/∂x_t| with one row for each output k, over the time of the inputs."""
    rows = tuple(f"output {k + 1}" for k in range(scene.T_out))
    return Heat(
        "paths", "which output hears which input", "‖∂y_k/∂x_t‖", scene.found.inputs[:-1].T,
        "log", rows=rows,
    )  # fmt: skip


def small(rows: int) -> float:
    """Return how tall a panel of many rows stands, so that the states keep their room."""
    return min(1.0, max(0.35, 5 / rows))
