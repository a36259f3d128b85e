"""Print where each of the ten networks ends."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.recipes.ideas import IDEAS",),
        """\
for idea in IDEAS:
    print(f"{idea.year} {idea.name}: last state =", idea.run(recipe).states[-1])
""",
    )
