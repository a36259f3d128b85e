"""The link that is handed out: it names every setting, and says what it cannot hold.

The address bar names only what differs from the defaults of a page. A link that somebody keeps
must go on giving the same picture when a default is changed later, so it names all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

from explorer.controls.hidden import DRAWN, hidden
from explorer.controls.labels import LABELS, SHOWN
from explorer.entries import VERSION, Linked, shown
from explorer.export.address import is_loopback
from explorer.film import Reel
from explorer.numerals import numeral
from explorer.pin import completed
from explorer.recipe import Recipe

PORT = 8501  # of `make run`, unless it is told another


def linked(page: str) -> Linked:
    """Return the settings of a page as its link names them, with how far a run has come."""
    memory = st.session_state
    recipe: Linked = memory.get(f"{page}.linked", memory[f"{page}.recipe"])
    if isinstance(recipe, Recipe):
        return completed(recipe, memory.get(f"{page}.default", Recipe()))
    return recipe


def share_link(page: str, hide: Sequence[str], embed: bool = False) -> str:
    """Return the complete link of a page that leaves out these entries and sections."""
    recipe = linked(page)
    query = {"v": str(VERSION)} | recipe.complete_query() | hidden(hide, recipe)
    here = (st.context.url or "").split("?", 1)[0].split("#", 1)[0]
    query |= {"embed": "true"} if embed else {}
    return f"{here}?{urlencode(query, safe=',')}"


def lacking(page: str) -> str:
    """Return what of the picture the link of a page does not hold."""
    return " ".join(st.session_state.get(f"{page}.not_in_link", ()))


def for_this_machine(link: str) -> str:
    """Say that nobody else can open a link, and what opens it to others; empty where they can."""
    if not is_loopback(link):
        return ""
    parts = urlsplit(link)
    port = f" PORT={parts.port}" if parts.port not in (None, PORT) else ""
    return (
        f"Nobody else can open this link: the address `{parts.hostname}` means the computer on "
        f"which it is opened. Start the app with `make run HOST=0.0.0.0{port}`, open this page at "
        "the second address that it prints, and take the link from there."
    )


def made_with(page: str, recipe: Linked, reel: Reel) -> dict[str, str]:
    """Return the settings of a picture that its page has a control for, as a file states them."""
    labels = st.session_state.get(DRAWN, {}) | {s.key: s.label for s in reel.sliders}
    fields = {field.name: field for field in recipe.entries().values()}
    found = {}
    for name, label in labels.items():
        if name in fields:
            title = label if label != name else LABELS.get(name, name)
            titles = fields[name].metadata["shown"] or SHOWN.get(name, {})
            found[title] = stated(getattr(recipe, name), titles)
    return found


def stated(value: Any, titles: Mapping[str, str]) -> str:
    """Return what an entry says, as a file states it."""
    if isinstance(value, tuple):
        return ", ".join(titles.get(part, part) for part in value)
    return shown(numeral(value, 6) if isinstance(value, float) else titles.get(value, f"{value}"))
