"""A network that learns from the visitor's text: kept for the session, trained in short ticks."""

from __future__ import annotations

from itertools import islice
from time import perf_counter

import numpy as np
import streamlit as st

from explorer.cells import CELLS
from explorer.controls import lessons
from explorer.learning.history import History
from explorer.learning.model import Model
from explorer.learning.optimisers import Adam
from explorer.learning.rules.bptt import BPTT
from explorer.learning.tasks.characters import Characters
from explorer.learning.training import Training
from explorer.recipes.text import TextRecipe
from explorer.text.corpus import SHORTEST

SHELF = 3  # networks that a session keeps
WORK = 0.1  # s of updates for each picture
T, B, CLIP = 50, 16, 1.0
MOST = 5000  # updates after which training pauses by itself


def refusal(whole: str) -> str:
    """Return why nothing can be learned from a text, if so."""
    if len(whole) >= SHORTEST:
        return ""
    return (
        f"A network can learn from {SHORTEST} letters or more; this text has {len(whole)}, so this "
        "one only reads."
    )


def enough(found: History) -> str:
    """Say why learning does not go on by itself, empty where it does."""
    if found.N < MOST:
        return ""
    return (
        f"Learning stops by itself at update {MOST}. *One update* goes further; *Forget "
        "everything* lets it begin anew."
    )


def task(whole: str) -> Characters:
    """Return the task of a text; one that is too short is repeated, only to be read."""
    text = whole if len(whole) >= SHORTEST else (whole * SHORTEST)[:SHORTEST]
    return Characters(T=min(T, len(text) - 1), text=text)


def history(page: str, recipe: TextRecipe, whole: str) -> History:
    """Return what this network has learned from this text so far; a new one knows nothing."""
    shelf = st.session_state.setdefault(f"{page}.pupils", {})
    key = (recipe.cell, recipe.H, recipe.seed, whole)
    training = Training(
        task(whole), BPTT(), Adam(recipe.rate), B=B, seed=recipe.seed, clip=CLIP
    )  # fmt: skip
    found = shelf.pop(key, None)
    if found is None:
        V = training.task.D
        model = Model.init(
            np.random.default_rng([recipe.seed, 0]), CELLS[recipe.cell], V, recipe.H, V
        )
        found = History.begin(training, model)
    return put(page, recipe, whole, found.under(training))


def put(page: str, recipe: TextRecipe, whole: str, found: History) -> History:
    """Keep a history, the newest last; the oldest of too many is dropped."""
    shelf = st.session_state[f"{page}.pupils"]
    shelf.pop(key := (recipe.cell, recipe.H, recipe.seed, whole), None)
    shelf[key] = found
    while len(shelf) > SHELF:
        shelf.pop(next(iter(shelf)))
    return found


def onward(page: str, recipe: TextRecipe, whole: str, found: History) -> History:
    """Return the history a few updates on; pause where it explodes or has gone on for long."""
    end, made = perf_counter() + WORK, []
    for update in islice(found.ahead(), max(0, MOST - found.N)):
        made.append(update)
        if perf_counter() >= end:
            break
    found = put(page, recipe, whole, found.followed_by(made))
    if found.trouble or found.N >= MOST:
        lessons.switch(page, False)
    return found


def buttons(page: str, recipe: TextRecipe, whole: str, found: History) -> None:
    """Draw play or pause, a single update, and the way back to the start."""
    on, bad = lessons.playing(page), bool(refusal(whole))

    def single() -> None:
        put(page, recipe, whole, found.followed_by(islice(found.ahead(), 1)))

    def over() -> None:
        put(page, recipe, whole, found.back_to(0))

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Pause" if on else "Learn from this text", key=f"{page}.act.play", type="primary",
            on_click=lessons.switch, args=(page, not on),
            disabled=bool(bad or enough(found)),
        )  # fmt: skip
        st.button("One update", key=f"{page}.act.one", on_click=single, disabled=on or bad)
        st.button("Forget everything", key=f"{page}.act.over", on_click=over, disabled=not found.N)
        st.markdown(f"{found.N} update{'s' * (found.N != 1)} made")
