"""A run as a short script: against this library, and against plain PyTorch."""

from __future__ import annotations

from explorer.entries import Linked
from explorer.recipe import Recipe


def scripts(recipe: Linked) -> dict[str, str]:
    """Return the scripts that compute the numbers of a run, by what they need."""
    found = {}
    if isinstance(recipe, Recipe):
        found["explorer"] = with_explorer(recipe)
    return found


def with_explorer(recipe: Recipe) -> str:
    """Return a script against this library that prints states and gradient norms of a run."""
    default = Recipe()
    said = {k: v for k, v in vars(recipe).items() if v != getattr(default, k) and k != "pin"}
    lines = "".join(f"    {name}={value!r},\n" for name, value in said.items())
    return (
        '"""The numbers of a picture made with Unrolled; run it beside the folder explorer/."""\n\n'
        "import numpy as np\n\n"
        "from explorer.recipe import Recipe\n\n"
        f"recipe = Recipe(\n{lines})\n"
        "trace = recipe.trace()  # the whole run: trace.s, trace.gates, trace.slot(name)\n"
        "gradients = recipe.gradients(trace)  # of the loss, carried back to every state\n\n"
        "np.set_printoptions(precision=17, threshold=20, linewidth=100)\n"
        "for slot in trace.cell.slots:\n"
        '    print(f"{slot}_T =", trace.slot(slot)[-1, 0])\n'
        'print("|dL/ds_t| for t = 0 .. T:", gradients.norm())\n'
    )
