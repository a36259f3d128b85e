"""The widgets of a second order: shuffled once more, reversed, or typed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.controls.link import adopt
from explorer.controls.widgets import beside, widget
from explorer.orders import labels, second
from explorer.recipe import Recipe


def order(page: str, recipe: Recipe) -> Recipe:
    """Draw the widgets of the second order; to type one starts from the order shown before."""
    before = recipe
    recipe = replace(recipe, order=widget(page, recipe, "order"))
    if recipe.order == "own":
        if before.order != "own" and not recipe.second:
            moved, _ = second(before, before.sequence())
            recipe = replace(recipe, second=" ".join(labels(moved)))
        return replace(recipe, second=widget(page, recipe, "second"))
    if recipe.order == "shuffled":
        again = replace(recipe, shuffle=(recipe.shuffle + 1) % 10000)
        with beside():
            st.button("Shuffle again", key=f"{page}.again", on_click=adopt, args=(page, again))
    return recipe
