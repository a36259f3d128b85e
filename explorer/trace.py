"""The forward film: a network unrolled in time, one record per step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import Step, at
from explorer.shapes import Array, check_shapes

__all__ = ["Step", "Trace", "unroll"]


def unroll(cell: Cell, xs: Iterable[Array], s0: Array | None = None) -> Iterator[Step]:
    """Run a cell over any iterable of inputs (B, D), an endless one too, one record per step.

    Raises
    ------
    ValueError
        When an input or the initial state does not fit the cell.
    """
    s = s0
    for t, x in enumerate(xs):
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[1] != cell.D:
            raise ValueError(
                f"unroll: wanted inputs of shape (B, {cell.D}), got {x.shape} at step {t}; "
                "for a single sequence add the batch axis, xs[:, None, :]."
            )
        if s is None:
            s = np.zeros((x.shape[0], cell.S), np.result_type(x, cell.W_hh))
        elif np.shape(s) != (x.shape[0], cell.S):
            raise ValueError(
                f"unroll: wanted s0 of shape (B, S) = ({x.shape[0]}, {cell.S}), one state "
                f"[{'; '.join(cell.slots)}] per sequence, got {np.shape(s)}."
            )
        with np.errstate(over="ignore", invalid="ignore"):
            step = cell.step(t, x, s)
        s = step.s
        yield step


@dataclass(frozen=True, eq=False)
class Trace:
    """The forward film of one cell over one sequence, a struct of arrays with time first.

    ``s`` has T + 1 rows and ``s[0]`` is the initial state; step t takes ``s[t]`` to ``s[t + 1]``.
    """

    cell: Cell
    x: Annotated[Array, "T B D"]
    gates: Annotated[dict[str, Array], "T B H"]
    s: Annotated[Array, "T+1 B S"]

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def of(cls, cell: Cell, xs: Array, s0: Array | None = None) -> Self:
        """Run the whole sequence ``xs`` (T, B, D) from ``s0`` (B, S), zero unless given.

        A run that leaves the range of float64 is not an error: it carries inf and nan from there.

        Raises
        ------
        ValueError
            When the sequence is empty or its shape does not fit the cell.
        """
        xs = np.asarray(xs)
        if xs.ndim != 3 or xs.shape[2] != cell.D or 0 in xs.shape:
            raise ValueError(
                f"Trace.of: wanted xs of shape (T, B, {cell.D}) with T, B >= 1, got {xs.shape}; "
                "a single sequence (T, D) needs a batch axis, xs[:, None, :]."
            )
        if not np.issubdtype(xs.dtype, np.inexact):
            xs = xs.astype(np.float64)
        if s0 is None:
            s0 = np.zeros((xs.shape[1], cell.S), np.result_type(xs, cell.W_hh))
        elif np.shape(s0) != (xs.shape[1], cell.S):
            raise ValueError(
                f"Trace.of: wanted s0 of shape (B, S) = ({xs.shape[1]}, {cell.S}), one state "
                f"[{'; '.join(cell.slots)}] per sequence, got {np.shape(s0)}."
            )
        with np.errstate(over="ignore", invalid="ignore"):
            gates, s = cell.forward(xs, np.asarray(s0))
        return cls(cell, xs, gates, s)

    @property
    def T(self) -> int:
        """Number of steps."""
        return self.x.shape[0]

    @property
    def B(self) -> int:
        """Number of sequences run side by side."""
        return self.x.shape[1]

    @property
    def steps(self) -> Step:
        """All steps as one record whose arrays keep their time axis (views)."""
        return Step(np.arange(self.T), self.x, self.s[:-1], self.gates, self.s[1:])

    @cached_property
    def a_x(self) -> Array:
        """What the inputs say to each drive, W_xh x + b_xh (T, B, G·H)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.cell.a_x(self.steps)

    @cached_property
    def a_h(self) -> Array:
        """What the past says to each drive, W_hh h + b_hh (T, B, G·H)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.cell.a_h(self.steps)

    def __len__(self) -> int:
        return self.T

    def __getitem__(self, t: int) -> Step:
        if not -self.T <= t < self.T:
            raise IndexError(f"Trace: wanted a step from 0 to {self.T - 1}, got {t}.")
        return at(self.steps, t % self.T)

    def slot(self, name: str) -> Array:
        """Return the window of the states with this name, (T+1, B, H)."""
        return self.cell.slot(self.s, name)

    def finite(self) -> int:
        """Return how many leading states are finite; T + 1 when the run stayed within range."""
        good = np.isfinite(self.s).all(axis=(1, 2))
        return len(good) if good.all() else int(np.argmin(good))
