"""What stands below a film that is dragged: it waits until the thumb rests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def at_rest(live: bool) -> Iterator[bool]:
    """Open the place below a film, and tell whether it is to be filled.

    While a thumb is held it is not: in the browser, equations and tables take longer than the
    picture itself. The film sees to it that the place keeps its height meanwhile.
    """
    with st.container(key="at_rest"):
        if live:
            st.caption("The numbers follow when the thumb rests.")
        yield not live
