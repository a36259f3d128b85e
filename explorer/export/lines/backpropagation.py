"""Print the loss, the gradient as the window leaves it, and what clipping does."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines
from explorer.recipe import UNCLIPPED


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    most = "np.inf" if recipe.clip >= UNCLIPPED else "recipe.clip"
    return Lines(
        (
            "from explorer.learning.clipping import clipped",
            "from explorer.learning.truncation import truncated",
        ),
        f"""\
trace, loss = recipe.trace(), recipe.objective()
if recipe.window >= trace.T:
    gradients = recipe.gradients(trace)
else:
    gradients = truncated(trace, loss.gradient(trace), recipe.window)
for slot in trace.cell.slots:
    print(f"{{slot}}_T =", trace.slot(slot)[-1, 0])
print("L =", loss.value(trace))
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
for name, array in gradients.dcell.named().items():
    print(f"|dL/d{{name}}| =", np.linalg.norm(array))
print("clipping multiplies by =", clipped(gradients.dcell, {most})[1])
""",
    )
