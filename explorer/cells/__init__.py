"""Every cell in this folder, found by looking: a new file is a new cell."""

import re

from explorer.cells.base import Cell
from explorer.discovery import discovered


def _discovered() -> dict[str, type[Cell]]:
    found = discovered(__name__, __path__, Cell)
    # History is the order of the menus: by the year of the source, then by name.
    found.sort(key=lambda kind: (int(re.search(r"\d{4}", kind.source)[0]), kind.name))
    return {kind.__name__: kind for kind in found}


CELLS: dict[str, type[Cell]] = _discovered()
"""From the name of a cell's class to the class, oldest first."""

globals().update(CELLS)

__all__ = ["CELLS", "Cell", *CELLS]
