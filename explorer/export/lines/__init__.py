"""What each page computes, as the lines of Python that compute and print its main numbers.

One file a page, named like the page, with a function ``lines`` of the page's settings and, where
the page compares several runs of cells, ``runs`` of them; they are found here by looking. Each is
written as the page does it, with ``recipe`` for the settings.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from explorer.export.lines.base import Lines
from explorer.recipe import Recipe

SHARED = "base"  # no page: what they have in common
_PAGES = {
    page.name: import_module(f"{__name__}.{page.name}")
    for page in iter_modules(__path__)
    if page.name != SHARED
}
LINES: dict[str, Callable[[Any], Lines | None]] = {
    name: page.lines for name, page in _PAGES.items()
}
"""From the name of a page to its script."""

RUNS: dict[str, Callable[[Recipe], dict[str, Recipe]]] = {
    name: page.runs for name, page in _PAGES.items() if hasattr(page, "runs")
}
"""From the name of a page that compares runs of single cells to these, by their cells."""

__all__ = ["LINES", "RUNS", "Lines"]
