"""Trainable things as values: frozen records of arrays, and arithmetic that maps over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Any, Self

import numpy as np

from explorer.shapes import Array, length


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@dataclass(frozen=True, eq=False)
class Weights:
    """A frozen record of arrays (and of other Weights); its gradient is a record of the same type.

    A tuple of Weights counts as one record for each place. Fields that are neither arrays nor
    Weights are plain settings and travel along unchanged.
    """

    def _trainable(self) -> Iterator[tuple[str, Any]]:
        for name in _names(type(self)):
            value = getattr(self, name)
            if isinstance(value, np.ndarray | Weights) or several(value):
                yield name, value

    def named(self) -> dict[str, Array]:
        """Return every array under its name; nested records give dotted names."""
        return dict(self._named)

    @cached_property
    def _named(self) -> dict[str, Array]:
        arrays: dict[str, Array] = {}
        for name, value in self._trainable():
            if isinstance(value, Weights):
                arrays |= {f"{name}.{inner}": array for inner, array in value._named.items()}
            elif several(value):
                for k, one in enumerate(value):
                    arrays |= {f"{name}.{k}.{inner}": a for inner, a in one._named.items()}
            else:
                arrays[name] = value
        return arrays

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the type, the settings and the arrays: equal for records of equal content."""
        digest = hashlib.blake2b(type(self).__qualname__.encode(), digest_size=16)
        for name in _names(type(self)):
            value = getattr(self, name)
            digest.update(f"|{name}=".encode())
            if isinstance(value, np.ndarray):
                digest.update(f"{value.dtype.str}{value.shape}".encode())
                digest.update(np.ascontiguousarray(value).tobytes())
            elif isinstance(value, Weights):
                digest.update(value.fingerprint.encode())
            elif several(value):
                digest.update(",".join(one.fingerprint for one in value).encode())
            else:
                digest.update(repr(value).encode())
        return digest.hexdigest()

    def map(self, f: Callable[..., Array], *others: Self) -> Self:
        """Apply ``f`` to each array together with its namesakes in ``others``."""
        changed: dict[str, Any] = {}
        for name, value in self._trainable():
            theirs = [getattr(other, name) for other in others]
            if isinstance(value, Weights):
                changed[name] = value.map(f, *theirs)
            elif several(value):
                changed[name] = tuple(
                    one.map(f, *rest) for one, *rest in zip(value, *theirs, strict=True)
                )
            else:
                changed[name] = f(value, *theirs)
        return replace(self, **changed)

    def flat(self) -> Array:
        """Return all arrays as one vector (size,), a copy."""
        return np.concatenate([array.ravel() for array in self._named.values()])

    def filled(self, vector: Array) -> Self:
        """Return the record with its arrays cut from one vector, as ``flat`` joined them (views).

        Raises
        ------
        ValueError
            When the vector is not as long as all arrays together.
        """
        if vector.shape != (self.size,):
            raise ValueError(
                f"filled: wanted one vector of {self.size} numbers, got shape {vector.shape}."
            )
        start = 0

        def cut(array: Array) -> Array:
            nonlocal start
            start += array.size
            return vector[start - array.size : start].reshape(array.shape)

        return self.map(cut)

    def norm(self) -> float:
        """Return the Euclidean norm over all arrays together."""
        return length(self.flat())

    @property
    def size(self) -> int:
        """Number of trainable parameters."""
        return sum(array.size for array in self._named.values())


def several(value: Any) -> bool:
    """Tell whether a field holds Weights in a row, such as the layers of a stack."""
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Weights)
