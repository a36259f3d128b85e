"""To say the next letter well, a network keeps letters long gone; its gradient tells which."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import assets, controls, scenes
from explorer.cells import CELLS
from explorer.film import Reel, Slider
from explorer.learning.model import Model
from explorer.recipes.text import LONGEST_LINK, TYPED, TextRecipe
from explorer.text.reading import Reading
from explorer.text.tracking import tracked
from explorer.text.vocabulary import Vocabulary
from explorer.text.writing import write

PAGE = "text"
DEFAULT = TextRecipe()
LAGS = 60

controls.heading("What does a network read in a text?", __doc__)


def pasted(recipe: TextRecipe) -> tuple[TextRecipe, str | None]:
    """Draw the place for one's own text; return the recipe and the whole text."""
    if recipe.topic != TYPED:
        return recipe, None
    key = f"{PAGE}.text"
    st.session_state.setdefault(key, recipe.text)
    whole = st.text_area(
        "Your text", key=key, height=110,
        help="It is read by the network, and it can learn from it. It stays in this session; "
        f"a link carries its first {LONGEST_LINK:,} letters.",
    )  # fmt: skip
    return replace(recipe, text=whole[:LONGEST_LINK]), whole


def network(recipe: TextRecipe, whole: str) -> tuple[Model, Vocabulary, str]:
    """Return the network that reads, its letters, and a sentence where another was asked for."""
    name = f"characters-{recipe.cell}"
    if recipe.weights == "trained" and name in assets.names():
        kept = assets.asset(name)
        return kept.model, Vocabulary(kept.about["letters"]), ""
    vocabulary = Vocabulary.of(whole)
    V = len(vocabulary)
    model = Model.init(
        np.random.default_rng([recipe.seed, 0]), CELLS[recipe.cell], V, recipe.H, V
    ).astype(np.float32)
    return model, vocabulary, ""


@st.fragment
def text() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell", "topic"))
        recipe = controls.more(PAGE, recipe, ("start", "T", "written", "seed"))
    recipe, own = pasted(recipe)
    recipe, live = controls.dragged(PAGE, recipe, slots=True)
    heard, drags = controls.dragged(f"{PAGE}.writing", recipe)
    recipe = replace(recipe, temperature=heard.temperature)
    controls.keep(PAGE, recipe, DEFAULT, live or drags)

    whole, remark = recipe.whole(own)
    controls.said(remark)
    words, remark = recipe.stretch(whole)
    controls.said(remark)
    model, vocabulary, remark = network(recipe, whole)
    controls.said(remark)
    reading = Reading.of(model, vocabulary, words)
    cell = model.cell
    slot = recipe.slot if recipe.slot in cell.slots else cell.slots[0]
    unit = min(recipe.unit, cell.widths[slot]) - 1
    odds, guesses = scenes.expected(reading.p, vocabulary.shown)
    cursor = min(recipe.cursor, reading.T)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.letters_axis(reading.T),
            panels=(
                *scenes.letter_units(reading),
                scenes.surprise(reading),
                scenes.reach(reading, min(LAGS, reading.T)),
                scenes.told(reading),
                odds,
            ),
            passage=scenes.passage(reading, guesses, "unit"),
            cursor=cursor,
            pick=(slot, unit),
            title=f"{cell.name} reading, letter by letter",
            text=scenes.reading_summary(reading),
        ),
    )
    st.subheader("On its own", anchor=False)
    rng = np.random.default_rng([recipe.seed, cursor])
    writing = write(reading, cursor, recipe.written, recipe.temperature, rng)
    parts = scenes.written(reading, cursor, writing)
    parts["panels"] += scenes.forced_and_free(reading, cursor, writing, parts["axis"])
    controls.show(
        f"{PAGE}.writing",
        Reel(
            **parts,
            sliders=(
                Slider(
                    "temperature", "temperature", "τ", 0.0, 2.0, 0.01, recipe.temperature,
                    marks=((0.0, "likeliest letter"), (1.0, "as learned"), (2.0, "wild")),
                ),
            ),
            cursor=cursor,
            title="The network reads what it writes",
            text=f"From letter {cursor} on: {writing.text}",
        ),
    )  # fmt: skip
    found = tracked(reading, np.random.default_rng(recipe.seed))
    st.write(found[:3] and str(found[:3]))


text()
