"""Print the itemised matrix and the links of the chosen entry."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.dynamics.itemised import chain, itemised",),
        """\
trace = recipe.trace()
print("|dL_t/ds_k|, a row for each t = 1 .. T =", itemised(trace).whole)
t = min(recipe.at, trace.T)
links = chain(trace, t, min(recipe.cursor, t))
print(f"from t = {t} back, slope of each step =", links.slope)
print(f"from t = {t} back, weight of each step =", links.weight)
""",
    )
