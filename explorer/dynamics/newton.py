"""Newton's method from many starts at once, and what it takes to keep it from running away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.dynamics.distances import first, norms, squares
from explorer.dynamics.roots import Roots
from explorer.shapes import Array

ASKED = 2  # steps after which the known roots are asked whether they know the way
LENGTHS = (0.5, 0.2, 0.05)  # of the step, where the whole one makes things worse
PATIENCE = 6  # iterations in which the residual must halve
SHORT = 1e-2  # steps so short are taken whole, without a look at the residual
NEAR = 0.5  # a step as short as this ends about where Newton's method forecasts
SAME = 0.05  # ... and starts whose forecasts lie as close as this go on as one
CACHED = 500_000  # numbers in the matrices that are built and solved at a time

Residual = Callable[[Array], Array]
Linear = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where the starts have come to: states (N, S), and which of them settled.

    Starts that met another one on the way, or were bound for a known root, are left out.
    """

    s: Array
    settled: Array


def solved(A: Array, b: Array) -> Array:
    """Solve A[n] d[n] = b[n] for all n; where A is singular, in the sense of least squares."""
    with np.errstate(all="ignore"):
        try:
            return np.linalg.solve(A, b[..., None])[..., 0]
        except np.linalg.LinAlgError:
            regular = np.abs(np.linalg.slogdet(A)[0]) == 1
        d = np.empty_like(b)
        d[regular] = np.linalg.solve(A[regular], b[regular][..., None])[..., 0]
        d[~regular] = least(A[~regular], b[~regular])
    return d


def least(A: Array, b: Array) -> Array:
    """Return least-squares solutions of A[n] d[n] = b[n], short where many solve it alike.

    The normal equations with a trace of damping take a fifth of the time of a decomposition.
    """
    normal = np.swapaxes(A, 1, 2) @ A
    np.einsum("nii->ni", normal)[...] += 1e-12 * np.einsum("nii->n", normal)[:, None] + 1e-300
    return np.linalg.solve(normal, np.einsum("nij,ni->nj", A, b)[..., None])[..., 0]


def newton(
    residual: Residual,
    linear: Linear,
    s: Array,
    known: Roots | None = None,
    *,
    same: float = SAME,
    most: int = 60,
) -> Ends:
    """Solve r(s) = 0 from every row of ``s`` (N, S) at once.

    ``linear`` returns r and its derivative A (N, S, S). A step is at most as long as the state is
    large, is shortened where it makes the residual grow, and a start is dropped once it stalls,
    once a ``known`` root claims it, or once it is bound for within ``same`` of another start.
    """
    limit = max(1.0, 0.5 * np.sqrt(s.shape[1]))
    known = Roots.none(s.shape[1]) if known is None else known
    s = s[~known.claimed(s, residual(s))]
    ends: list[tuple[Array, Array]] = []
    best, length = np.full((2, len(s)), np.inf)
    waited = np.zeros(len(s), int)
    for k in range(most):
        before, room = length, 1 + norms(s)
        size, step, length = stepped(linear, s)
        with np.errstate(invalid="ignore", over="ignore"):
            halved = size < 0.5 * best
            # From a step to the next the error is squared: what the one after this would be.
            after = length * (length / before) ** 2
        best = np.where(halved, size, best)
        waited = np.where(halved, 0, waited + 1)
        # What is left is as small as rounding allows, or the residual halves no more for that.
        exact = (length <= 1e-7 * room) & (after <= 1e-16 * room)
        arrived = exact | (size == 0) | ((waited >= 2) & (length <= 1e-9 * room))
        stuck = ~np.isfinite(length) | (waited >= PATIENCE)
        done = arrived | stuck
        if done.any():
            ends.append((np.where(exact[:, None], s + step, s)[done], arrived[done]))
        on = np.flatnonzero(alone(s, step, length, same) & ~done)
        s, step, length, size, best, waited = (
            array[on] for array in (s, step, length, size, best, waited)
        )
        if not len(s):
            break
        if k >= ASKED and length.max() < SHORT:
            s = s + step
            continue
        longest = np.maximum(limit, 0.5 * norms(s))
        s, r = shortened(residual, s, step * np.minimum(1.0, longest / length)[:, None], size)
        if k < ASKED:
            on = np.flatnonzero(~known.claimed(s, r))
            s, length, best, waited = s[on], length[on], best[on], waited[on]
    ends.append((s, np.zeros(len(s), bool)))
    return Ends(*(np.concatenate(part) for part in zip(*ends, strict=True)))


def stepped(linear: Linear, s: Array) -> tuple[Array, Array, Array]:
    """Return |r| (N,), Newton's step (N, S) and its length (N,); nan where they are not finite.

    Where the matrix is too singular to say a step, it goes down the slope of |r|^2 / 2.
    """
    (size, length), step = np.empty((2, len(s))), np.empty_like(s)
    some = max(8, CACHED // s.shape[1] ** 2)
    for lo in range(0, len(s), some):
        part = slice(lo, lo + some)
        r, A = linear(s[part])
        d = solved(A, -r)
        size[part], length[part] = norms(r), norms(d)
        lost = ~(length[part] <= 1e6)
        if lost.any():
            with np.errstate(over="ignore", invalid="ignore"):
                d[lost] = -np.einsum("nij,ni->nj", A[lost], r[lost])
            length[part] = norms(d)
        step[part] = d
    return size, step, length


def alone(s: Array, step: Array, length: Array, same: float) -> Array:
    """Tell which rows are bound for a place that no row before them is bound for."""
    on = np.ones(len(s), bool)
    near = np.flatnonzero(length < NEAR * same / SAME)
    if len(near) < 2:
        return on
    ends = s[near] + step[near]
    if same > 0.01:  # single precision tells these distances, in half the time
        ends = ends.astype(np.float32)
    on[near] = first(squares(ends, ends) < same**2)
    return on


def shortened(residual: Residual, s: Array, step: Array, size: Array) -> tuple[Array, Array]:
    """Go the whole step where that makes the residual smaller, else the best of shorter ones.

    Returns the new states and their residuals.
    """
    new = s + step
    r = residual(new)
    worse = ~(norms(r) < size)
    if worse.any():
        s, step = s[worse], step[worse]
        tries = np.concatenate([s + length * step for length in LENGTHS])
        left = residual(tries)
        sizes = norms(left).reshape(len(LENGTHS), -1)
        best = np.where(np.isfinite(sizes), sizes, np.inf).argmin(axis=0)
        chosen = best * len(s) + np.arange(len(s))
        new[worse], r[worse] = tries[chosen], left[chosen]
    return new, r


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
