"""Faster forms of single cells. Each can be deleted: the rule then takes its place.

A module here names its cell's class (``CELL``) and has ``forward`` and ``backward`` with the
signatures of ``film.py``. The contract tests hold it against the rule.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

FORMS = {
    form.CELL: form
    for form in (import_module(module.name) for module in iter_modules(__path__, f"{__name__}."))
}


def of(cell: Any, otherwise: Any) -> Any:
    """Return the module that runs a cell of this kind fastest."""
    return FORMS.get(type(cell).__name__, otherwise)
