"""What is dragged, pinned and scrubbed in the film, and the sliders that live in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.cells import CELLS, Cell
from explorer.controls.badge import foot
from explorer.controls.hidden import hides
from explorer.controls.labels import TYPED
from explorer.controls.take_home import keepsake
from explorer.controls.widgets import choose
from explorer.entries import R, Real, Whole
from explorer.film import Reel, Slider, film, film_state, pack
from explorer.recipe import UNCLIPPED, Recipe
from explorer.sequences import LONGEST


def strength(recipe: Recipe, high: float = 4.0) -> Slider:
    """Return the live slider of the recurrent weights' gain or spectral radius."""
    symbol = "g" if recipe.scale == "gain" else "ρ"
    label = (
        "gain of the recurrent weights"
        if recipe.scale == "gain"
        else "spectral radius of the recurrent weights"
    )
    high = max(high, recipe.gain)  # a link may ask for more than this page's slider offers
    return Slider("gain", label, symbol, 0.0, high, 0.01, recipe.gain, marks=((1.0, "1"),))


def sizes(recipe: Recipe) -> tuple[Slider, ...]:
    """Return the live sliders of the number of units and, where it is free, of steps."""
    units = Slider("H", "units", "H", 1, 64, 1, recipe.H, digits=0)
    if recipe.input in TYPED:
        return (units,)
    return (units, Slider("T", "steps", "T", 1, LONGEST, 1, recipe.T, digits=0))


def held(recipe: Recipe, cell: Cell) -> tuple[Slider, ...]:
    """Return the live slider of the value at which a gate is held, if one is."""
    if recipe.hold not in cell.gates:
        return ()
    low, high = cell.ranges[recipe.hold] or (-1.0, 1.0)
    value = min(max(recipe.held, low), high)
    label = f"{cell.meaning[recipe.hold]} held at"
    return (Slider("held", label, f"{recipe.hold}_t", float(low), float(high), 0.01, value),)


def push(recipe: Recipe) -> Slider:
    """Return the live slider of how far a unit is pushed, on a log scale."""
    return Slider("push", "push", "ε", 1e-6, 10.0, 0.05, recipe.push, digits=3, log=True)


def window(recipe: Recipe, T: int) -> Slider:
    """Return the live slider of how many steps back each loss is carried."""
    return Slider(
        "window", "truncation window", "K", 1, LONGEST, 0.02, recipe.window, digits=0, log=True,
        marks=((1, "1"), (T, f"T = {T}")) if T > 1 else ((1, "T = 1"),), top="all steps",
    )  # fmt: skip


def threshold(recipe: Recipe) -> Slider:
    """Return the live slider of the norm to which a longer gradient is clipped."""
    marks = ((0.001, "10⁻³"), (1.0, "1"), (UNCLIPPED, "off"))
    return Slider(
        "clip", "clip the norm at", "θ", 0.001, UNCLIPPED, 0.02, recipe.clip, digits=3, log=True,
        marks=marks, top="off",
    )  # fmt: skip


def dragged(page: str, recipe: R, pinned: str = "unit", slots: bool = False) -> tuple[R, bool]:
    """Return the recipe after what was done in the film, and whether a thumb is still held.

    ``pinned`` names the entry that takes the pinned row; with ``slots`` the pinned panel, where it
    is a slot of the state, becomes the recipe's slot.
    """
    state = film_state(f"{page}.film")
    seen = f"{page}.moves"
    changes: dict[str, Any] = {}
    if state.moves != st.session_state.get(seen, 0):
        st.session_state[seen] = state.moves
        for name, value in state.sliders.items():
            kind = recipe.kind(name)
            if isinstance(kind, Real | Whole):
                near = min(max(float(f"{value:.5g}"), kind.low), kind.high)
                changes[name] = round(near) if isinstance(kind, Whole) else near
    drawn = f"{page}.strokes"
    new = state.strokes != st.session_state.get(drawn, 0)
    if state.sketch and new and getattr(recipe, "input", "") == "drawn":
        st.session_state[drawn] = state.strokes
        changes["text"] = " ".join(f"{value:.2f}".rstrip("0").rstrip(".") for value in state.sketch)
    bounds = recipe.kind("cursor")
    if state.cursor is not None and bounds is not None:
        changes["cursor"] = min(max(state.cursor, bounds.low), bounds.high)
    kind = recipe.kind(pinned)
    if state.pick is not None and kind is not None:
        panel, line = state.pick
        shown = CELLS.get(getattr(recipe, "cell", ""))
        own = shown.slots if shown else ()
        # The rows of an input and of a read-out are no units.
        if panel in own or panel not in ("x", "y"):
            changes[pinned] = min(line + 1, kind.high)
        if slots and panel in own:
            changes["slot"] = panel
    return replace(recipe, **changes), state.live


def told_turn(page: str, opened: int) -> int:
    """Return where the walk turned whose tick the recipe holds; to be asked after ``dragged``.

    A tick told by the browser belongs to the film drawn when it was told, any other to the recipe
    with which the page was opened, whose walk turns at ``opened``.
    """
    memory, told = st.session_state, film_state(f"{page}.film").cursor
    if told is None:
        return opened
    seen = memory.get(f"{page}.told_turn", (None, 0))
    if seen[0] != told:
        seen = memory[f"{page}.told_turn"] = told, memory.get(f"{page}.turn", opened)
    return seen[1]


def show(page: str, reel: Reel) -> None:
    """Show the film of a page."""
    reel = left_out(reel)
    st.session_state[f"{page}.turn"] = reel.axis.turn
    film(pack(reel), key=f"{page}.film")
    with foot():
        if not hides("home"):
            keepsake(page, reel)


def film_beside(page: str, name: str, reel: Reel) -> None:
    """Show a further film on a page."""
    film(pack(left_out(reel)), key=f"{page}.{name}.film")


def left_out(reel: Reel) -> Reel:
    """Return a film without the sliders that a teacher's link hides."""
    sliders = tuple(slider for slider in reel.sliders if not hides(slider.key, slider.label))
    return replace(reel, sliders=sliders)


def keep_bias(recipe: Recipe, kind: type[Cell]) -> tuple[Slider, ...]:
    """Return the live slider of the keep gate's bias, where the recipe sets it."""
    if kind.keep is None or recipe.memory != "bias":
        return ()
    label = f"bias of the {kind.meaning[kind.keep]}"
    symbol = f"b_{kind.keep}"
    return (
        Slider("bias", label, symbol, -6.0, 8.0, 0.05, recipe.bias, marks=((0.0, "0"), (1.0, "1"))),
    )


def weight(page: str, recipe: Recipe) -> Recipe:
    """Draw the widgets that choose one weight; a newly chosen weight starts where it was drawn."""
    before = (recipe.edit, recipe.row, recipe.column)
    recipe = choose(page, recipe, ("edit",))
    if recipe.edit != "none":
        recipe = choose(page, recipe, ("row", "column"))
    if recipe.edit == "none" or before == (recipe.edit, recipe.row, recipe.column):
        return recipe
    drawn = replace(recipe, edit="none").build()
    value = drawn.named()[recipe.edit][recipe.entry_edited(drawn)]
    return replace(recipe, weight=round(float(value), 4))


def weight_slider(recipe: Recipe, cell: Cell) -> tuple[Slider, ...]:
    """Return the live slider of the weight that is edited, if one is."""
    if recipe.edit == "none":
        return ()
    row, column = recipe.entry_edited(cell)
    drive = cell.drives[row // cell.H]
    source = "input" if recipe.edit == "W_xh" else "unit"
    label = f"weight into {drive} of unit {row % cell.H + 1} from {source} {column + 1}"
    return (
        Slider("weight", label, recipe.edit, -4.0, 4.0, 0.01, recipe.weight, marks=((0.0, "0"),)),
    )
