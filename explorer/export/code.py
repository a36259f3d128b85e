"""A picture as a short script: against this library, and against plain PyTorch."""

from __future__ import annotations

from explorer.entries import Linked
from explorer.export.lines import LINES, RUNS
from explorer.export.plain_torch import with_torch
from explorer.recipe import Recipe

PRINTED = "np.set_printoptions(precision=17, threshold=1_000_000, linewidth=100)\n"


def scripts(page: str, recipe: Linked) -> dict[str, str]:
    """Return the scripts that compute and print the numbers of a page, by what they need."""
    ours = with_explorer(page, recipe)
    found = {"explorer": ours} if ours else {}
    theirs = with_torch(networks(page, recipe))
    return found | ({"PyTorch": theirs} if theirs else {})


def networks(page: str, recipe: Linked) -> dict[str, Recipe]:
    """Return the runs of single cells that a page compares, or its only one; none elsewhere."""
    if not isinstance(recipe, Recipe):
        return {}
    return RUNS[page](recipe) if page in RUNS else {recipe.cell: recipe}


def with_explorer(page: str, recipe: Linked) -> str:
    """Return a script against this library; "" where a page has none for its present state."""
    lines = LINES[page](recipe) if page in LINES else None
    if lines is None:
        return ""
    kind = type(recipe)
    default = kind()
    said = {k: v for k, v in vars(recipe).items() if v != getattr(default, k) and k != "pin"}
    settings = "".join(f"\n    {name}={value!r}," for name, value in said.items())
    settings += "\n" if settings else ""
    own = [line for line in lines.imports if line.endswith("\n")]
    rest = [line for line in lines.imports if not line.endswith("\n")]
    rest.append(f"from {kind.__module__} import {kind.__qualname__}")
    return (
        '"""The numbers of a picture made with Unrolled; run it beside the folder explorer/."""\n\n'
        + "".join(own)
        + ("\n" if own else "")
        + "import numpy as np\n\n"
        + "".join(f"{line}\n" for line in sorted(rest))
        + f"\n{PRINTED}\n"
        + "".join(f"# {part}\n" for part in [lines.remark] if part)
        + f"recipe = {kind.__qualname__}({settings})\n"
        + lines.body
    )
