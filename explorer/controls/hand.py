"""What a hand has moved on the charts of a film."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from explorer.controls.link import adopt
from explorer.entries import R
from explorer.film import film_state

MOST = 64  # handles


def handled(page: str, recipe: R, name: str = "") -> R:
    """Return the recipe after what a hand has moved since the last run.

    ``recipe.moved(chart, places)`` says what it means, or ``moved_on_<name>`` on a further film.
    Must be called before the widgets are drawn, because it moves them.
    """
    film = f"{page}.{name}.film" if name else f"{page}.film"
    state, seen = film_state(film), f"{film}.strokes"
    if not state.sketch or state.strokes == st.session_state.get(seen, 0):
        return recipe
    st.session_state[seen] = state.strokes
    chart, *numbers = state.sketch[: 1 + 2 * MOST]
    if len(numbers) % 2 or not 0 <= chart < 16:
        return recipe
    mover: Any = recipe
    places = np.clip(np.array(numbers, float).reshape(-1, 2), -1e3, 1e3)
    recipe = getattr(mover, f"moved_on_{name}" if name else "moved")(int(chart), places)
    adopt(page, recipe)
    return recipe
