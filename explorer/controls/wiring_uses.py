"""What each wiring is for: networks that have learned a use, and how well they do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.cells import CELLS
from explorer.controls.text import noted
from explorer.controls.widgets import presets
from explorer.learning import uses
from explorer.numerals import percent
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES


# Frozen records may be shared; the activation of a cell is a function, which no copy can hold.
@st.cache_resource(max_entries=128, show_spinner="Training, about a second …")
def trained(use: str, wiring: str, cell: str, seed: int, depth: int) -> uses.Trained:
    """Return the network of a wiring that has learned a use."""
    return uses.trained(USES[use], WIRINGS[wiring], CELLS[cell], seed, depth)


def learning(recipe: SequenceMaps) -> uses.Trained | None:
    """Return the network that has learned what was asked; None for one as drawn."""
    if recipe.network == "drawn":
        return None
    use = recipe.task
    if use.key != recipe.use and len(recipe.uses) > 1:
        noted(
            f"{USES[recipe.use].title.capitalize()} needs another wiring, so this one is shown at "
            f"{use.title}."
        )
    return trained(use.key, recipe.wiring, recipe.cell, recipe.seed, recipe.depth)


def score(recipe: SequenceMaps, learnt: uses.Trained) -> str:
    """Say how often a network is right that has learned its use."""
    use = recipe.task
    return (
        f"**{use.title.capitalize()}.** {use.about} On examples that it has never seen this "
        f"network is right in **{percent(learnt.accuracy)}** ({use.scored}); always giving the "
        f"commonest answer is right in {percent(learnt.baseline)}."
    )


def tasks(page: str, recipe: SequenceMaps) -> None:
    """Show what each wiring is for, as buttons and in a table."""
    st.subheader("What each wiring is for", anchor=False)
    blank = replace(recipe, network="trained", read="")
    presets(
        page,
        recipe,
        {use.title: replace(blank, wiring=use.wiring, use=key) for key, use in USES.items()}
        | {"one direction, tagging by what follows": replace(blank, wiring="aligned", use="right")},
    )
    rows = []
    for wiring, key in uses.shown_pairs():
        found = uses.measured(wiring, key, recipe.cell)
        title = USES[key].title + ("" if USES[key].wiring == wiring else " (one direction only)")
        numbers = "– | |"
        if found is not None:
            right, ignorant = found
            numbers = (
                f"**{percent(np.median(right))}**\u00a0({percent(right.min())}"
                f"\u2060–\u2060{percent(right.max())}) | "
                f"{percent(ignorant)} |"
            )
        rows.append(f"| {title}: {WIRINGS[wiring].title} | {numbers}")
    st.markdown(
        f"| use: wiring | {CELLS[recipe.cell].name} | one answer |\n"
        "|---|--:|--:|\n" + "\n".join(rows)
    )
    st.caption(
        "Right answers on examples held out, median and range over five seeds, beside always "
        "giving the one commonest answer. Measured beforehand, with the training that the buttons "
        "run here: about a second, 12 units, Adam."
    )
