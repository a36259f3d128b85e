"""A closed line that a pen follows round and round, for networks that are to draw it alone."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array

PERIOD = 32  # steps of one round


def line(T: int, starts: Array) -> Array:
    """Return the pen's places (T+1, B, 2) from each of the ``starts`` (B,), in steps, on.

    A rounded triangle, cos θ + 0.35 cos 2θ and sin θ - 0.35 sin 2θ. It never crosses itself: where
    the pen is tells where it goes next.
    """
    angle = 2 * np.pi * (np.arange(T + 1)[:, None] + np.asarray(starts)) / PERIOD
    x, y = np.cos(angle) + 0.35 * np.cos(2 * angle), np.sin(angle) - 0.35 * np.sin(2 * angle)
    return np.stack([x, y], axis=-1) / 1.2
