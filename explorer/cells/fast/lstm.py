"""The LSTM's runs, with every number written straight to its place.

The equations stay in ``lstm.py``, and the tests hold the two against each other; here the same
arithmetic is laid out so that a step takes as few passes over memory as it can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.cells.layout import film
from explorer.cells.records import BackStep, Step
from explorer.shapes import Array

if TYPE_CHECKING:
    from explorer.cells.base import Cell

CELL = "LSTM"
CACHED = 1 << 18  # slopes that are worked on at a time


def forward(cell: Cell, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
    """Run a sequence as ``Cell.forward`` does."""
    (T, B, D), H = xs.shape, cell.H
    dtype = np.result_type(xs, s0, *cell.named().values())
    # One step is one column of memory: what the matrices read, then what they make of it, so that
    # x 1 h is one vector and f c + i g one product of neighbours: x 1 h c g f i o.
    column = np.empty((T + 1, D + 1 + 6 * H, B), dtype)
    h, c, g, f, i, o = (slice(D + 1 + k * H, D + 1 + k * H + H) for k in range(6))
    column[:T, :D], column[:, D] = xs.swapaxes(1, 2), 1
    column[0, h.start : c.stop] = s0.T
    places = {"i": column[:T, i], "f": column[:T, f], "g": column[:T, g], "o": column[:T, o]}
    # A sigmoid needs minus its drive, so the signs are turned once and not at every step.
    both = np.concatenate([cell.W_xh, (cell.b_xh + cell.b_hh)[:, None], cell.W_hh], axis=1)
    W_i, W_f, W_g, W_o = both.reshape(4, H, -1).astype(dtype)
    W = np.concatenate([W_g, -W_f, -W_i, -W_o])
    kept_and_new, tanh_c = np.empty((2 * H, B), dtype), np.empty((H, B), dtype)
    kept, new = kept_and_new[:H], kept_and_new[H:]
    one = np.ones((3 * H, B), dtype)
    dot, add, multiply, exp, tanh, divide = (
        np.dot, np.add, np.multiply, np.exp, np.tanh, np.divide,
    )  # fmt: skip
    steps = zip(
        column[:T, : h.stop], column[:T, g.start :], places["g"], column[:T, f.start :],
        column[:T, f.start : i.stop], column[:T, c.start : g.stop], places["o"], column[1:, c],
        column[1:, h], holds(cell, T, places), strict=True,
    )  # fmt: skip
    for read, made, g_t, sigmoids, f_i, c_g, o_t, c_t, h_t, held in steps:
        dot(W, read, out=made)
        tanh(g_t, g_t)
        exp(sigmoids, sigmoids)
        add(sigmoids, one, sigmoids)
        divide(one, sigmoids, sigmoids)
        for place, value in held:
            place[...] = value
        multiply(f_i, c_g, kept_and_new)
        add(kept, new, c_t)
        tanh(c_t, tanh_c)
        multiply(o_t, tanh_c, h_t)
    states = column[:, h.start : c.stop].swapaxes(1, 2)
    return {name: places[name].swapaxes(1, 2) for name in cell.gates}, states


def holds(cell: Cell, T: int, places: dict[str, Array]) -> list[list[tuple[Array, float]]]:
    """Return for each step which rows surgery holds at which values."""
    held: list[list[tuple[Array, float]]] = [[] for _ in range(T)]
    for clamp in cell.clamps:
        for t in range(max(clamp.first, 0), min(clamp.last + 1, T)):
            held[t].append((places[clamp.gate][t, clamp.units], clamp.value))
    return held


def backward(cell: Cell, steps: Step, ds: Array) -> BackStep:
    """Carry a gradient back through a film of steps as ``Cell.backward`` does."""
    (T, B, _), H = steps.x.shape, cell.H
    da, driven = film(T, B, 4 * H, ds.dtype)
    by_gate, states = driven.reshape(T, 4, H, B), ds.swapaxes(1, 2)
    acts = tuple(steps.gates[name].swapaxes(1, 2) for name in cell.gates)
    s_prev, s = steps.s_prev.swapaxes(1, 2), steps.s.swapaxes(1, 2)
    f, free = acts[1], cell.free(steps)
    W = np.ascontiguousarray(cell.W_hh.T)
    handed, by_c = np.empty((2 * H, B), ds.dtype), np.empty((T, H, B), ds.dtype)
    handed_h, handed_c = handed[:H], handed[H:]
    dot, add, multiply = np.dot, np.add, np.multiply
    # Slopes are written where the gradients at the drives go, for as many steps as stay in cache.
    many = max(1, CACHED // (5 * H * B))
    for end in range(T, 0, -many):
        part = slice(max(end - many, 0), end)
        here = tuple(act[part] for act in acts)
        slopes(here, s_prev[part, H:], s[part], by_gate[part], by_c[part])
        for k, through in enumerate(free):
            if np.ndim(through):
                by_gate[part, k] *= through[part].swapaxes(1, 2)
        after = states[part.start + 1 : end + 1]
        back = zip(
            by_c[part][::-1], *by_gate[part][::-1].swapaxes(0, 1), f[part][::-1],
            driven[part][::-1], after[::-1, :H], after[::-1, H:], states[part][::-1],
            strict=True,
        )  # fmt: skip
        for whole, i, f_t, g, o, keep, da_t, dh_t, dc_t, ds_prev in back:
            multiply(whole, dh_t, whole)
            add(whole, dc_t, whole)
            multiply(i, whole, i)
            multiply(f_t, whole, f_t)
            multiply(g, whole, g)
            multiply(o, dh_t, o)
            dot(W, da_t, out=handed_h)
            multiply(whole, keep, handed_c)
            add(ds_prev, handed, ds_prev)
    return BackStep(0, ds[1:], ds[:-1], da, da)


def slopes(acts: tuple[Array, ...], c_prev: Array, s: Array, by_gate: Array, by_c: Array) -> None:
    """Write ∂c/∂(i, f, g), ∂h/∂o to ``by_gate`` (T, 4, H, B), and ∂h/∂c to ``by_c`` (T, H, B)."""
    (i, f, g, o), H = acts, len(by_c[0])
    h, tanh_c, new = s[:, :H], np.tanh(s[:, H:]), i * g
    by_i, by_f, by_g, by_o = by_gate.swapaxes(0, 1)
    for gate, slope in ((i, by_i), (f, by_f), (o, by_o)):
        np.subtract(1, gate, slope)
    by_i *= new
    by_f *= f
    by_f *= c_prev
    by_o *= h
    np.multiply(g, new, by_g)
    np.subtract(i, by_g, by_g)
    np.multiply(h, tanh_c, by_c)
    np.subtract(o, by_c, by_c)
