"""How the state depends on every weight: ∂s/∂w, carried forward through the Jacobians of steps."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.cells import Cell
from explorer.cells.pointwise import PointwiseCell
from explorer.cells.records import Factor, Step, expanded
from explorer.shapes import Array


@dataclass(frozen=True, eq=False, slots=True)
class Local:
    """The derivatives of steps, each by itself: ``J`` (..., S, S) and the factors of ∂s/∂w.

    The factors of each array are (..., C, rows) and (..., C, columns), one row for each of the S
    entries of the state; by unit, one for each slot, since a unit's weights reach no other unit.
    """

    J: Array
    factors: dict[str, tuple[Factor, ...]]


def by_unit(cell: Cell) -> bool:
    """Tell whether within a step each row of weights reaches the one unit that it belongs to.

    A pointwise rule mixes no units, so row r of each array belongs to unit r mod H.
    """
    arrays = cell.named().values()
    return isinstance(cell, PointwiseCell) and all(len(a) % cell.H == 0 for a in arrays)


def local(cell: Cell, steps: Step, units: bool) -> Local:
    """Return the derivatives of a step, or of a film of steps, by the state before and by weights.

    The cell's own way back tells them: it is asked for the gradient of each entry of the state. By
    unit one question for each slot is enough, because the answers of the units do not mix.
    """
    lead, dtype = steps.s.shape[:-1], steps.s.dtype
    if units:
        asked = np.zeros((len(cell.slots), cell.S), dtype)
        for row, slot in zip(asked, cell.slots, strict=True):
            cell.slot(row, slot)[...] = 1
    else:
        asked = np.eye(cell.S, dtype=dtype)
    wide = expanded(steps, len(asked))
    back = cell.pull(wide, np.broadcast_to(asked, (*lead, *asked.shape)))
    J = cell.jacobian(steps) if units else back.ds_prev
    return Local(J, cell.factors(wide, back))


class Sensitivity:
    """∂s/∂w (B, S, P) of one run, zero at its start, and the two buffers that it is carried in.

    P counts every entry of every array, in the order of ``cell.named()``. A step takes
    M_t = J_t M_{t-1} + ∂s_t/∂w, the last with s_{t-1} held (Williams & Zipser 1989).
    """

    def __init__(self, cell: Cell, B: int = 1, dtype: np.dtype | type = np.float64) -> None:
        self.units = by_unit(cell)
        self.now = np.zeros((B, cell.S, cell.size), dtype)
        self._next = np.empty_like(self.now)
        self._paths: dict[int, dict[str, list[Array]]] = {}

    @property
    def nbytes(self) -> int:
        """Bytes that both buffers take."""
        return self.now.nbytes + self._next.nbytes

    def onward(self, cell: Cell, at: Local, t: int | None = None) -> Array:
        """Carry ∂s/∂w through one step, or through step ``t`` of a film, and return it.

        The array is the run's own: the second step after this one overwrites it.
        """
        which = ... if t is None else t
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            if len(self.now) == 1:
                np.dot(at.J[which][0], self.now[0], out=self._next[0])
            else:
                np.matmul(at.J[which], self.now, out=self._next)
            self.now, self._next = self._next, self.now
            if id(self.now) not in self._paths:
                self._paths[id(self.now)] = paths(cell, self.now, at, self.units)
            for name, places in self._paths[id(self.now)].items():
                for place, factor in zip(places, at.factors[name], strict=True):
                    place += products(factor, which, place, self.units)
        return self.now


def windows(cell: Cell) -> dict[str, slice]:
    """Return where each array stands among all P weights."""
    ends = np.cumsum([array.size for array in cell.named().values()])
    pairs = zip(cell.named().items(), ends, strict=True)
    return {name: slice(int(end) - array.size, int(end)) for (name, array), end in pairs}


def paths(cell: Cell, M: Array, at: Local, units: bool) -> dict[str, list[Array]]:
    """Return the entries of ∂s/∂w that weights reach within a step, as views, factor by factor.

    They are (B, S, rows[, columns]), and by unit (B, K, H, G[, columns]) with each weight's unit.
    """
    found: dict[str, list[Array]] = {}
    B, S, _ = M.shape
    for name, window in windows(cell).items():
        found[name], start = [], window.start
        for factor in at.factors[name]:
            shape = (factor.left.shape[-1],)
            if factor.right is not None:
                shape += (factor.right.shape[-1],)
            end = start + prod(shape)
            whole = M[:, :, start:end]
            start = end
            if units:
                rows, *columns = shape
                H = cell.H
                whole = whole.reshape(B, S // H, H, rows // H, H, *columns)
                found[name].append(np.einsum("bkugu...->bkgu...", whole))
            else:
                found[name].append(whole.reshape(B, S, *shape))
    return found


def products(factor: Factor, which: int | type(...), place: Array, units: bool) -> Array:
    """Return what a step adds at this place: the factor's outer product, with a row per entry."""
    left, right = factor.left[which], factor.right
    shape = place.shape
    if right is None:
        return left.reshape(shape)
    right = right[which]
    if not units:
        product = left[..., None] * right[..., None, :]
        return product if factor.mask is None else product * factor.mask
    product = left.reshape(*shape[:-1], 1) * right[:, :, None, None, :]
    return product if factor.mask is None else product * factor.mask.reshape(shape[2:])
