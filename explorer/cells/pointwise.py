"""Cells that are pointwise after an affine part: the affine part, its transpose, the slopes.

A cell of this kind writes two methods in the letters of its equations, ``update`` and
``update_vjp``. Inside them the gate axis comes first, so that ``i, f, g, o = a`` reads as written.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, final

import numpy as np

from explorer.cells import pointwise_film
from explorer.cells.base import Cell
from explorer.cells.layout import driven, gate_first, gate_last, present
from explorer.cells.local import Local, Slopes
from explorer.cells.records import BackStep, Factor, Step
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class PointwiseCell(Cell):
    """A cell ``s = update(W_xh x + b_xh, W_hh h + b_hh, s_prev)`` whose update is pointwise."""

    summed: ClassVar[bool] = False  # whether the rule reads no more of the drives than their sum

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
        a_x = driven(x, self.W_xh, self.b_xh)
        a_h = driven(h, self.recurrence, self.b_hh)
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
        flat = prod(lead)

        def whole(slope: Any) -> Array:
            if np.shape(slope) != (*lead, H):
                slope = np.broadcast_to(slope, (*lead, H))
            return slope.reshape(flat, H)

        J = np.zeros((flat, self.S, self.S), step.s.dtype)
        diagonal = np.arange(H)
        for k, (drive, direct) in enumerate(zip(slopes.h, slopes.direct, strict=True)):
            rows = J[:, k * H : (k + 1) * H, :]
            used = [g for g, slope in enumerate(drive) if present(slope)]
            if len(used) == 1:
                np.multiply(whole(drive[used[0]])[:, :, None], blocks[used[0]], rows[:, :, :H])
            elif used:
                # Unit by unit the sum over gates is a product (steps, gates) @ (gates, units).
                slope = np.empty((H, flat, len(used)), J.dtype)
                for n, g in enumerate(used):
                    slope[:, :, n] = whole(drive[g]).T
                rows[:, :, :H] = np.matmul(slope, blocks[used].transpose(1, 0, 2)).transpose(
                    1, 0, 2
                )
            for j, slope in enumerate(direct):
                if present(slope):
                    rows[:, diagonal, j * H + diagonal] += whole(slope)
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
        return pointwise_film.forward(self, xs, s0)

    def backward(self, steps: Step, ds: Array) -> BackStep:
        return pointwise_film.backward(self, steps, ds)
