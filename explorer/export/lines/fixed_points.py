"""Print the places of rest; a network of the visitor's own has left with its file."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines | None:
    """Return the script for these settings of the page."""
    if recipe.network == "yours":
        return None
    return Lines(
        (),
        """\
cell, _ = recipe.build()
*_, found = recipe.sought(cell, given=recipe.given(cell))
print("fixed points =", len(found))
print("starts =", found.starts)
print("|s*| of each =", np.linalg.norm(found.points, axis=1))
print("largest |eigenvalue| of each =", np.abs(found.eigenvalues[:, 0]))
""",
    )
