"""One run of a wiring, where everything of it stands, and what can be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.recipes.sequence_maps import SequenceMaps
from explorer.shapes import Array
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.paths import Paths, paths


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
