"""Print the places of rest and where every run ends."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        (),
        """\
whole, _ = recipe.portrait()
print("fixed points, a row for each =", whole.found.points)
print("|eigenvalues|, a row for each =", np.abs(whole.found.eigenvalues))
print("last state of each run =", whole.orbits[:, -1])
print("attracting point that each comes to, -1 for none =", whole.ends)
""",
    )
