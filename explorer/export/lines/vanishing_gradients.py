"""Print the curve of every cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from explorer.export.lines.base import Lines
from explorer.recipe import Recipe


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from dataclasses import replace\n", "from explorer.dynamics.decay import decay"),
        """\
for cell in recipe.cells:
    gradients = replace(recipe, cell=cell).gradients()
    print(f"{cell}: |dL/ds_t| for t = 0 .. T =", gradients.norm())
    found = decay(gradients)
    print(f"{cell}: half-life in steps =", found.half_life)
    print(f"{cell}: bounds of the half-life =", found.low, found.high)
    print(f"{cell}: R² of the fit =", found.r_squared)
""",
    )


def runs(recipe: Recipe) -> dict[str, Recipe]:
    """Return the run of every cell that the page compares."""
    return {cell: replace(recipe, cell=cell) for cell in recipe.cells}
