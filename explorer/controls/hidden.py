"""What a teacher has hidden by the link: ``hide=H,seed,notice`` leaves these out of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from explorer.entries import Linked, shown

SECTIONS = {
    "presets": "presets",
    "maths": "numbers and equations",
    "notice": "what to notice",
    "badge": "truth badge",
    "home": "take home",
}
NOW, DRAWN = "page.now", "page.drawn"


def reading(page: str, query: Mapping[str, str], default: Linked) -> list[str]:
    """Take what a link hides; return one sentence about names that this page does not have."""
    known = {key: field.name for key, field in default.entries().items()}
    asked = [part.strip() for part in query.get("hide", "").split(",") if part.strip()]
    names = [known.get(part, part) for part in asked]
    right = [name for name in names if name in SECTIONS or name in known.values()]
    st.session_state[f"{page}.hide"] = tuple(dict.fromkeys(right))
    wrong = [part for part, name in zip(asked, names, strict=True) if name not in right]
    if not wrong:
        return []
    said = shown(", ".join(wrong))
    return [f"The link hides “{said}”, which this page does not have; ignored."]


def begin(page: str) -> None:
    """Say which page is being drawn, for the questions that follow."""
    st.session_state[NOW] = page
    st.session_state[f"{page}.not_in_link"] = ()


def not_in_link(sentence: str) -> None:
    """Remember what of the picture being drawn no link can hold; empty: nothing."""
    memory = st.session_state
    key = f"{memory.get(NOW)}.not_in_link"
    if sentence and sentence not in memory.get(key, ()):
        memory[key] = (*memory.get(key, ()), sentence)


def draw_anew() -> None:
    """Forget which controls were drawn; what a fragment draws later counts with the page's own."""
    st.session_state[DRAWN] = {}


def hides(name: str, label: str = "") -> bool:
    """Tell whether the page being drawn leaves this entry or section out."""
    memory = st.session_state
    memory.setdefault(DRAWN, {})[name] = label or SECTIONS.get(name, name)
    return name in memory.get(f"{memory.get(NOW)}.hide", ())


def hiding(page: str) -> tuple[str, ...]:
    """Return what the link of this visit leaves out of a page."""
    return st.session_state.get(f"{page}.hide", ())


def hidden(names: Sequence[str], recipe: Linked) -> dict[str, str]:
    """Return what a link must say for a page to leave out these entries and sections."""
    keys = {field.name: key for key, field in recipe.entries().items()}
    return {"hide": ",".join(keys.get(name, name) for name in names)} if names else {}


def notice(text: str) -> None:
    """Show what there is to notice, unless the link hides it."""
    if not hides("notice"):
        st.subheader("What to notice", anchor=False)
        st.markdown(text)
