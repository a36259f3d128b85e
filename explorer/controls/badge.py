"""The truth badge: whether a picture is real, of which network, how its gradient was checked."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.cells import CELLS, Cell
from explorer.controls.hidden import hides
from explorer.learning.gradient_check import along
from explorer.numerals import numeral
from explorer.recipe import Recipe

FOOT = "page.foot"


@st.cache_data(max_entries=512, show_spinner=False)
def checked(recipe: Recipe) -> float:
    """Return the error of a recipe's gradient along one random direction of all weights."""
    return along(recipe.gradients(), recipe.objective(), np.random.default_rng(recipe.seed))


def badge(
    recipe: Recipe,
    cells: tuple[str, ...] | None = None,
    *,
    live: bool = False,
    gradient: bool = True,
    note: str = "",
) -> None:
    """Show under a picture what is true of it; a click tells the variant, equations and source.

    ``cells`` names the cells shown if there are several; ``gradient`` says whether the picture
    shows one, and so whether its check belongs here.
    """
    if hides("badge"):
        return
    kinds = [CELLS[name] for name in cells or (recipe.cell,)]
    said = [f"✓ real · seed {recipe.seed} · float64"]
    check = None
    # While a thumb is dragged the check would cost more than the picture.
    if gradient and not live:
        check = checked(without_view(recipe))
        if np.isfinite(check):
            said.append(f"gradient check {numeral(check, 1)}")
    with under().popover(" · ".join(said), type="tertiary"):
        st.markdown(
            "Computed just now, in NumPy, from the network and the sequence that the controls "
            f"describe. Nothing here is replayed or illustrative. {note}"
        )
        if check is not None:
            st.markdown(
                f"**Gradient check** of the {CELLS[recipe.cell].name} network: all weights move a "
                "little along one random direction, to and fro, and the change of the loss is "
                "compared with the gradient. "
                + (
                    f"The two differ by {numeral(check, 2)} of the gradient's norm. (Where a run "
                    f"is "
                    "chaotic, differences cannot follow it as far as the gradient can.)"
                    if np.isfinite(check)
                    else "The run or its gradient has left float64: there is nothing to compare."
                )
            )
        for kind in kinds:
            facts(kind)


def foot() -> DeltaGenerator:
    """Begin the row under a picture, where it is taken home and says what is true of it."""
    row = st.container(horizontal=True, gap="medium", vertical_alignment="center")
    st.session_state[FOOT] = row
    return row


def under() -> DeltaGenerator:
    """Return the row under the picture that was last shown; it takes one badge."""
    return st.session_state.pop(FOOT, None) or st.container()


def truth(said: str, body: str) -> None:
    """Show under a picture what is true of it in one line; a click tells the rest.

    For pages whose picture is not one run of one cell; ``body`` is Markdown: how it was computed,
    the variant, the equation and the source.
    """
    if hides("badge"):
        return
    with under().popover(said, type="tertiary"):
        st.markdown(body)


def without_view(recipe: Recipe) -> Recipe:
    """Return the recipe without what only says where one looks, so that looking costs nothing."""
    default = Recipe()
    return Recipe(
        **{
            name: getattr(default if name in ("cursor", "unit", "cells") else recipe, name)
            for name in vars(recipe)
        }
    )


def facts(kind: type[Cell]) -> None:
    """Show which variant of a cell this is, its equations and its source."""
    st.markdown(f"**{kind.name}**: {kind.variant} *{kind.source}.*")
    rows = r" \\ ".join(equation.replace(" = ", " &= ", 1) for equation in kind.equations.values())
    st.latex(r"\small\begin{aligned}" + rows + r"\end{aligned}")
