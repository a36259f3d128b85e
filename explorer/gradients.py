"""The backward film: the loss gradient carried back through time, and each step's share of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import BackStep, Factor, sums
from explorer.shapes import Array, check_shapes, scaled_norm
from explorer.trace import Trace

__all__ = ["BackStep", "GradientTrace", "bptt"]


def injected(trace: Trace, dL_ds: Array) -> Array:
    """Return what the loss injects at each state as a fresh (T+1, B, S) array.

    Raises
    ------
    ValueError
        When ``dL_ds`` has neither T rows (for s_1 .. s_T) nor T + 1 (with s_0).
    """
    dL_ds = np.asarray(dL_ds)
    full = trace.s.shape
    if dL_ds.shape == full:
        return dL_ds.astype(trace.s.dtype)
    if dL_ds.shape != (full[0] - 1, *full[1:]):
        raise ValueError(
            f"dL_ds: wanted shape (T, B, S) = {(full[0] - 1, *full[1:])}, one gradient for each of "
            f"s_1 .. s_T (or {full} with s_0), got {dL_ds.shape}."
        )
    return np.concatenate([np.zeros((1, *full[1:])), dL_ds]).astype(trace.s.dtype, copy=False)


def bptt(trace: Trace, dL_ds: Array) -> Iterator[BackStep]:
    """Walk back through a trace, one record per step, from the last to the first.

    ``dL_ds`` (T, B, S) is what the loss injects directly at s_1 .. s_T. Backpropagation through
    time (Werbos 1990).
    """
    direct = injected(trace, dL_ds)
    ds = direct[-1]
    for t in range(trace.T - 1, -1, -1):
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            back = trace.cell.pull(trace[t], ds)
            ds = back.ds_prev + direct[t]
        yield back


@dataclass(frozen=True, eq=False)
class GradientTrace:
    """The backward film: ``ds[t]`` is the whole gradient of the loss at s_t, s_0 included."""

    trace: Trace
    ds: Annotated[Array, "T+1 B S"]
    da_x: Annotated[Array, "T B G"]
    da_h: Annotated[Array, "T B G"]
    own: dict[str, Array]

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def of(cls, trace: Trace, dL_ds: Array) -> Self:
        """Carry the injected gradients ``dL_ds`` (T, B, S) back through the whole trace."""
        return cls.over(trace, injected(trace, dL_ds))

    @classmethod
    def over(cls, trace: Trace, ds: Array) -> Self:
        """Do as ``of`` does in the memory of the injected ``ds`` (T+1, B, S), which is lost."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            back = trace.cell.backward(trace.steps, ds)
        return cls(trace, ds, back.da_x, back.da_h, back.own)

    @property
    def cell(self) -> Cell:
        """The cell whose gradient this is."""
        return self.trace.cell

    @property
    def steps(self) -> BackStep:
        """All steps back as one record whose arrays keep their time axis (views)."""
        return BackStep(0, self.ds[1:], self.ds[:-1], self.da_x, self.da_h, self.own)

    @cached_property
    def dx(self) -> Array:
        """The gradient at the inputs (T, B, D)."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return self.cell.dx(self.steps)

    @cached_property
    def factors(self) -> dict[str, tuple[Factor, ...]]:
        """Each weight's gradient, as the factors whose products the steps contribute."""
        return self.cell.factors(self.trace.steps, self.steps)

    @cached_property
    def dcell(self) -> Cell:
        """The weight gradient, summed over time and batch, shaped like the cell."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            flat = [(k, factor) for k, factors in self.factors.items() for factor in factors]
            blocks: dict[str, list[Array]] = {}
            for (k, _), total in zip(flat, sums(factor for _, factor in flat), strict=True):
                blocks.setdefault(k, []).append(total)
            return self.cell.assembled(blocks)

    @cached_property
    def shares(self) -> dict[str, Array]:
        """Norm (T,) of each step's own share of each weight's gradient, by the weight's name."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return {k: together([f.norms() for f in fs]) for k, fs in self.factors.items()}

    @property
    def share(self) -> Array:
        """Norm (T,) of each step's own share of the whole weight gradient."""
        return together(list(self.shares.values()))

    def share_at(self, t: int) -> Cell:
        """Return step t's own share of the weight gradient, shaped like the cell."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            blocks = {
                k: [
                    Factor(f.left[t], None if f.right is None else f.right[t], f.mask).sum()
                    for f in fs
                ]
                for k, fs in self.factors.items()
            }
        return self.cell.assembled(blocks)

    def slot(self, name: str) -> Array:
        """Return the gradient at the window of the states with this name, (T+1, B, H)."""
        return self.cell.slot(self.ds, name)

    def norm(self, slot: str | None = None) -> Array:
        """Return |dL/ds_t| (T+1,) over batch and units, of the whole state or of one slot."""
        ds = self.ds if slot is None else self.slot(slot)
        return scaled_norm(ds.reshape(len(ds), -1))


def together(norms: list[Array]) -> Array:
    """Return the norms (T,) of things whose parts have these norms."""
    return norms[0] if len(norms) == 1 else scaled_norm(np.stack(norms, axis=1))
