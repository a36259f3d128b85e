"""Print how surprised a network trained beforehand is; what learned on a page stays there."""

from __future__ import annotations

from typing import Any

from explorer.assets import names
from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines | None:
    """Return the script for these settings of the page."""
    if recipe.weights != "trained" or f"characters-{recipe.cell}" not in names():
        return None
    return Lines(
        (
            "from explorer.assets import asset",
            "from explorer.text.reading import Reading",
            "from explorer.text.vocabulary import Vocabulary",
        ),
        """\
kept = asset(f"characters-{recipe.cell}")
whole, _ = recipe.whole()
letters, _ = recipe.stretch(whole)
reading = Reading.of(kept.model, Vocabulary(kept.about["letters"]), letters)
print("mean surprise in nats a letter =", reading.loss)
print("surprise, letter by letter =", reading.surprise)
""",
    )
