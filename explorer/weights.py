"""Trainable things as values: frozen records of arrays, and arithmetic that maps over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from explorer.shapes import Array, scaled_norm


@dataclass(frozen=True, eq=False)
class Weights:
    """A frozen record of arrays (and of other Weights); its gradient is a record of the same type.

    Fields that are neither arrays nor Weights are plain settings and travel along unchanged.
    """

    def _trainable(self) -> Iterator[tuple[str, Any]]:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray | Weights):
                yield field.name, value

    def named(self) -> dict[str, Array]:
        """Return every array under its name; nested records give dotted names."""
        arrays: dict[str, Array] = {}
        for name, value in self._trainable():
            if isinstance(value, Weights):
                arrays |= {f"{name}.{inner}": array for inner, array in value.named().items()}
            else:
                arrays[name] = value
        return arrays

    def map(self, f: Callable[..., Array], *others: Self) -> Self:
        """Apply ``f`` to each array together with its namesakes in ``others``."""
        changed = {
            name: value.map(f, *(getattr(other, name) for other in others))
            if isinstance(value, Weights)
            else f(value, *(getattr(other, name) for other in others))
            for name, value in self._trainable()
        }
        return replace(self, **changed)

    def norm(self) -> float:
        """Return the Euclidean norm over all arrays together."""
        return float(
            scaled_norm(np.concatenate([a.ravel() for a in self.named().values()])[None])[0]
        )

    @property
    def size(self) -> int:
        """Number of trainable parameters."""
        return sum(array.size for array in self.named().values())
