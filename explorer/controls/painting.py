"""What a hand paints on the picture of a film, and the painted pictures that are stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.controls.link import adopt
from explorer.controls.text import said
from explorer.controls.widgets import beside
from explorer.film import film_state
from explorer.memory.signs import UNITS, from_hex
from explorer.recipes.hopfield import Hopfield


def painted(page: str, recipe: Hopfield) -> Hopfield:
    """Return the recipe after what was painted or chosen in the film since the last run.

    Must be called before the widgets are drawn, because it moves them.
    """
    state, seen = film_state(f"{page}.film"), f"{page}.strokes"
    if state.sketch is None or state.strokes == st.session_state.get(seen, 0):
        return recipe
    st.session_state[seen] = state.strokes
    if len(state.sketch) == UNITS:
        recipe = recipe.with_painting(np.array(state.sketch))
    elif len(state.sketch) == 1:  # a click on a stored picture sends its number
        row = int(min(max(state.sketch[0], 0.0), 199.0))
        recipe = replace(recipe, start="memory", target=row + 1)
    adopt(page, recipe)
    return recipe


def easel(page: str, recipe: Hopfield) -> None:
    """Draw the buttons that empty the grid, store what is painted, and forget it again."""
    with beside():
        blank = recipe.with_painting(np.full(UNITS, -1.0))
        st.button("Blank grid", key=f"{page}.blank", on_click=adopt, args=(page, blank))
        if recipe.start == "painted":
            st.button(
                "Remember my painting", key=f"{page}.store", on_click=store, args=(page, recipe)
            )
        if recipe.own:
            without = replace(recipe, own="")
            st.button("Forget mine", key=f"{page}.forget", on_click=adopt, args=(page, without))


def store(page: str, recipe: Hopfield) -> None:
    """Store what is painted, or remember why not; meant for callbacks."""
    recipe = painted(page, recipe)  # the last stroke may have come with the click
    picture = from_hex(recipe.cue) if recipe.cue else np.full(UNITS, -1.0)
    recipe, remark = recipe.with_own(picture)
    adopt(page, recipe)
    st.session_state[f"{page}.easel"] = remark


def stored_or_not(page: str) -> None:
    """Show once why a painting was not stored."""
    said(st.session_state.pop(f"{page}.easel", ""))
