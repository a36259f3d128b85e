"""Groupings: which weights of a model a filter couples (Puskorius & Feldkamp 1994)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.learning.model import Model
from explorer.shapes import Array


def together(model: Model) -> list[Array]:
    """Return one group of all weights."""
    return [np.arange(model.size)]


def by_array(model: Model) -> list[Array]:
    """Return one group for each array."""
    ends = np.cumsum([array.size for array in model.named().values()])
    return np.split(np.arange(model.size), ends[:-1])


def by_unit(model: Model) -> list[Array]:
    """Return one group for each unit, of all weights that lead into it, and one for each output."""
    H, groups, start = model.cell.H, {}, 0
    for name, array in model.named().items():
        owner, _, own = name.partition(".")
        rows = np.arange(start, start + array.size).reshape(len(array), -1)
        start += array.size
        units = owner == "cell" and len(array) % H == 0
        for r, places in enumerate(rows):
            whose = ("cell", r % H) if units else (owner if owner != "cell" else own, r)
            groups.setdefault(whose, []).append(places)
    return [np.concatenate(group) for group in groups.values()]


GROUPINGS: dict[str, Callable[[Model], list[Array]]] = {
    "global": together,
    "array": by_array,
    "unit": by_unit,
}
"""From the name of a coupling to the function that groups a model's weights."""
