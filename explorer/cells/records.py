"""What one step leaves behind: forwards, backwards, and the factors of a gradient.

Every array may carry further leading axes (time, or many covectors at once); the last is features.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from explorer.cells.layout import columns
from explorer.shapes import Array

FOREVER = 2**31 - 1  # the last step of what never ends


@dataclass(frozen=True)
class Clamp:
    """A gate held at a value: of one unit or of all (None), from step ``first`` to step ``last``.

    Units and steps count from 0; both ends belong to the span.
    """

    gate: str
    value: float
    first: int
    last: int
    unit: int | None = None

    @property
    def units(self) -> slice:
        """Which units are held."""
        return slice(None) if self.unit is None else slice(self.unit, self.unit + 1)


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One step forwards: ``x`` (B, D), ``s_prev``, ``s`` (B, S), ``gates`` (B, H) each.

    In a film of steps ``t`` is an array of all of them.
    """

    t: Any
    x: Array
    s_prev: Array
    gates: dict[str, Array]
    s: Array


@dataclass(frozen=True, eq=False, slots=True)
class BackStep:
    """One step backwards: the gradient ``ds`` carried to ``s_prev`` and to the drives.

    ``own`` holds gradients of further drives that only this kind of cell has.
    """

    t: int
    ds: Array
    ds_prev: Array
    da_x: Array
    da_h: Array
    own: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Factor:
    """One weight gradient, kept as the outer product ``left`` ⊗ ``right`` (T, B, ·) that makes it.

    ``right=None`` means a vector (a bias, a peephole): its gradient is ``left`` itself. ``mask``
    marks the entries of a matrix that exist.
    """

    left: Array
    right: Array | None = None
    mask: Array | None = None

    def sum(self) -> Array:
        """Return the gradient summed over time and batch."""
        if self.right is None:
            return self.left.sum(axis=(0, 1)) if self.left.ndim == 3 else self.left.sum(axis=0)
        total = np.dot(columns(self.left), columns(self.right).T)
        return total if self.mask is None else total * self.mask

    def norms(self) -> Array:
        """Return the Frobenius norm of each step's own share, shape (T,)."""
        squares = self._squares()
        # Squares leave float64 long before the norms do; only then is the longer way needed.
        if ((squares > 1e-280) & (squares < 1e280)).all():
            return np.sqrt(squares)
        scales, parts = zip(*(scaled(side) for side in (self.left, self.right)), strict=True)
        return scales[0] * scales[1] * np.sqrt(Factor(*parts, self.mask)._squares())

    def _squares(self) -> Array:
        if self.right is None:
            share = self.left.sum(axis=1)
            return np.einsum("ti,ti->t", share, share)
        if self.mask is not None:
            share = np.matmul(self.left.swapaxes(1, 2), self.right) * self.mask
            return np.einsum("tij,tij->t", share, share)
        # |Σ_b l_b ⊗ r_b|² = Σ_bc (l_b·l_c)(r_b·r_c): no matrix of weight size is ever formed.
        if self.left.shape[1] == 1:
            left, right = self.left[:, 0], self.right[:, 0]
            return np.einsum("ti,ti->t", left, left) * np.einsum("ti,ti->t", right, right)
        left = np.matmul(self.left, self.left.swapaxes(1, 2))
        right = np.matmul(self.right, self.right.swapaxes(1, 2))
        return np.maximum(np.einsum("tbc,tbc->t", left, right), 0.0)


def sums(factors: Iterable[Factor]) -> list[Array]:
    """Return the gradient of each factor, summed over time and batch.

    Factors of one error are summed in one product, as if their sources were one.
    """
    factors = list(factors)
    found: dict[int, Array] = {}
    for first in factors:
        if id(first) in found:
            continue
        group = [f for f in factors if f.left is first.left]
        if len(group) == 1 or first.left.ndim != 3:
            found |= {id(f): f.sum() for f in group}
            continue
        left = columns(first.left)
        ones = np.ones((1, left.shape[1]), left.dtype)
        sources = [ones if f.right is None else columns(f.right) for f in group]
        total = np.dot(left, np.concatenate(sources).T)
        start = 0
        for factor, source in zip(group, sources, strict=True):
            part = total[:, start : start + len(source)]
            start += len(source)
            if factor.right is None:
                found[id(factor)] = part[:, 0]
            else:
                found[id(factor)] = part if factor.mask is None else part * factor.mask
    return [np.ascontiguousarray(found[id(factor)]) for factor in factors]


def scaled(side: Array | None) -> tuple[Any, Array | None]:
    """Return each step's largest magnitude (T,) and the array divided by it."""
    if side is None:
        return 1.0, None
    largest = np.abs(side).max(axis=(1, 2))
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    return scale, side / scale[:, None, None]


def mapped(record: Step, f: Any) -> Step:
    """Apply ``f`` to every array of a step."""
    arrays = {
        k.name: getattr(record, k.name) for k in fields(record) if k.name not in ("t", "gates")
    }
    return Step(
        t=record.t,
        gates={name: f(gate) for name, gate in record.gates.items()},
        **{name: f(array) for name, array in arrays.items()},
    )


def at(steps: Step, t: int) -> Step:
    """Return step ``t`` of a film of steps, as views."""
    return replace(mapped(steps, lambda array: array[t]), t=t)


def between(steps: Step, start: int, end: int) -> Step:
    """Return the steps from ``start`` up to, not including, ``end``, as views."""
    if start == 0 and end == len(steps.x):
        return steps
    part = mapped(steps, lambda array: array[start:end])
    return replace(part, t=steps.t[start:end] if np.ndim(steps.t) else steps.t)


def expanded(step: Step, copies: int) -> Step:
    """Return the step with a further axis of ``copies`` before the features, as views."""
    return mapped(
        step,
        lambda array: np.broadcast_to(
            array[..., None, :], (*array.shape[:-1], copies, array.shape[-1])
        ),
    )
