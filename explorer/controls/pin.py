"""Pin a run as A, change what you like, and see in words how B differs from it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.controls.link import adopt
from explorer.controls.settings import listed
from explorer.controls.text import plain
from explorer.pin import differences, pinned, recalled
from explorer.recipe import Recipe

HELP = "A stays as it is while you change the controls; the link in the address bar holds both."


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
    if "scale" in changed:
        changed.setdefault("gain", (a.gain, b.gain))  # the same number means another thing
    sides = tuple(listed(recipe, changed) for recipe in (a, b))
    if sides[0] == sides[1]:
        return "**A** and **B** are the same so far: change a control."
    return "  ·  ".join(f"**{mark}**: {said}" for mark, said in zip("AB", sides, strict=True))
