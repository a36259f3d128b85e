"""Cells that are pointwise after an affine part: the affine part, its transpose and the fast road.

A cell of this kind writes two methods in the letters of its equations, ``update`` and
``update_vjp``. Inside them the gate axis comes first, so that ``i, f, g, o = a`` reads as written.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.layout import affine, film, gate_first, gate_last, joined, present, stacked
from explorer.cells.records import BackStep, Factor, Step, between
from explorer.shapes import Array

CACHED = 1 << 17  # slopes that are worked on at a time


@dataclass(frozen=True, eq=False)
class Local:
    """A step as the pointwise rule sees it: drives (G, ..., H), tuples of gates and of slots."""

    cell: PointwiseCell
    step: Step
    gates: tuple[Array, ...]
    s_prev: tuple[Array, ...]
    s: tuple[Array, ...]
    free: tuple[Any, ...]  # 0 where a gate is held and so passes no gradient to its drive

    @cached_property
    def a_x(self) -> Array:
        """What the input says to each drive."""
        return gate_first(self.cell.a_x(self.step), self.cell.H)

    @cached_property
    def a_h(self) -> Array:
        """What the past says to each drive."""
        return gate_first(self.cell.a_h(self.step), self.cell.H)


@dataclass(frozen=True, eq=False, slots=True)
class Slopes:
    """Local derivatives of a step, pointwise and so one number per unit.

    ``x[k][g]`` and ``h[k][g]`` are ∂(slot k)/∂(drive g) for the drives from the input and from the
    past; ``direct[k][j]`` is ∂(slot k)/∂(slot j of s_prev) past the matrices, a plain 0.0 where
    there is no such path.
    """

    x: list[Any]
    h: list[Any]
    direct: list[Any]


@dataclass(frozen=True, eq=False)
class PointwiseCell(Cell):
    """A cell ``s = update(W_xh x + b_xh, W_hh h + b_hh, s_prev)`` whose update is pointwise."""

    @abstractmethod
    def update(
        self, t: int, a_x: Array, a_h: Array, s_prev: tuple[Array, ...]
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Return the new slots and the gates, in the order of ``slots`` and ``gates``.

        Each has the full shape (..., H) and memory of its own. What depends on ``t`` is recorded as
        a gate, because the way back sees all steps at once and no ``t``.
        """

    @abstractmethod
    def update_vjp(self, step: Local, ds: tuple[Any, ...]) -> tuple[Any, Any, tuple[Any, ...]]:
        """Return the gradients of both drives, gate by gate, and the direct one of each slot."""

    def own_factors(self, step: Step, back: BackStep) -> dict[str, tuple[Factor, ...]]:
        """Return the factors of arrays that only this kind of cell has."""
        del step, back
        return {}

    @property
    def mask(self) -> Array | None:
        """Which entries of W_hh exist (0 or 1), or None when all do."""
        return None

    @property
    def recurrence(self) -> Array:
        return self.W_hh if self.mask is None else self.W_hh * self.mask

    # ---- one step ------------------------------------------------------------------------------

    @final
    def step(self, t: int, x: Array, s: Array) -> Step:
        h = s[..., : self.H]
        a_x = x @ self.W_xh.T + self.b_xh
        a_h = h @ self.recurrence.T + self.b_hh
        with np.errstate(over="ignore"):
            slots, gates = self.update(
                t, gate_first(a_x, self.H), gate_first(a_h, self.H), tuple(gate_first(s, self.H))
            )
        named = dict(zip(self.gates, gates, strict=True))
        return Step(t, x, s, named, np.concatenate(slots, axis=-1))

    @final
    def pull(self, step: Step, ds: Array) -> BackStep:
        da_x, da_h, direct = self.update_vjp(self.local(step), tuple(gate_first(ds, self.H)))
        shape = (*ds.shape[:-1], self.H)
        da_h_flat = gate_last(da_h, shape, ds.dtype)
        da_x_flat = da_h_flat if da_x is da_h else gate_last(da_x, shape, ds.dtype)
        ds_prev = gate_last(direct, shape, ds.dtype)
        ds_prev[..., : self.H] += da_h_flat @ self.recurrence
        return BackStep(step.t, ds, ds_prev, da_x_flat, da_h_flat)

    @final
    def factors(self, step: Step, back: BackStep) -> dict[str, tuple[Factor, ...]]:
        h = step.s_prev[..., : self.H]
        return {
            "W_xh": (Factor(back.da_x, step.x),),
            "W_hh": (Factor(back.da_h, h, self.mask),),
            "b_xh": (Factor(back.da_x),),
            "b_hh": (Factor(back.da_h),),
        } | self.own_factors(step, back)

    # ---- all steps at once ---------------------------------------------------------------------

    @final
    def local(self, step: Step) -> Local:
        """Return a step, or a whole film of steps, as the pointwise rule sees it."""
        return Local(
            self,
            step,
            tuple(step.gates[name] for name in self.gates),
            tuple(gate_first(step.s_prev, self.H)),
            tuple(gate_first(step.s, self.H)),
            self.free(step),
        )

    @final
    def slopes(self, step: Step) -> Slopes:
        """Return the local derivatives of a step, or of all steps of a film in one go.

        The rule is pointwise and linear in the gradient, so its answer to a 1 in one slot and 0 in
        the others *is* the row of derivatives: no second calculus to write or to get wrong.
        """
        local, K = self.local(step), len(self.slots)
        x, h, direct = zip(
            *(self.update_vjp(local, tuple(float(j == k) for j in range(K))) for k in range(K)),
            strict=True,
        )
        return Slopes(list(x), list(h), list(direct))

    @final
    def jacobian(self, step: Step) -> Array:
        H, slopes, lead = self.H, self.slopes(step), step.s.shape[:-1]
        blocks = self.recurrence.reshape(-1, H, H)
        flat = int(np.prod(lead))
        J = np.zeros((flat, self.S, self.S), step.s.dtype)
        diagonal = np.arange(H)
        for k, (drive, direct) in enumerate(zip(slopes.h, slopes.direct, strict=True)):
            rows = J[:, k * H : (k + 1) * H, :]
            used = [g for g, slope in enumerate(drive) if present(slope)]
            if len(used) == 1:
                slope = np.broadcast_to(drive[used[0]], (*lead, H)).reshape(flat, H)
                np.multiply(slope[:, :, None], blocks[used[0]], out=rows[:, :, :H])
            elif used:
                # Unit by unit the sum over gates is a product (steps, gates) @ (gates, units).
                slope = np.empty((H, flat, len(used)), J.dtype)
                for n, g in enumerate(used):
                    slope[:, :, n] = np.broadcast_to(drive[g], (*lead, H)).reshape(flat, H).T
                rows[:, :, :H] = np.matmul(slope, blocks[used].transpose(1, 0, 2)).transpose(
                    1, 0, 2
                )
            for j, slope in enumerate(direct):
                if present(slope):
                    around = np.broadcast_to(slope, (*lead, H)).reshape(flat, H)
                    rows[:, diagonal, j * H + diagonal] += around
        return J.reshape(*lead, self.S, self.S)

    @final
    def log_det(self, step: Step, J: Array) -> Array:
        slopes = self.slopes(step)
        if len(self.slots) > 1 or len(self.drives) > 1 or present(slopes.direct[0][0]):
            return np.linalg.slogdet(J)[1]
        # One product of slopes and matrix: det J is the product of the slopes times det W.
        with np.errstate(divide="ignore"):
            own = np.log(np.abs(np.broadcast_to(slopes.h[0][0], step.s.shape)))
        return own.sum(axis=-1) + np.linalg.slogdet(self.recurrence)[1]

    @final
    def direct(self, step: Step) -> dict[str, Array]:
        own = {
            name: row[k]
            for k, (name, row) in enumerate(zip(self.slots, self.slopes(step).direct, strict=True))
        }
        shape = (*step.s.shape[:-1], self.H)
        return {k: np.broadcast_to(slope, shape) for k, slope in own.items() if present(slope)}

    def forward(self, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
        T, B, _ = xs.shape
        H, K, G = self.H, len(self.slots), len(self.drives)
        dtype = np.result_type(xs, s0, *self.named().values())
        a_x = gate_first(affine(xs, self.W_xh, self.b_xh), H, 1)
        (a_h,), (driven,) = film(1, B, G * H, dtype)
        a_h = gate_first(a_h, H)
        s = tuple(film(K, B, H, dtype)[0])
        for slot, start in zip(s, gate_first(s0, H), strict=True):
            slot[...] = start
        W = np.ascontiguousarray(self.recurrence)
        b_hh = np.repeat(self.b_hh[:, None], B, axis=1)
        update, dot, add, slots, gates = self.update, np.dot, np.add, [], []
        keep_slots, keep_gates = slots.extend, gates.extend
        for t, from_x in enumerate(a_x):
            dot(W, s[0].T, out=driven)
            add(driven, b_hh, driven)
            s, gate = update(t, from_x, a_h, s)
            keep_slots(s)
            if gate:
                keep_gates(gate)
        states, memory = film(T + 1, B, K * H, dtype)
        states[0] = s0
        # Small arrays are cheapest to keep in a list and to join once (0.1 µs each, not 0.3).
        joined(slots, memory[1:].reshape(-1, B))
        if not gates:
            return {}, states
        acts = joined(gates, np.empty((T * len(self.gates) * H, B), dtype)).reshape(T, -1, H, B)
        return {k: acts[:, n].swapaxes(1, 2) for n, k in enumerate(self.gates)}, states

    def backward(self, steps: Step, ds: Array) -> BackStep:
        T, B, _ = steps.x.shape
        H, K, G = self.H, len(self.slots), len(self.drives)
        da_h, driven = film(T, B, G * H, ds.dtype)
        da_x, W = da_h, self.recurrence.T
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
            slopes = self.slopes(between(steps, start, end))
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
                split[start:end, 0, 0][::-1],
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
