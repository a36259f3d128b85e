"""Cells that are pointwise after an affine part: the affine part, its transpose and the fast road.

A cell of this kind writes two methods in the letters of its equations, ``update`` and
``update_vjp``. Inside them the gate axis comes first, so that ``i, f, g, o = a`` reads as written.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.layout import gate_first, gate_last, present, stacked
from explorer.cells.records import BackStep, Factor, Step
from explorer.shapes import Array


class Local(NamedTuple):
    """A step as the pointwise rule sees it: drives (G, ..., H), tuples of gates and of slots."""

    a_x: Array
    a_h: Array
    gates: tuple[Array, ...]
    s_prev: tuple[Array, ...]
    s: tuple[Array, ...]
    free: tuple[Any, ...]  # 0 where a gate is held and so passes no gradient to its drive


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

        Each has the full shape (..., H). What depends on ``t`` is recorded as a gate, because the
        way back sees all steps at once and no ``t``.
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
        return Step(t, x, s, a_x, a_h, named, np.concatenate(slots, axis=-1))

    @final
    def pull(self, step: Step, ds: Array) -> BackStep:
        da_x, da_h, direct = self.update_vjp(self.local(step), tuple(gate_first(ds, self.H)))
        shape = (*ds.shape[:-1], self.H)
        da_h_flat = gate_last(da_h, shape, ds.dtype)
        da_x_flat = da_h_flat if da_x is da_h else gate_last(da_x, shape, ds.dtype)
        ds_prev = gate_last(direct, shape, ds.dtype)
        ds_prev[..., : self.H] += da_h_flat @ self.recurrence
        return BackStep(step.t, ds, ds_prev, da_x_flat @ self.W_xh, da_x_flat, da_h_flat)

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
            gate_first(step.a_x, self.H),
            gate_first(step.a_h, self.H),
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

    @final
    def forward(self, xs: Array, s0: Array) -> tuple[Array, Array, dict[str, Array], Array]:
        T, B, _ = xs.shape
        H, K, G = self.H, len(self.slots), len(self.drives)
        dtype = np.result_type(xs, s0, *self.named().values())
        a_x = np.dot(xs.reshape(T * B, -1), self.W_xh.T).reshape(T, B, G * H)
        a_x += self.b_xh
        a_h = np.empty((T, B, G * H), dtype)
        W, b_hh, s = self.recurrence.T, self.b_hh, tuple(gate_first(s0.astype(dtype), H))
        update, dot, add, slots, gates = self.update, np.dot, np.add, [], []
        keep_slots, keep_gates = slots.extend, gates.extend
        drives = zip(a_h, gate_first(a_x, H, 1), gate_first(a_h, H, 1), strict=True)
        for t, (drive, from_x, from_h) in enumerate(drives):
            dot(s[0], W, out=drive)
            add(drive, b_hh, drive)
            s, gate = update(t, from_x, from_h, s)
            keep_slots(s)
            keep_gates(gate)
        states = np.empty((T + 1, B, K * H), dtype)
        states[0] = s0
        # Small arrays are cheapest to keep in a list and to join once (0.1 µs each, not 0.3).
        gate_first(states[1:], H, 1)[...] = np.concatenate(slots).reshape(T, K, B, H)
        film = np.concatenate(gates).reshape(T, -1, B, H) if gates else None
        return a_x, a_h, {name: film[:, k] for k, name in enumerate(self.gates)}, states

    @final
    def backward(self, steps: Step, ds: Array) -> BackStep:
        T, B, _ = steps.x.shape
        H, K, G = self.H, len(self.slots), len(self.drives)
        slopes = self.slopes(steps)
        da_h = np.empty((T, B, G * H), ds.dtype)
        drive = stacked(slopes.h, (K, G, T, B, H))
        paths = [
            (k, j, np.broadcast_to(slope, (T, B, H)))
            for k, row in enumerate(slopes.direct)
            for j, slope in enumerate(row)
            if present(slope)
        ]
        W, tmp, dot, add, multiply = (
            self.recurrence,
            np.empty((B, H), ds.dtype),
            np.dot,
            np.add,
            np.multiply,
        )
        split = gate_first(ds, H, 1)[:, :, None]  # (T+1, K, 1, B, H)
        product = np.empty((K, G, B, H), ds.dtype)
        films = zip(
            drive[::-1],
            split[:0:-1],
            da_h[::-1],
            gate_first(da_h, H, 1)[::-1],
            split[-2::-1, 0, 0],
            strict=True,
        )
        first, *others = product
        for t, (slope, row, flat, gates, dh_prev) in zip(range(T - 1, -1, -1), films, strict=True):
            multiply(slope, row, product)
            if others:
                add(first, others[0], gates)
                for other in others[1:]:
                    add(gates, other, gates)
            else:
                gates[...] = first
            dot(flat, W, out=tmp)
            add(dh_prev, tmp, dh_prev)
            for k, j, path in paths:
                multiply(path[t], split[t + 1, k, 0], tmp)
                add(split[t, j, 0], tmp, split[t, j, 0])
        if all(x is h for x, h in zip(slopes.x, slopes.h, strict=True)):
            da_x = da_h
        else:
            da_x = gate_last(
                (
                    stacked(slopes.x, (K, G, T, B, H), time_first=False)
                    * split[1:].transpose(1, 2, 0, 3, 4)
                ).sum(0),
                (T, B, H),
                ds.dtype,
            )
        dx = np.dot(da_x.reshape(T * B, -1), self.W_xh).reshape(T, B, -1)
        return BackStep(0, ds[1:], ds[:-1], dx, da_x, da_h)
