"""Sentences on a page."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

from explorer.controls.address import arrive
from explorer.controls.hidden import draw_anew
from explorer.controls.keyboard import ENTER, STOPS
from explorer.controls.phone import COMPACT

# A table wider than a phone moves by itself; without this the whole page would. Many presets would
# push the picture below a phone's screen; there they stand in one line that can be pushed. The
# script that writes the address bar takes no room, nor does what asks for the next picture. An
# equation that may scroll sideways cuts what reaches above its line, the top of a fraction, unless
# it has room there. A button without a label stands on the foot of its line. Behind an open dialog
# the page steps back: the thumb of a slider reaches past the edge of a dialog, which is as wide as
# the page. A link to a page begins where the text under it does.
WIDE = """
.stElementContainer:has(> .stHtml > script:only-child) {display: none}
[data-testid="stMarkdownContainer"]:has(> table) {overflow-x: auto}
.katex-display {padding: 0.3em 0; margin: 0.7em 0 !important}
[data-testid="stElementContainer"]:has(> .stSpace) {display: none}
[data-testid="stPageLink"] {margin-left: -0.5rem}
[class*="st-key-beat"] {display: none}
[data-testid="stLayoutWrapper"]:has(> * > [data-testid="stElementContainer"] > .stSpace) {
  align-self: flex-end
}
body:has(> [data-testid="stDialog"]) [data-testid="stMain"] {opacity: 0.15}
@media (max-width: 640px) {
  [class*="st-key-one_line"] {flex-wrap: nowrap !important; overflow-x: auto}
  [class*="st-key-one_line"] > * {flex-shrink: 0 !important}
}
"""


def plain(text: str) -> str:
    """Return foreign text so that Markdown shows it as it is."""
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]()#+-.!|<>$:~^" else letter for letter in text
    )


def said(sentence: str) -> None:
    """Show one sentence about something that was amended, if there is one."""
    if sentence:
        st.warning(plain(sentence))


def noted(sentence: str) -> None:
    """Show one sentence about what the numbers have come to, if there is one."""
    if sentence:
        st.info(sentence)


def heading(title: str, claim: str) -> None:
    """Open a page: its question as the title, its claim below."""
    st.set_page_config(page_title=f"{title} · Unrolled", page_icon="🌀", layout="wide")
    enter(title)
    arrive(title)
    draw_anew()
    st.html(f"<style>{WIDE}{COMPACT}{STOPS}</style>")
    st.html(ENTER, unsafe_allow_javascript=True)
    st.title(title, anchor=False)
    st.markdown(claim)


def enter(title: str) -> None:
    """Send a visitor whom a server's very first link has led past the entry file back through it.

    Until some session has run the entry file, Streamlit takes pages/ for its older kind of app and
    runs a linked page alone, without our navigation.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.session_state["entrance"] = title
        st.rerun()


def door(pages: Iterable[StreamlitPage]) -> None:
    """Open the page that the visitor's link had named before ``enter`` sent them round."""
    wanted = st.session_state.pop("entrance", None)
    for page in pages:
        if page.title == wanted:
            st.switch_page(page, query_params=dict(st.query_params))
