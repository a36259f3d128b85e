"""Shapes of records: written once as annotations, checked once when a record is built."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from math import sqrt
from typing import Annotated, get_args, get_origin, get_type_hints

import numpy as np

Array = np.ndarray


@cache
def _annotated(kind: type) -> tuple[tuple[str, tuple[str, ...]], ...]:
    hints = get_type_hints(kind, include_extras=True)
    shapes = []
    for field in fields(kind):
        hint = hints[field.name]
        if get_origin(hint) is Annotated and isinstance(text := get_args(hint)[1], str):
            shapes.append((field.name, tuple(text.split())))
    return tuple(shapes)


def check_shapes(record: object) -> None:
    """Check that the annotated arrays of a record agree about T, B, D, H, ...

    A field annotated ``Annotated[Array, "T+1 B S"]`` has one row more than T. A dictionary of
    arrays is checked value by value.

    Raises
    ------
    ValueError
        Naming the record, the axis, both sizes and both fields.
    """
    kind = type(record).__name__
    known: dict[str, tuple[int, str]] = {}
    for name, axes in _annotated(type(record)):
        value = getattr(record, name)
        arrays = value.items() if isinstance(value, dict) else [(None, value)]
        for key, array in arrays:
            label = name if key is None else f"{name}[{key!r}]"
            if array.ndim != len(axes):
                raise ValueError(
                    f"{kind}: {label} must have the {len(axes)} axes ({', '.join(axes)}), "
                    f"got shape {array.shape}."
                )
            for axis, size in zip(axes, array.shape, strict=True):
                letter, _, more = axis.partition("+")
                length = size - int(more or 0)
                first, where = known.setdefault(letter, (length, label))
                if first != length:
                    raise ValueError(
                        f"{kind}: {letter} is {first} in {where} but {length} in {label}."
                    )


def length(vector: Array) -> float:
    """Return the Euclidean norm of a vector, however large or small its entries are."""
    limits = np.finfo(vector.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        square = float(np.dot(vector, vector))
    if limits.tiny / limits.eps**2 < square < limits.max:
        return sqrt(square)
    return float(scaled_norm(vector[None])[0])


def scaled_norm(rows: Array) -> Array:
    """Return the Euclidean norm of each row without squaring anything out of range.

    A gradient of 1e-200 is still a gradient; its square is not.
    """
    limits = np.finfo(rows.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        squares = np.vecdot(rows, rows)
        if ((squares > limits.tiny / limits.eps**2) & (squares < limits.max)).all():
            return np.sqrt(squares)
        largest = np.abs(rows).max(axis=1)
        scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        scaled = rows / scale[:, None]
        return scale * np.sqrt(np.einsum("ti,ti->t", scaled, scaled))
