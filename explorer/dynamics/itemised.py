"""The gradient taken apart: the loss at every step by the state at every earlier one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import mapped
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace

PAGES = 8


@dataclass(frozen=True, eq=False)
class Itemised:
    """Norms of ∂L_t/∂s_k: ``norms[slot][t - 1, k]`` for t = 1 .. T and k = 0 .. T, nan above t = k.

    L_t = u·h_t reads the hidden state at step t; ``whole`` is over the slots together.
    """

    whole: Array
    norms: dict[str, Array]


def reading(cell: Cell, dtype: type = np.float64) -> Array:
    """Return u (S,), the unit vector through which each loss L_t reads the hidden state."""
    u = np.zeros(cell.S, dtype)
    h = cell.slot(u, "h")
    h[...] = 1 / np.sqrt(len(h))
    return u


def itemised(trace: Trace, batch: int = 0) -> Itemised:
    """Return the itemised matrix of a trace, all its losses carried back side by side.

    One backward sweep holds a covector for every loss already met and multiplies all of them by
    the same Jacobian. After RNNbow (Cashman et al. 2017).
    """
    T, cell = trace.T, trace.cell
    J, u = cell.jacobian(trace.steps)[:, batch], reading(cell, trace.s.dtype)
    if set(cell.widths.values()) != {cell.H}:
        return at_length(trace, J, u)
    # Row t - 1 of a page holds the covector ∂L_t/∂s_k for its k, from k = t on. A few pages take
    # turns: they stay in the cache, where one for each k would not, and share a call for squares.
    pages = np.zeros((PAGES, T, cell.S), trace.s.dtype)
    dot, K, H = np.dot, len(cell.slots), cell.H
    squares = np.empty((T + 1, T, K), trace.s.dtype)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        pages[0, T - 1] = u
        page = 0
        for k in range(T, -1, -1):
            top = max(k - 1, 0)
            if page == PAGES - 1 or not k:
                filled = pages[: page + 1, top:].reshape(page + 1, T - top, K, H)[::-1]
                np.vecdot(filled, filled, out=squares[k : k + page + 1, top:])
            if k:
                after = (page + 1) % PAGES
                dot(pages[page, k - 1 :], J[k - 1], out=pages[after, k - 1 :])
                if k > 1:
                    pages[after, k - 2] = u
                page = after
        # The pages of a turn share their rows: a few of them lie before their own loss.
        below = np.tri(T, T + 1, 1, dtype=bool)
        squares[~below.T] = np.nan
        norms = np.sqrt(squares).transpose(2, 1, 0)
        whole = np.sqrt(squares.sum(axis=2)).T
        # Squares leave float64 long before the norms do; only then is the longer way needed.
        if not ((whole[below] > 1e-140) & (whole[below] < 1e140)).all():
            return at_length(trace, J, u)
    return Itemised(whole, dict(zip(cell.slots, norms, strict=True)))


def at_length(trace: Trace, J: Array, u: Array) -> Itemised:
    """Return the itemised matrix without squaring anything out of the range of float64."""
    T, cell = trace.T, trace.cell
    whole = np.full((T, T + 1), np.nan)
    norms = {slot: np.full((T, T + 1), np.nan) for slot in cell.slots}
    rows = np.empty((0, cell.S))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for k in range(T, -1, -1):
            if k < T:
                rows = rows @ J[k]
            if k:
                rows = np.concatenate([u[None], rows])
            whole[T - len(rows) :, k] = scaled_norm(rows)
            for slot in cell.slots:
                norms[slot][T - len(rows) :, k] = scaled_norm(cell.slot(rows, slot))
    return Itemised(whole, norms)


@dataclass(frozen=True, eq=False)
class Chain:
    """One entry taken apart: what each step back did to the norm, ``slope`` times ``weight``.

    Entry i belongs to the step that leads from s_{t-i} back to s_{t-i-1}. ``slope`` is what the
    local derivatives did (the slopes of activations and gates), ``weight`` what the recurrent
    matrix did to what they let through.
    """

    slope: Array
    weight: Array

    @property
    def factor(self) -> Array:
        """What each step did to the norm."""
        return self.slope * self.weight

    @property
    def product(self) -> float:
        """The norm of ∂L_t/∂s_k, multiplied up again."""
        return float(np.prod(self.factor))


def per_step(whole: float, steps: int) -> float:
    """Return the factor whose ``steps``-th power is ``whole``: the geometric mean of the steps."""
    return whole ** (1 / steps)


def chain(trace: Trace, t: int, k: int, batch: int = 0) -> Chain:
    """Take the entry ∂L_t/∂s_k apart into one slope and one weight for each step between.

    The slope part of a step carries the gradient from the state to the drives of the recurrent
    matrices and to the paths around them; the weight part carries it from there to the state
    before. Their product is exact, for every cell.

    Raises
    ------
    ValueError
        Unless 0 <= k <= t <= T and t >= 1.
    """
    if not (0 <= k <= t <= trace.T and t >= 1):
        raise ValueError(f"chain: wanted 0 <= k <= t <= {trace.T} and t >= 1, got t={t}, k={k}.")
    cell = trace.cell
    v = reading(cell, trace.s.dtype)[None]
    slopes, weights = [], []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for j in range(t - 1, k - 1, -1):
            step = mapped(trace[j], lambda array: array[batch : batch + 1])
            back = cell.pull(step, v)
            around = cell.direct(step)
            through = [back.da_h, *(around[slot] * cell.slot(v, slot) for slot in around)]
            middle = float(scaled_norm(np.concatenate(through, axis=-1))[0])
            before, after = float(scaled_norm(v)[0]), float(scaled_norm(back.ds_prev)[0])
            slopes.append(middle / before if before else 0.0)
            weights.append(after / middle if middle else 0.0)
            v = back.ds_prev
    return Chain(np.array(slopes), np.array(weights))
