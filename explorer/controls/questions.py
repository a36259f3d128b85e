"""The questions of a page that asks several of one network, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import streamlit as st

from explorer.controls.hidden import hides
from explorer.controls.widgets import drawn_as, restore, returned
from explorer.entries import Linked

R = TypeVar("R", bound=Linked)


def question(page: str, recipe: R, name: str = "view") -> R:
    """Draw the questions of this entry side by side; return the recipe with the one asked."""
    about = type(recipe).__dataclass_fields__[name].metadata
    value, titles = getattr(recipe, name), about["shown"]
    if hides(name, about["label"]):
        return recipe
    key = drawn_as(page, name, value)
    asked = st.segmented_control(
        about["label"], about["kind"].names, default=value, key=key,
        format_func=titles.__getitem__, on_change=restore, args=(key, value),
        label_visibility="collapsed",
    )  # fmt: skip
    return replace(recipe, **{name: returned(page, name, asked or value)})
