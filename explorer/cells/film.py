"""The films of any pointwise cell: its rule, driven over all steps of a sequence and back.

The matrices and the memory are handled here, once for all cells; the rule stays in the cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.cells.layout import affine, film, gate_first, joined, present, stacked
from explorer.cells.records import BackStep, Step, between
from explorer.shapes import Array

if TYPE_CHECKING:
    from explorer.cells.rule_cell import RuleCell

CACHED = 1 << 17  # slopes that are worked on at a time


def forward(cell: RuleCell, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
    """Run a sequence as ``Cell.forward`` does."""
    T, B, _ = xs.shape
    H, K, G = cell.H, len(cell.slots), len(cell.rule.plain)
    dtype = np.result_type(xs, s0, *cell.named().values())
    # A rule that reads the sum of both drives has its second bias added once, to all steps.
    once = cell.rule.summed
    a_x = gate_first(affine(xs, cell.W_xh, cell.b_xh + cell.b_hh if once else cell.b_xh), H, 1)
    (a_h,), (driven,) = film(1, B, G * H, dtype)
    a_h = gate_first(a_h, H)
    s = tuple(film(K, B, H, dtype)[0])
    for slot, start in zip(s, gate_first(s0, H), strict=True):
        slot[...] = start
    W, b = cell.plain
    W, b_hh, fed = (
        np.ascontiguousarray(W),
        np.repeat(b[:, None], B, axis=1),
        cell.slots.index(cell.fed),
    )
    update, dot, add, slots, gates = cell.functions.update, np.dot, np.add, [], []
    keep_slots, keep_gates = slots.extend, gates.extend
    for t, from_x in enumerate(a_x):
        dot(W, s[fed].T, out=driven)
        if not once:
            add(driven, b_hh, driven)
        s, gate = update(cell, t, from_x, a_h, s)
        keep_slots(s)
        if gate:
            keep_gates(gate)
    states, memory = film(T + 1, B, K * H, dtype)
    states[0] = s0
    # Small arrays are cheapest to keep in a list and to join once (0.1 µs each, not 0.3).
    joined(slots, memory[1:].reshape(-1, B))
    if not gates:
        return {}, states
    acts = joined(gates, np.empty((T * len(cell.gates) * H, B), dtype)).reshape(T, -1, H, B)
    return {k: acts[:, n].swapaxes(1, 2) for n, k in enumerate(cell.gates)}, states


def backward(cell: RuleCell, steps: Step, ds: Array) -> BackStep:
    """Carry a gradient back through a film of steps as ``Cell.backward`` does."""
    T, B, _ = steps.x.shape
    H, K, G = cell.H, len(cell.slots), len(cell.drives)
    da_h, driven = film(T, B, G * H, ds.dtype)
    da_x, W, fed = da_h, cell.recurrence.T, cell.slots.index(cell.fed)
    (tmp,), (handed,) = film(1, B, H, ds.dtype)
    split, gated = gate_first(ds, H, 1)[:, :, None], gate_first(da_h, H, 1)
    parts = np.empty((K, G, H, B), ds.dtype).swapaxes(-1, -2)
    first, *others = parts
    dot, add, multiply = np.dot, np.add, np.multiply
    # As many steps at a time as have slopes that stay in the cache.
    many = min(T, max(1, CACHED // parts.size))
    room = np.empty((many, K, G, H, B), ds.dtype).swapaxes(-1, -2)
    for end in range(T, 0, -many):
        start = max(end - many, 0)
        slopes = cell.slopes(between(steps, start, end))
        drive = stacked(slopes.h, room[: end - start])
        paths = [
            (k, j, np.broadcast_to(slope, (end - start, B, H)))
            for k, row in enumerate(slopes.direct)
            for j, slope in enumerate(row)
            if present(slope)
        ]
        films = zip(
            range(end - 1, start - 1, -1),
            drive[::-1],
            split[end:start:-1],
            driven[start:end][::-1],
            gated[start:end][::-1],
            split[start:end, fed, 0][::-1],
            strict=True,
        )
        for t, slope, row, flat, gates, dh_prev in films:
            multiply(slope, row, parts)
            if others:
                add(first, others[0], gates)
                for other in others[1:]:
                    add(gates, other, gates)
            else:
                gates[...] = first
            dot(W, flat, out=handed)
            add(dh_prev, tmp, dh_prev)
            for k, j, path in paths:
                multiply(path[t - start], split[t + 1, k, 0], tmp)
                add(split[t, j, 0], tmp, split[t, j, 0])
        if any(x is not h for x, h in zip(slopes.x, slopes.h, strict=True)):
            if da_x is da_h:
                da_x, _ = film(T, B, G * H, ds.dtype)
            handed_on = gate_first(da_x[start:end], H, 1)
            for g in range(G):
                first_slot, *rest = (
                    row[g] * split[start + 1 : end + 1, k, 0] for k, row in enumerate(slopes.x)
                )
                handed_on[:, g] = sum(rest, first_slot)
    return BackStep(0, ds[1:], ds[:-1], da_x, da_h)
