"""What every page's script is made of, and the script of those that show a single run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Lines:
    """Imports of a script, and what it does; a remark stands above it as a comment."""

    imports: tuple[str, ...]
    body: str
    remark: str = ""


RUN = """\
trace = recipe.trace()  # the whole run: trace.s, trace.gates, trace.slot(name)
gradients = recipe.gradients(trace)  # of the loss, carried back to every state
for slot in trace.cell.slots:
    print(f"{slot}_T =", trace.slot(slot)[-1, 0])
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
"""


def one_run(recipe: Any) -> Lines:
    """Print the last state and the gradient's norm at every state."""
    return Lines((), RUN)
