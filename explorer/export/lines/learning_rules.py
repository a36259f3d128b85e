"""Print the gradient as it is found backwards and, where affordable, forwards."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    forward = """\
forward = SensitivityTrace.of(lesson.film.trace, lesson.dL_ds)
for name, norms in forward.norms.items():
    print(f"|ds_t/dw| of {name} for t = 1 .. T =", norms[1:])
for name, array in forward.dcell.named().items():
    print(f"RTRL: |dL/d{name}| =", np.linalg.norm(array))
"""
    affordable = recipe.affordable()
    more = ("from explorer.learning.rtrl import SensitivityTrace",) if affordable else ()
    return Lines(
        (*more, "from explorer.recipes.learning_rules import Lesson"),
        """\
lesson = Lesson.of(recipe)
print("L =", lesson.loss)
print("|dL/ds_t| for t = 0 .. T =", lesson.gradients.norm())
for name, array in lesson.gradients.dcell.named().items():
    print(f"BPTT: |dL/d{name}| =", np.linalg.norm(array))
"""
        + (forward if affordable else ""),
        "The race is not in it; explorer.learning.race runs it.",
    )
