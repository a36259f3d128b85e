"""Open the visitor's file, which must lie beside the script, and run the chosen layer."""

from __future__ import annotations

from typing import Any

from explorer.export.lines.base import Lines


def lines(recipe: Any) -> Lines:
    """Return the script for these settings of the page."""
    numbers = 'rows(Path("numbers.csv").read_bytes())' if recipe.input == "file" else "None"
    more = ("from explorer.checkpoints.tables import rows",) if recipe.input == "file" else ()
    return Lines(
        (
            "from pathlib import Path\n",
            "from explorer.checkpoints.networks import imported",
            "from explorer.checkpoints.study import Study, opened",
            *more,
        ),
        f"""\
file = Path("three_bits.safetensors")  # the file that you brought
upload = opened(file.name, file.read_bytes())
modules = {{found.prefix: found for found in upload.modules}}
found = modules.get(recipe.module, upload.modules[0])
network = imported(found, recipe.activation)
table = upload.embedding(recipe.embedding, found)
sequence = recipe.sequence(found.D, {numbers}, table)
readout = upload.head(recipe.head, found)
study = Study.of(network, sequence.xs, readout, recipe.loss)
way = int(recipe.way == "backward" and found.directions > 1)
trace, gradients = study.film(min(recipe.layer, found.depth) - 1, way)
for slot in trace.cell.slots:
    print(f"{{slot}}_T =", trace.slot(slot)[-1, 0])
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
print("output at t = 1 .. T =", study.y[:, 0])
""",
    )
