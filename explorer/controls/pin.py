"""Pin a run as A, change what you like, and see in words how B differs from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.controls.link import adopt
from explorer.controls.text import plain
from explorer.controls.widgets import LABELS, SHOWN
from explorer.pin import differences, pinned, recalled
from explorer.recipe import SCALES, Recipe, shown

NAMES = {"bias": "keep bias", "weight": "edited weight"}


def pin(page: str, recipe: Recipe, default: Recipe) -> Recipe | None:
    """Draw the buttons of the pin and what B changes; return the pinned run A, if there is one."""
    a, remarks = recalled(recipe, default)
    held = pinned(recipe, default)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if held is None:
            st.caption("This run's text is too long to travel in a link, so it cannot be pinned.")
        else:
            st.button(
                "📌 Pin this run as A" if a is None else "📌 Make B the new A",
                key=f"{page}.hold",
                on_click=adopt,
                args=(page, held),
                help="A stays as it is while you change the controls; the link holds both.",
            )
        if a is not None:
            free = replace(recipe, pin="")
            st.button("Unpin A", key=f"{page}.unpin", on_click=adopt, args=(page, free))
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
        ", ".join(f"{title(name, a)} {told(name, pair[k])}" for name, pair in changed.items())
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
    text = titles.get(value, f"{value:g}" if isinstance(value, float) else f"{value}")
    return plain(shown(text)) or "nothing"
