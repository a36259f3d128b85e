"""What stands below a film that is dragged: it waits until the thumb rests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

WAITING = "The numbers follow when the thumb rests."


@contextmanager
def at_rest(live: bool, part: str = "", said: str = WAITING) -> Iterator[bool]:
    """Open a place below a film, and tell whether it is to be filled; parts of a page have names.

    While a thumb is held it is not: in the browser, equations and tables take longer than the
    picture itself. The film sees to it that the place keeps its height meanwhile.
    """
    with st.container(key=f"at_rest{part}"):
        if live:
            st.caption(said)
        yield not live
