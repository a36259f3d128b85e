"""A wiring as a film: boxes and arrows at every step, every state on one time axis, the paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.film import Axis, Box, Heat, Link, Reel, Wiring
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.shapes import Array
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.paths import Paths, Spot, paths
from explorer.wiring.stack import turned
from explorer.wiring.uses.pictures import SIDE

PICTURE = SIDE * SIDE


@dataclass(frozen=True, eq=False)
class Scene:
    """One run of a wiring, and where everything of it stands on the common axis of columns."""

    recipe: SequenceMaps
    trace: Any
    found: Paths
    words: tuple[str, ...]

    @classmethod
    def of(cls, recipe: SequenceMaps, trace: Any) -> Scene:
        """Find the gradient paths of a run."""
        return cls(recipe, trace, paths(trace), recipe.heard().words)

    @property
    def starts(self) -> tuple[int, ...]:
        """The column in which each part begins."""
        return tuple(np.cumsum([0] + [body.T for body in self.trace.bodies])[:-1].tolist())

    @property
    def columns(self) -> int:
        """How many steps the parts take together."""
        return sum(body.T for body in self.trace.bodies)

    @property
    def T_out(self) -> int:
        """How many outputs there are."""
        return len(self.trace.y)

    @property
    def first_spoken(self) -> int:
        """The column of the first output."""
        return self.columns - self.T_out

    @property
    def lanes(self) -> Iterator[tuple[int, int, int, Any]]:
        """Every direction of every layer of every part: (part, layer, way, film)."""
        for part, body in enumerate(self.trace.bodies):
            for layer, films in enumerate(body.films):
                for way, film in enumerate(films):
                    yield part, layer, way, film

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self.trace.bodies[0].films)

    @property
    def ways(self) -> int:
        """Number of directions."""
        return len(self.trace.bodies[0].films[0])

    def symbol(self, layer: int, way: int, t: int | str) -> str:
        """Return the name of a hidden state at a step."""
        raised = (str(layer + 1) if self.layers > 1 else "") + ("→←"[way] if self.ways > 1 else "")
        return "h" + (f"^{{{raised}}}" if raised else "") + f"_{{{t}}}"

    def output_at(self, column: int) -> int:
        """Return which output a column is about: its own, else the first one after it."""
        return min(max(column - self.first_spoken, 0), self.T_out - 1)

    @property
    def numbers(self) -> bool:
        """Tell whether outputs are numbers; a network as drawn has not learnt to mean a word."""
        return self.recipe.network == "drawn" or self.recipe.task.says_numbers

    def said(self, k: int) -> str:
        """Return the symbol that output k chose: what it means, or what a decoder reads next."""
        if self.numbers and not self.recipe.wired.answers:
            return ""
        y = self.trace.y[k, 0]
        return self.recipe.says[int(np.argmax(y))] if np.isfinite(y).all() else "no number"


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


def lane(scene: Scene, part: int, layer: int, way: int) -> str:
    """Return what a row of states is called."""
    parts = []
    if scene.recipe.wired.answers:
        parts.append(("encoder", "decoder")[part])
    if scene.layers > 1:
        parts.append(f"layer {layer + 1}")
    if scene.ways > 1:
        parts.append(("reads forwards →", "reads backwards ←")[way])
    return ", ".join(parts) or "hidden state"


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


def heard_by(scene: Scene, k: int) -> tuple[int, ...]:
    """Return the steps (from 1) of the inputs that output k hears: those with a gradient."""
    return tuple((np.flatnonzero(scene.found.inputs[k] > 0) + 1).tolist())


def summary(scene: Scene) -> str:
    """Return one sentence that says what the film shows."""
    T_in = scene.found.inputs.shape[1]
    pairs = int((scene.found.inputs[:-1] > 0).sum())
    return (
        f"{WIRINGS[scene.recipe.wiring].title}: {T_in} inputs, {scene.T_out} outputs; a gradient "
        f"leads from an output to an input in {pairs} of {T_in * scene.T_out} pairs."
    )


def strongest(scene: Scene, k: int) -> tuple[int, float]:
    """Return the step (from 1) of the input that output k hears most, and its norm."""
    row: Array = scene.found.inputs[k]
    t = int(np.nanargmax(np.where(np.isfinite(row), row, -1.0)))
    return t + 1, float(row[t])


def weights_reached(scene: Scene, k: int) -> tuple[tuple[str, float], ...]:
    """Return the norm of the gradient of ½|y_k|² (or of the sum) at each cell's weights."""
    dy = np.zeros_like(scene.trace.y)
    chosen = slice(None) if k == scene.T_out else k
    dy[chosen] = scene.trace.y[chosen]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        bodies = scene.trace.pull(dy).bodies
        found = tuple(
            (lane(scene, part, layer, way), bodies[part].films[layer][way].dcell.norm())
            for part, layer, way, _ in scene.lanes
        )
    return found
