"""A network left alone with its own letters, from the cursor on."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer import scenes
from explorer.controls.live import show
from explorer.film import Reel, Slider
from explorer.recipes.text import TextRecipe
from explorer.text.reading import Reading
from explorer.text.writing import write


def on_its_own(page: str, recipe: TextRecipe, reading: Reading, cursor: int) -> None:
    """Show what it writes from the cursor on, and what it would have bet on the true text."""
    st.subheader("On its own", anchor=False)
    st.markdown(
        "From the cursor on, the network reads nothing but its own letters, each drawn from what "
        "it expects. The lower picture asks it about the *true* text all the while."
    )
    rng = np.random.default_rng([recipe.seed, cursor])
    writing = write(reading, cursor, recipe.written, recipe.temperature, rng)
    parts = scenes.written(reading, cursor, writing)
    parts["panels"] += scenes.forced_and_free(reading, cursor, writing, parts["axis"])
    show(
        page,
        Reel(
            **parts,
            sliders=(
                Slider(
                    "temperature", "temperature", "τ", 0.0, 2.0, 0.01, recipe.temperature,
                    marks=((0.0, "0"), (1.0, "1, as learned"), (2.0, "2")),
                ),
            ),
            cursor=cursor,
            title="The network reads what it writes",
            text=f"From letter {cursor} on it writes: {writing.text}",
        ),
    )  # fmt: skip
