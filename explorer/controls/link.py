"""The recipe of a visit: read from the link, kept for the session, written back to the link."""

from __future__ import annotations

import streamlit as st

from explorer.controls import address
from explorer.controls.hidden import begin, hidden, hiding, reading
from explorer.controls.text import plain
from explorer.entries import Linked, R


def opening(page: str, default: R) -> R:
    """Return the recipe of this visit: the link's, else what was left here, else the default.

    What a link says wrongly is amended and remembered as sentences for ``remarks``.
    """
    memory = st.session_state
    begin(page)
    memory[f"{page}.default"] = default
    query = address.news(page)
    if query is not None:
        about_hiding = reading(page, query, default)
        recipe, remarks = default.told({k: v for k, v in query.items() if k != "hide"})
        memory[f"{page}.remarks"] = remarks + about_hiding
        memory[f"{page}.recipe"] = recipe
        memory[f"{page}.asked"] = True
    return memory.setdefault(f"{page}.recipe", default)


def remarks(page: str) -> None:
    """Show what was amended in the link, one sentence each, until something is changed.

    Several sentences stand in one closed box, so that they do not push the picture away.
    """
    found = [plain(sentence) for sentence in st.session_state.get(f"{page}.remarks", ())]
    if len(found) == 1:
        st.warning(found[0])
    elif found:
        with st.expander(f"{len(found)} settings of the link were changed or left out", icon="⚠️"):
            st.markdown("\n".join(f"- {sentence}" for sentence in found))


def keep(
    page: str, recipe: R, default: R, live: bool = False, linked: R | None = None
) -> None:  # fmt: skip
    """Remember the recipe and, unless a thumb is being dragged, write it into the address bar.

    ``linked`` is what a link says instead, where it says more than the settings.
    """
    memory = st.session_state
    if recipe != memory.get(f"{page}.recipe"):
        memory[f"{page}.recipe"] = recipe
        memory.pop(f"{page}.remarks", None)
    memory[f"{page}.linked"] = linked or recipe
    said = linked or recipe
    address.write(page, None if live else said.query(default) | hidden(hiding(page), default))


def adopt(page: str, recipe: Linked) -> None:
    """Make this the page's recipe, as a preset does; meant for callbacks."""
    st.session_state[f"{page}.recipe"] = recipe
