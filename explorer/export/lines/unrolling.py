"""Print of one run what the read-out says, too."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import RUN, Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    said = 'print("y_T =", recipe.readout()(trace.slot("h"))[-1, 0])\n'
    return Lines((), RUN + said)
