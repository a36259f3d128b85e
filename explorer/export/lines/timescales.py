"""Print the half-life of every way of forgetting, measured and by its formula."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        (),
        """\
draws = [recipe.mechanisms(draw) for draw in range(3)]
for k, one in enumerate(draws[0]):
    found = [recipe.followed(drawn[k], draw) for draw, drawn in enumerate(draws)]
    lives = np.concatenate([film.half_life for film in found])
    print(f"{one.name}: steps until half is forgotten =", np.median(lives))
    print(f"{one.name}: by the formula =", one.formula)
""",
    )
