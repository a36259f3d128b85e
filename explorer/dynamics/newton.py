"""Newton's method from many starts at once, and what it takes to keep it from running away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array

LENGTHS = (0.5, 0.2, 0.05)  # of the step, where the whole one makes things worse
PATIENCE = 6  # iterations in which the residual must halve
NEAR = 0.5  # a step as short as this ends about where Newton's method forecasts
SAME = 0.05  # ... and starts whose forecasts lie as close as this go on as one
ROUGH = 1e-2  # a step longer than this need not be known to more than single precision
CACHED = 500_000  # numbers in the matrices that are built and solved at a time

Residual = Callable[[Array], Array]
Linear = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where the starts have come to: states (N, S), residuals (N,), and which of them settled.

    Starts that met another one on the way are left out.
    """

    s: Array
    residual: Array
    settled: Array


def solved(A: Array, b: Array) -> Array:
    """Solve A[n] d[n] = b[n] for all n; where A is singular, in the sense of least squares."""
    with np.errstate(all="ignore"):
        try:
            return np.linalg.solve(A, b[..., None])[..., 0]
        except np.linalg.LinAlgError:
            return np.array([least(one, side) for one, side in zip(A, b, strict=True)])


def least(A: Array, b: Array) -> Array:
    """Return the shortest least-squares solution of A d = b; nan where A is not finite."""
    if not (np.isfinite(A).all() and np.isfinite(b).all()):
        return np.full_like(b, np.nan)
    return np.linalg.lstsq(A, b, rcond=None)[0]


def newton(
    residual: Residual,
    linear: Linear,
    s: Array,
    known: Array | None = None,
    *,
    same: float = SAME,
    most: int = 60,
) -> Ends:
    """Solve r(s) = 0 from every row of ``s`` (N, S) at once.

    ``linear`` returns r and its derivative A (N, S, S). A step is at most as long as the state is
    large, is shortened where it makes the residual grow, and a start is dropped once it stalls, or
    once it is bound for within ``same`` of where another start is, or a root already ``known``.
    """
    limit = max(1.0, 0.5 * np.sqrt(s.shape[1]))
    known = np.zeros((0, s.shape[1])) if known is None else known
    ends: list[tuple[Array, Array, Array]] = []
    best = np.full(len(s), np.inf)
    waited = np.zeros(len(s), int)
    length = np.full(len(s), np.inf)
    for k in range(most + 1):
        size, step = stepped(linear, s, length > ROUGH)
        with np.errstate(invalid="ignore", over="ignore"):
            length = np.linalg.norm(step, axis=1)
            halved = size < 0.5 * best
            room = 1 + np.linalg.norm(s, axis=1)
        best = np.where(halved, size, best)
        waited = np.where(halved, 0, waited + 1)
        # What is left is as small as rounding allows, or the residual halves no more for that.
        arrived = (length <= 1e-13 * room) | (size == 0) | ((waited >= 2) & (length <= 1e-9 * room))
        stuck = ~np.isfinite(length) | (waited >= PATIENCE) | (k == most)
        on = alone(s, step, length, known, same) & ~arrived & ~stuck
        done = arrived | (stuck & ~arrived)
        if done.any():
            ends.append((s[done], size[done], arrived[done]))
        if not on.any():
            break
        s, step, length, size, best, waited = (
            array[on] for array in (s, step, length, size, best, waited)
        )
        longest = np.maximum(limit, 0.5 * np.linalg.norm(s, axis=1))
        s = shortened(residual, s, step * np.minimum(1.0, longest / length)[:, None], size)
    if not ends:
        return Ends(s[:0], np.zeros(0), np.zeros(0, bool))
    return Ends(*(np.concatenate(part) for part in zip(*ends, strict=True)))


def stepped(linear: Linear, s: Array, rough: Array) -> tuple[Array, Array]:
    """Return |r| (N,) and Newton's step (N, S) at each state; nan where neither is finite.

    Where the matrix is too singular to say a step, it goes down the slope of |r|^2 / 2.
    """
    size, step = np.empty(len(s)), np.full_like(s, np.nan)
    some = max(8, CACHED // s.shape[1] ** 2)
    for lo in range(0, len(s), some):
        part = slice(lo, lo + some)
        r, A = linear(s[part])
        with np.errstate(over="ignore", invalid="ignore"):
            size[part] = np.linalg.norm(r, axis=1)
        fine = np.isfinite(size[part]) & np.isfinite(A).all(axis=(1, 2))
        for single in (True, False):
            rows = np.flatnonzero(fine & (rough[part] == single))
            if not len(rows):
                continue
            whole = len(rows) == len(r)
            B, b = (A, r) if whole else (A[rows], r[rows])
            if single:
                # What is too large for it is found to be lost below.
                with np.errstate(over="ignore"):
                    B, b = B.astype(np.float32), b.astype(np.float32)
            d = -solved(B, b).astype(np.float64)
            lost = ~np.isfinite(d).all(axis=1) | (np.abs(d).max(axis=1, initial=0) > 1e6)
            if lost.any():
                with np.errstate(over="ignore", invalid="ignore"):
                    d[lost] = -np.einsum("nij,ni->nj", A[rows[lost]], r[rows[lost]])
            step[lo + rows] = d
    return size, step


def alone(s: Array, step: Array, length: Array, known: Array, same: float) -> Array:
    """Tell which rows are bound for a place that no row before them and no known root is at."""
    on = np.ones(len(s), bool)
    near = np.flatnonzero(length < NEAR * same / SAME)
    if not len(near):
        return on
    ends = s[near] + step[near]
    if same > 0.01:  # single precision tells these distances, in half the time
        ends, known = ends.astype(np.float32), known.astype(np.float32)
    seen = np.concatenate([known, ends])
    square = np.einsum("ni,ni->n", seen, seen)
    apart = square[len(known) :, None] + square - 2 * ends @ seen.T
    # A root counts as known only from nearby, so that its neighbours can still be found.
    close = apart < same**2
    close[:, : len(known)] &= (length[near] < 4 * same)[:, None]
    earlier = np.arange(len(seen)) < len(known) + np.arange(len(near))[:, None]
    on[near] = ~(close & earlier).any(axis=1)
    return on


def shortened(residual: Residual, s: Array, step: Array, size: Array) -> Array:
    """Go the whole step where that makes the residual smaller, else the best of shorter ones."""
    new = s + step
    with np.errstate(invalid="ignore"):
        worse = ~(np.linalg.norm(residual(new), axis=1) < size)
    if worse.any():
        s, step = s[worse], step[worse]
        tries = np.stack([s + length * step for length in LENGTHS])
        sizes = np.linalg.norm(residual(tries.reshape(-1, s.shape[1])), axis=1)
        sizes = np.where(np.isfinite(sizes), sizes, np.inf).reshape(len(LENGTHS), -1)
        new[worse] = tries[sizes.argmin(axis=0), np.arange(len(s))]
    return new


def levenberg_marquardt(linear: Linear, s: Array, *, most: int = 60) -> tuple[Array, Array]:
    """Bring each row of ``s`` to a local minimum of |r|; return the states and their |r|.

    The damping follows each start by itself (Levenberg 1944; Marquardt 1963).
    """
    s = s.copy()
    damping = np.full(len(s), 1e-2)
    r, A = linear(s)
    size = np.linalg.norm(r, axis=1)
    identity = np.eye(s.shape[1])
    for _ in range(most):
        normal = np.swapaxes(A, 1, 2) @ A
        slope = np.einsum("nij,ni->nj", A, r)
        step = solved(normal + damping[:, None, None] * identity, -slope)
        new_r, new_A = linear(s + step)
        new_size = np.linalg.norm(new_r, axis=1)
        with np.errstate(invalid="ignore"):
            better = new_size < size
            still = np.linalg.norm(step, axis=1) < 1e-10
        s[better] += step[better]
        r[better], A[better], size[better] = new_r[better], new_A[better], new_size[better]
        damping = np.clip(np.where(better, damping / 4, damping * 4), 1e-12, 1e6)
        if (still | ~np.isfinite(size)).all():
            break
    return s, size
