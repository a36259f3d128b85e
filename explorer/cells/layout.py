"""Where the gates of a step stand in memory: side by side in a row, or one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from explorer.shapes import Array


def gate_first(a: Array, H: int, keep: int = 0) -> Array:
    """View (..., G·H) as (G, ..., H); the first ``keep`` axes stay in front."""
    lead = a.shape[:-1]
    n = len(lead)
    order = (*range(keep), n, *range(keep, n), n + 1)
    return a.reshape(*lead, -1, H).transpose(order)


def gate_last(parts: Any, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Join one entry per gate, arrays of ``shape`` (..., H) or plain numbers, to (..., G·H)."""
    *lead, H = shape
    joined = np.empty((*lead, len(parts), H), np.result_type(dtype, *parts))
    for k, part in enumerate(parts):
        joined[..., k, :] = part
    return joined.reshape(*lead, len(parts) * H)


def stacked(rows: list[Any], shape: tuple[int, ...], time_first: bool = True) -> Array:
    """Stack nested entries (K, G) of arrays (T, B, H) or numbers; time goes first for the loop."""
    K, G, T, B, H = shape
    dtype = np.result_type(*(part for row in rows for part in row))
    out = np.empty((T, K, G, B, H) if time_first else (K, G, T, B, H), dtype)
    for k, row in enumerate(rows):
        for g, part in enumerate(row):
            (out[:, k, g] if time_first else out[k, g])[...] = part
    return out


def present(slope: Any) -> bool:
    """Tell whether a path exists: its slope is an array, or a plain number other than 0."""
    return np.ndim(slope) > 0 or slope != 0
