"""Pin a run as A, change what you like, and see in words how B differs from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.controls.link import adopt
from explorer.controls.text import plain
from explorer.controls.widgets import LABELS, SHOWN
from explorer.entries import shown
from explorer.numerals import numeral
from explorer.pin import differences, pinned, recalled
from explorer.recipe import SCALES, Recipe

HELP = "A stays as it is while you change the controls; the link in the address bar holds both."
NAMES = {"bias": "keep bias", "weight": "edited weight"}


def pin(page: str, recipe: Recipe, default: Recipe, place: DeltaGenerator) -> Recipe | None:
    """Draw the buttons of the pin in their place, and below what B changes; return A if pinned."""
    a, remarks = recalled(recipe, default)
    held, free = pinned(recipe, default), replace(recipe, pin="")
    with place:
        if held is not None:
            label = "Pin this run as A" if a is None else "Make B the new A"
            hold = {"key": f"{page}.hold", "on_click": adopt, "args": (page, held), "help": HELP}
            st.button(label, **hold)
        if a is not None:
            st.button("Unpin A", key=f"{page}.unpin", on_click=adopt, args=(page, free))
    if held is None:
        st.caption("The text of this run is too long to travel in a link: it cannot be pinned.")
    if a is not None:
        st.markdown(caption(a, recipe))
    for sentence in remarks:
        st.warning(plain(sentence))
    return a


def caption(a: Recipe, b: Recipe) -> str:
    """Return in one line what A and B differ in."""
    changed = differences(a, b)
    if not changed:
        return "**A** and **B** are the same so far: change a control."
    sides = (
        ", ".join(f"{title(name, a)} = {told(name, pair[k])}" for name, pair in changed.items())
        for k in (0, 1)
    )
    return "  ·  ".join(f"**{mark}**: {said}" for mark, said in zip("AB", sides, strict=True))


def title(name: str, recipe: Recipe) -> str:
    """Return what an entry is called in a sentence."""
    if name == "gain":
        return SCALES[recipe.scale]
    return NAMES.get(name, LABELS.get(name, name)).lower() if len(name) > 1 else name


def told(name: str, value: Any) -> str:
    """Return what an entry says, as a sentence shows it."""
    titles = SHOWN.get(name, {})
    if isinstance(value, tuple):
        return ", ".join(titles.get(part, part) for part in value)
    text = titles.get(value, numeral(value, 6) if isinstance(value, float) else f"{value}")
    return plain(shown(text)) or "nothing"
