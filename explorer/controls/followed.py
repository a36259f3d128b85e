"""Units that keep track of something in a text, each a button that lets one follow it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer.controls.link import adopt
from explorer.numerals import numeral
from explorer.recipes.text import TextRecipe
from explorer.text.tracking import Tracked

SHOWN = 5


def units(page: str, recipe: TextRecipe, found: list[Tracked]) -> None:
    """Show which unit keeps track of what; a click colours the text by it."""
    st.subheader("Units that keep track of something", anchor=False)
    if not found:
        st.markdown("Too few letters to tell.")
        return
    with st.container(horizontal=True, gap="small"):
        for k, each in enumerate(found[:SHOWN]):
            on = (each.slot, each.unit + 1) == (recipe.slot, recipe.unit)
            st.button(
                f"{'● ' if on else ''}{each.fact}: {each.slot} {each.unit + 1}",
                key=f"{page}.follow.{k}", on_click=adopt,
                args=(page, replace(recipe, slot=each.slot, unit=each.unit + 1)),
                help="Colours the text by this unit.",
            )  # fmt: skip
    st.markdown(
        "| what the text says | unit | correlation | by chance |\n|---|---|--:|--:|\n"
        + "\n".join(
            f"| {each.fact} | {each.slot}\u00a0{each.unit + 1} | {each.r:+.2f} "
            f"| ±{numeral(each.chance, 2)} |"
            for each in found
        ).replace("| -", "| −")
    )
    st.caption(
        "The unit with the largest correlation over the letters above. By chance: what the best of "
        "all units reaches when the fact is shifted against the text, in 39 of 40 shifts; what is "
        "not clearly above it means nothing."
    )
