"""Print the answer to the question that is asked of the reservoir."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines

ANSWERS = {
    "echo": """\
found = recipe.meeting()
print("exponent =", found.exponent)
print("distance at t = 0 .. T =", found.distance)
""",
    "memory": """\
found = recipe.capacity()
print("capacity =", found.total)
print("recalled, delay by delay =", found.recalled)
""",
    "forecast": """\
found = recipe.forecast(recipe.taught(recipe.steps))
print("steps within the threshold =", found.horizon(recipe.threshold))
print("error, step by step =", found.error)
""",
    "cost": """\
lesson = recipe.lesson()
reservoir = recipe.reservoir(0, lesson.series.shape[1])
mark, fit, trace = solved(reservoir, lesson, float(recipe.ridge))
print("error after one solve =", mark.error)
for name, every in {"the read-out": False, "all weights": True}.items():
    *_, mark = descended(reservoir, lesson, recipe.updates, float(recipe.rate), all_weights=every)
    print(f"Adam on {name}: error after the last update =", mark.error)
""",
}


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    needed = ("from explorer.reservoir.cost import descended, solved",)
    return Lines(needed if recipe.view == "cost" else (), ANSWERS[recipe.view])
