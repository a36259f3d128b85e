"""Print where branches of fixed points meet, and the run that sweeps along them."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    return Lines(
        ("from explorer.recipes.bifurcations import UNCLIPPED",),
        """\
for k, branch in enumerate(recipe.branches()):
    for event in branch.events:
        print(f"branch {k + 1}, {event.kind}: {recipe.moving} =", event.p)
run = recipe.swept()
print("parameter of the slow run, up and down =", run.p)
print("state at the end of each value, a row for each =", run.s)
theta = np.inf if recipe.clip >= UNCLIPPED else recipe.clip
for name, most in {"not clipped": np.inf, "clipped": theta}.items():
    places, losses, norms = recipe.wall.descend(recipe.lw, recipe.lb, recipe.rate, most, 60)
    print(f"at the wall, {name}: loss of every update =", losses)
""",
    )
