"""How the state depends on every weight: ∂s/∂w, carried forward through the Jacobians of steps."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from types import EllipsisType

import numpy as np

from explorer.cells import Cell
from explorer.cells.records import Factor, Step, expanded
from explorer.cells.rule_cell import RuleCell
from explorer.shapes import Array


@dataclass(frozen=True, eq=False, slots=True)
class Local:
    """The derivatives of steps, each by itself: ``J`` (..., B, S, S) and ``direct``, ∂s/∂w.

    ``direct`` has one entry for each factor of each array, (..., B, S, rows[, columns]); by unit it
    is (..., B, K, G, H[, columns]), one row for each slot, since a unit's weights reach no other.
    """

    J: Array
    direct: list[Array]


def by_unit(cell: Cell) -> bool:
    """Tell whether within a step each row of weights reaches the one unit that it belongs to.

    A pointwise rule mixes no units, so row r of each array belongs to unit r mod H.
    """
    arrays = cell.named().values()
    pointwise = isinstance(cell, RuleCell) and cell.rule.pointwise
    return pointwise and all(len(a) % cell.H == 0 for a in arrays)


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
    factors = cell.factors(wide, back)
    H = cell.H if units else 0
    return Local(J, [outer(factor, H) for name in cell.named() for factor in factors[name]])


def outer(factor: Factor, H: int = 0) -> Array:
    """Return the outer product of a factor, unsummed; rows are split by units if H is given."""
    left, right, mask = factor.left, factor.right, factor.mask
    if H:
        left = left.reshape(*left.shape[:-1], -1, H)
    if right is None:
        return left
    between = (1,) * (left.ndim - right.ndim)
    product = left[..., None] * right.reshape(*right.shape[:-1], *between, 1, right.shape[-1])
    return product if mask is None else product * mask.reshape(*left.shape[-1 - bool(H) :], -1)


class Sensitivity:
    """∂s/∂w (B, S, P) of one run, zero at its start, and the two buffers that it is carried in.

    P counts every entry of every array, in the order of ``cell.named()``. A step takes
    M_t = J_t M_{t-1} + ∂s_t/∂w, the last with s_{t-1} held (Williams & Zipser 1989).
    """

    def __init__(self, cell: Cell, B: int = 1, dtype: np.dtype | type = np.float64) -> None:
        self.units = by_unit(cell)
        self.now = np.zeros((B, cell.S, cell.size), dtype)
        self._next = np.empty_like(self.now)
        self._paths: dict[int, list[Array]] = {}

    @property
    def nbytes(self) -> int:
        """Bytes that both buffers take."""
        return self.now.nbytes + self._next.nbytes

    def onward(self, at: Local, t: int | None = None) -> Array:
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
            places = self._paths.get(id(self.now))
            if places is None:
                places = self._paths[id(self.now)] = paths(self.now, at, which, self.units)
            for place, direct in zip(places, at.direct, strict=True):
                place += direct[which]
        return self.now


def windows(cell: Cell) -> dict[str, slice]:
    """Return where each array stands among all P weights."""
    ends = np.cumsum([array.size for array in cell.named().values()])
    pairs = zip(cell.named().items(), ends, strict=True)
    return {name: slice(int(end) - array.size, int(end)) for (name, array), end in pairs}


def paths(M: Array, at: Local, which: int | EllipsisType, units: bool) -> list[Array]:
    """Return the entries of ∂s/∂w that weights reach within a step, as views, factor by factor."""
    found, start = [], 0
    for direct in at.direct:
        shape = direct[which].shape
        B, K, *sizes = shape
        end = start + prod(sizes)
        whole = M[:, :, start:end]
        start = end
        if units:
            G, H, *columns = sizes
            whole = whole.reshape(B, K, H, G, H, *columns)
            found.append(np.einsum("bkugu...->bkgu...", whole))
        else:
            found.append(whole.reshape(shape))
    return found
