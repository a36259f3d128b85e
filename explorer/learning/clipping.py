"""What is done to a gradient before it moves the weights: its size limited, its turn measured."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from explorer.shapes import Array, length, scaled_norm
from explorer.weights import Weights

Gradient = TypeVar("Gradient", bound=Weights)


def clipped(gradient: Gradient, threshold: float) -> tuple[Gradient, float]:
    """Scale a gradient to the norm ``threshold`` if it is longer; return it and the scale.

    The norm is over all arrays together, so the direction stays (Pascanu, Mikolov & Bengio 2013).
    A gradient that has left float64 cannot be saved: its scale is nan.

    Raises
    ------
    ValueError
        Unless the threshold is greater than 0.
    """
    vector, scale = shortened(gradient.flat(), threshold)
    return gradient.filled(vector), scale


def shortened(g: Array, threshold: float) -> tuple[Array, float]:
    """Do as ``clipped`` does with a gradient that is one vector."""
    if not threshold > 0:
        raise ValueError(f"clipped: wanted a threshold greater than 0, got {threshold}.")
    norm = length(g)
    if not np.isfinite(norm):
        return np.full_like(g, np.nan), np.nan
    if norm <= threshold:
        return g, 1.0
    return g * (threshold / norm), threshold / norm


def limited(gradient: Gradient, limit: float) -> tuple[Gradient, float]:
    """Limit every entry of a gradient to ±``limit``; return it and the share of entries cut.

    Entry by entry, so the direction may turn. nan stays nan.

    Raises
    ------
    ValueError
        Unless the limit is greater than 0.
    """
    vector = gradient.flat()
    return gradient.filled(within(vector, limit)), float(np.mean(np.abs(vector) > limit))


def within(g: Array, limit: float) -> Array:
    """Do as ``limited`` does with a gradient that is one vector."""
    if not limit > 0:
        raise ValueError(f"limited: wanted a limit greater than 0, got {limit}.")
    return np.clip(g, -limit, limit)


def angle(a: Array, b: Array) -> float:
    """Return the angle between two arrays in degrees; nan where one has no direction."""
    rows = np.stack([a.ravel(), b.ravel()])
    sizes = scaled_norm(rows)
    if not (np.isfinite(sizes).all() and sizes.all()):
        return np.nan
    # Unlike an arc cosine, this tells small angles exactly (Kahan).
    a, b = rows / sizes[:, None]
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))))


def flat(gradient: Weights) -> Array:
    """Return all arrays of a gradient as one vector."""
    return gradient.flat()
