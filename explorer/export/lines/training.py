"""Print the loss of the first updates."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        (),
        """\
updates = 8  # as many as you like
course = recipe.course().ahead(lambda done: done >= updates)
for k, history in enumerate(course.histories):
    print(f"seed {recipe.seed + k}: loss of the first {updates} updates =", history.loss)
""",
        "The same as on the page where no setting was changed while it learned.",
    )
