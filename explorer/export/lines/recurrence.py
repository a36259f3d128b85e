"""Print how far apart the two orders are, in both networks."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.orders import Reading, distances, second",),
        """\
sequence = recipe.sequence()
moved, _ = second(recipe, sequence)
first, other = Reading.of(recipe, sequence), Reading.of(recipe, moved)
print("second order:", ascii(moved.words))
print("bag of words: apart at t = 0 .. T =", distances(first.bag, other.bag))
print("recurrent: apart at t = 0 .. T =", distances(first.trace.s, other.trace.s))
""",
    )
