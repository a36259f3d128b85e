"""Where the gates of a step stand in memory: side by side in a row, or one after the other.

Films are (time, batch, feature) to everybody; in memory the batch runs fastest, so that each gate
of a step is one unbroken block and a pointwise rule passes over it in one go.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from explorer.shapes import Array


def film(T: int, B: int, rows: int, dtype: np.dtype) -> tuple[Array, Array]:
    """Return an empty film (T, B, rows), and the same memory as (T, rows, B)."""
    memory = np.empty((T, rows, B), dtype)
    return memory.swapaxes(1, 2), memory


def gate_first(a: Array, H: int, keep: int = 0) -> Array:
    """View (..., G·H) as (G, ..., H); the first ``keep`` axes stay in front."""
    lead = a.shape[:-1]
    return a.reshape(*lead, -1, H).transpose(moved(len(lead), keep))


@cache
def moved(n: int, keep: int) -> tuple[int, ...]:
    """Return the order of axes in which axis n of n + 2 comes right after the first ``keep``."""
    return (*range(keep), n, *range(keep, n), n + 1)


def gate_last(parts: Any, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Join one entry per gate, arrays of ``shape`` (..., H) or plain numbers, to (..., G·H)."""
    *lead, H = shape
    joined = np.empty((*lead, len(parts), H), np.result_type(dtype, *parts))
    for k, part in enumerate(parts):
        joined[..., k, :] = part
    return joined.reshape(*lead, len(parts) * H)


def stacked(rows: list[Any], out: Array) -> Array:
    """Write nested entries (K, G) of arrays (T, B, H) or numbers into ``out`` (T, K, G, B, H)."""
    for k, row in enumerate(rows):
        for g, part in enumerate(row):
            out[:, k, g] = part
    return out


def joined(parts: list[Array], out: Array) -> Array:
    """Join arrays (B, H) one below the other, as rows (n·H, B)."""
    if out.shape[1] == 1:
        np.concatenate(parts, out=out.reshape(len(parts), -1))
        return out
    return np.concatenate([part.T for part in parts], out=out)


def product(rows: Array, W: Array) -> Array:
    """Return W applied to every row of a film (T, B, D), as a film (T, B, rows of W)."""
    T, B, D = rows.shape
    if B == 1:
        return np.dot(rows.reshape(T, D), W.T)[:, None]
    return np.matmul(W, rows.swapaxes(1, 2)).swapaxes(1, 2)


def affine(source: Array, W: Array, b: Array) -> Array:
    """Return W applied to a step or a film of rows (..., D), and b added."""
    found = product(source, W) if source.ndim == 3 else source @ W.T
    found += b
    return found


def driven(source: Array, W: Array, b: Array) -> Array:
    """Return what rows (..., D) drive: W applied to each, and b added; b alone where D is 0."""
    if W.shape[1]:
        return source @ W.T + b
    found = np.empty((*source.shape[:-1], len(b)), np.result_type(source, b))
    found[...] = b
    return found


def sourced(errors: Array, W: Array) -> Array:
    """Return a step or a film of rows (..., rows of W) times W: what they say to their source."""
    if errors.ndim != 3:
        return errors @ W
    T, B, _ = errors.shape
    return np.dot(W.T, columns(errors)).reshape(-1, T, B).transpose(1, 2, 0)


def columns(side: Array) -> Array:
    """Return a film or row (..., n) as (n, all the rest), along the way it lies in memory."""
    if side.ndim == 3 and side.strides[1] < side.strides[2]:
        return side.transpose(2, 0, 1).reshape(side.shape[2], -1)
    return side.reshape(-1, side.shape[-1]).T


def present(slope: Any) -> bool:
    """Tell whether a path exists: its slope is an array, or a plain number other than 0."""
    return np.ndim(slope) > 0 or slope != 0
