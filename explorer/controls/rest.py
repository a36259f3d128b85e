"""What stands below a film that is dragged: it waits, paler, until the thumb rests."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

# The stylesheet leaves with the run that sent it. Something besides it must stand in the markup, or
# Streamlit would keep it where the next run of a fragment does not reach.
PALE = '<style>[class*="st-key-at_rest"] {opacity: 0.35}</style><i hidden></i>'


def above_and_below(fragment: Callable[[DeltaGenerator], None]) -> None:
    """Run a fragment that draws a film above and is given a place below it.

    The place belongs to the page, so that what stands in it stays while the fragment runs again.
    """
    above, below = st.container(), st.empty()
    with above:
        fragment(below)


def waits(live: bool) -> bool:
    """Tell whether what stands below a film is left as it is, and show that it is.

    To be asked at the end of a fragment; the place below is drawn anew if not. Equations and tables
    would take longer than the picture itself.
    """
    if live:
        st.html(PALE)
    return live


def drawn(below: DeltaGenerator) -> DeltaGenerator:
    """Return the place below a film, empty, to be filled anew; it takes no widgets."""
    return below.container(key="at_rest")
