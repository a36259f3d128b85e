"""Print the energy and the overlaps along the recall."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        (),
        """\
memories = recipe.stored()
recall = recipe.recall(memories)
print("energy, flip by flip =", recall.energy)
for name, pattern in zip(memories.names, memories.patterns, strict=True):
    print(f"overlap with {name}, flip by flip =", recall.x @ pattern / len(pattern))
""",
    )
