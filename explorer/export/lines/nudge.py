"""Print what the push did and what the gradient had foreseen."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.dynamics.nudge import nudge",),
        """\
trace = recipe.trace()
k, unit = min(recipe.cursor, trace.T), min(recipe.unit, recipe.H) - 1
slots = list(trace.cell.slots)
slot = slots.index(recipe.slot) if recipe.slot in slots else 0
pushed = nudge(trace, k, slot * recipe.H + unit, recipe.push)
print("|what the push changed| from step k on =", np.linalg.norm(pushed.true, axis=1))
print("|what was foreseen| from step k on =", np.linalg.norm(pushed.foreseen, axis=1))
""",
    )
