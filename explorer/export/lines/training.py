"""Print the loss of every update up to the one that the page has come to."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.recipes.training_stages import whole",),
        """\
course = whole(recipe)  # all updates, with the settings that were changed on the way
for k, history in enumerate(course.histories):
    print(f"seed {recipe.seed + k}: loss of its {history.N} updates =", history.loss)
""",
        "Computed by NumPy. Where PyTorch found the gradients on the page, rounding differs.",
    )
