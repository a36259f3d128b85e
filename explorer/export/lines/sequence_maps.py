"""Print what a wiring says and how far each output hears each input."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    made = "network = recipe.drawn()\n"
    imports = ("from explorer.wiring.paths import paths",)
    if recipe.network == "trained":
        imports = (
            "from explorer.cells import CELLS",
            "from explorer.learning.uses import trained",
            *imports,
        )
        made = (
            "kind = CELLS[recipe.cell]\n"
            "learnt = trained(recipe.task, recipe.wired, kind, recipe.seed, recipe.depth)\n"
            "network = learnt.network\n"
        )
    return Lines(
        imports,
        f"""\
{made}trace = recipe.trace(network)
print("y, a row for each output =", trace.y[:, 0])  # a trained one's before its softmax
print("|dy_k/dx_t|, a row for each output =", paths(trace).inputs[:-1])
""",
    )
