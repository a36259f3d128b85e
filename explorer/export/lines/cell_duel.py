"""Print every contender's size and gradients."""

from __future__ import annotations

from typing import Any

from explorer.duel import contenders as runs
from explorer.export.lines.base import Lines

__all__ = ["lines", "runs"]


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.duel import runs",),
        """\
for cell, run in runs(recipe).items():
    print(f"{cell}: units =", run.trace.cell.H)
    print(f"{cell}: parameters =", run.parameters)
    print(f"{cell}: |dL/ds_t| for t = 0 .. T =", run.gradients.norm())
""",
        "A pinned run A is a run of its own: pin nothing and take its script."
        if recipe.pin
        else "",
    )
