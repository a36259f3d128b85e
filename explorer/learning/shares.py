"""One weight, many steps: each step's share of its gradient, and their sum as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.cells import Cell
from explorer.gradients import GradientTrace
from explorer.shapes import Array


def running_sums(gradients: GradientTrace) -> Iterator[Cell]:
    """Yield the sum of the shares of the steps T .. t, for t = T down to 1, shaped like the cell.

    The last one is the whole weight gradient.
    """
    total = None
    for t in range(gradients.trace.T - 1, -1, -1):
        share = gradients.share_at(t)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            total = share if total is None else total.map(np.add, share)
        yield total


@dataclass(frozen=True, eq=False)
class Share:
    """One entry of a weight: ``error`` (T,) at what it feeds, ``source`` (T,) that it weighs.

    ``masked`` tells that a mask lets it not act: its shares are 0 whatever the two are.
    """

    error: Array
    source: Array
    masked: bool = False

    @property
    def value(self) -> Array:
        """Each step's share of the derivative, (T,)."""
        if self.masked:
            return np.zeros_like(self.error)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return self.error * self.source

    @property
    def running(self) -> Array:
        """The sum of the shares of the steps t .. T, for each t."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return np.cumsum(self.value[::-1])[::-1]


def share_of(gradients: GradientTrace, name: str, row: int, column: int, batch: int = 0) -> Share:
    """Return the shares of one entry of a matrix, whichever factor its row belongs to.

    Raises
    ------
    ValueError
        When there is no such entry.
    """
    first = 0
    for factor in gradients.factors.get(name, ()):
        here = row - first
        first += factor.left.shape[-1]
        if here < 0 or row >= first or factor.right is None:
            continue
        if not 0 <= column < factor.right.shape[-1]:
            break
        source = factor.right[:, batch, column]
        masked = factor.mask is not None and not factor.mask[here, column]
        return Share(factor.left[:, batch, here], source, masked)
    raise ValueError(f"share_of: {name} has no entry in row {row} and column {column}.")
