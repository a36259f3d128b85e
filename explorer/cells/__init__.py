"""Every cell in this folder, found by looking: a new file is a new cell."""

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules

from explorer.cells.base import Cell


def _discovered() -> dict[str, type[Cell]]:
    found = [
        kind
        for module in iter_modules(__path__, f"{__name__}.")
        for kind in vars(import_module(module.name)).values()
        if inspect.isclass(kind)
        and issubclass(kind, Cell)
        and not inspect.isabstract(kind)
        and kind.__module__ == module.name
    ]
    # History is the order of the menus: by the year of the source, then by name.
    found.sort(key=lambda kind: (int(re.search(r"\d{4}", kind.source)[0]), kind.name))
    return {kind.__name__: kind for kind in found}


CELLS: dict[str, type[Cell]] = _discovered()
"""From the name of a cell's class to the class, oldest first."""

globals().update(CELLS)

__all__ = ["CELLS", "Cell", *CELLS]
