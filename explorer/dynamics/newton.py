"""Newton's method from many starts at once, and what it takes to keep it from running away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array

LENGTHS = (0.5, 0.2, 0.05)  # of the step, where the whole one makes things worse
PATIENCE = 6  # iterations in which the residual must halve
CELL = 0.02  # starts that meet in a cell of this size go on as one
NEAR = 1e-2  # ... once their residual is below this

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


def newton(residual: Residual, linear: Linear, s: Array, *, most: int = 60) -> Ends:
    """Solve r(s) = 0 from every row of ``s`` (N, S) at once.

    ``linear`` returns r and its derivative A (N, S, S). A step is at most as long as the state is
    large, is shortened where it makes the residual grow, and a start is dropped once it stalls.
    """
    limit = max(1.0, 0.5 * np.sqrt(s.shape[1]))
    mix = np.random.default_rng(0).integers(1, 2**40, s.shape[1]) | 1  # names the cells
    ends: list[tuple[Array, Array, Array]] = []
    seen: set[int] = set()
    best = np.full(len(s), np.inf)
    waited = np.zeros(len(s), int)
    for k in range(most + 1):
        r, A = linear(s)
        size = np.linalg.norm(r, axis=1)
        fine = np.isfinite(size) & np.isfinite(A).all(axis=(1, 2))
        step = np.full_like(s, np.nan)
        step[fine] = solved(A[fine], -r[fine])
        length = np.linalg.norm(step, axis=1)
        with np.errstate(invalid="ignore"):
            # Converged by Newton's own forecast: what is left is as small as rounding allows.
            arrived = (length <= 1e-13 * (1 + np.linalg.norm(s, axis=1))) | (size == 0)
            halved = size < 0.5 * best
        best = np.where(halved, size, best)
        waited = np.where(halved, 0, waited + 1)
        stuck = ~fine | ((waited >= PATIENCE) & ~arrived) | (k == most)
        # At the end of what rounding allows the residual halves no more; that is no stall.
        tiny = fine & (waited >= 2) & (length <= 1e-9 * (1 + np.linalg.norm(s, axis=1)))
        arrived |= tiny
        alone = met(s, size, seen, mix)
        done = (arrived | stuck) & alone
        if done.any():
            ends.append((s[done], size[done], arrived[done]))
        on = ~(arrived | stuck) & alone
        if not on.any():
            break
        s, step, length, size, r, A = (array[on] for array in (s, step, length, size, r, A))
        best, waited = best[on], waited[on]
        lost = ~np.isfinite(length)
        if lost.any():
            step[lost] = -np.einsum("nij,ni->nj", A[lost], r[lost])
            length[lost] = np.linalg.norm(step[lost], axis=1)
        with np.errstate(over="ignore", invalid="ignore"):
            step *= np.minimum(1.0, limit / np.maximum(length, 1e-300))[:, None]
        s = shortened(residual, s, step, size)
    if not ends:
        return Ends(s[:0], np.zeros(0), np.zeros(0, bool))
    return Ends(*(np.concatenate(part) for part in zip(*ends, strict=True)))


def met(s: Array, size: Array, seen: set[int], mix: Array) -> Array:
    """Tell which rows go on alone: of those that come into one cell, the first."""
    alone = np.ones(len(s), bool)
    near = np.flatnonzero(size < NEAR)
    if len(near) < 2 or s.shape[1] == 0:
        return alone
    with np.errstate(invalid="ignore", over="ignore"):
        cells = np.rint(s[near] / CELL).astype(np.int64) @ mix
    _, first = np.unique(cells, return_index=True)
    alone[near] = False
    alone[near[first]] = True
    return alone


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
