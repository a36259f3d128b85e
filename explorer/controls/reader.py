"""Who reads the text: a network that was trained beforehand, or one that learns it here."""

from __future__ import annotations

import streamlit as st

from explorer import assets, scenes
from explorer.cells import CELLS
from explorer.learning.history import History
from explorer.learning.model import Model
from explorer.numerals import numeral
from explorer.recipes.text import TextRecipe
from explorer.shapes import Array
from explorer.text.reading import Reading
from explorer.text.vocabulary import Vocabulary

TRAINED = tuple(name for name in CELLS if f"characters-{name}" in assets.names())
LAGS = 60
MANY = 0.1  # share of unknown letters from which on it is said above the picture


def learns(recipe: TextRecipe) -> bool:
    """Tell whether the network learns here: because that was asked, or none was trained before."""
    return recipe.weights == "own" or recipe.cell not in TRAINED


def beforehand(cell: str) -> tuple[Model, Vocabulary]:
    """Return the network of this cell that was trained beforehand, and its letters."""
    kept = assets.asset(f"characters-{cell}")
    return kept.model, Vocabulary(kept.about["letters"])


def influence(reading: Reading) -> Array:
    """Return how much each of the last letters counts in each prediction."""
    return reading.influence(min(LAGS, reading.T))


@st.cache_data(max_entries=32, show_spinner=False)
def remembered(cell: str, words: str) -> Array:
    """Return the influence of letters in a network that was trained beforehand."""
    return influence(Reading.of(*beforehand(cell), words))


def facts(reading: Reading, history: History | None, recipe: TextRecipe) -> str:
    """Return what is computed, and where the weights of this network come from."""
    cell = type(reading.model.cell)
    said = (
        "Computed just now, in NumPy: every letter is read as a vector with a single 1, and the "
        "influence of a letter is the norm of $\\partial \\log p / \\partial x$ of the "
        "prediction at the cursor, carried back through the network you see, in nats. "
    )
    if history is None:
        about = assets.asset(f"characters-{recipe.cell}").about
        said += (
            f"The weights were trained beforehand by `{about['script']}` (seed {about['seed']}, "
            f"{about['settings']['updates']:,} updates) on the first nine tenths of the topics of "
            f"Python's documentation; on the rest it reached "
            f"{numeral(about['loss'])} nats a letter. "
        )
    else:
        said += "The weights were drawn from the seed and trained on this page, by BPTT with Adam. "
    if 0 < reading.unknown <= MANY:
        said += f"{scenes.strangers(reading)} "
    return f"{said}\n\n**{cell.name}**: {cell.variant} *{cell.source}.*"
