"""Cells side by side on one task: sizes that make it fair, the run of each, and what it costs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from time import perf_counter

import numpy as np

from explorer.cells import CELLS
from explorer.gradients import GradientTrace
from explorer.recipe import Recipe
from explorer.trace import Trace

MOST = 6
OPENING = 4  # no cell needs more than this many times the units of another for its parameters


@lru_cache(maxsize=4096)
def parameters(cell: str, D: int, H: int) -> int:
    """Return how many trainable numbers a cell of this size has."""
    return CELLS[cell].init(np.random.default_rng(0), D, H).size


def nearest(cell: str, D: int, wanted: int, most: int) -> int:
    """Return the number of units, 1 .. most, whose parameter count comes nearest to the wanted."""
    sizes = range(1, most + 1)
    k = bisect_left(sizes, wanted, key=lambda H: parameters(cell, D, H))
    near = sizes[max(k - 1, 0) : k + 1]
    return min(near, key=lambda H: abs(parameters(cell, D, H) - wanted))


def largest(recipe: Recipe) -> str:
    """Return the chosen cell that has most parameters at the same number of units."""
    D = recipe.sequence().xs.shape[2]
    return max(recipe.cells[:MOST], key=lambda cell: parameters(cell, D, recipe.H))


def contenders(recipe: Recipe) -> dict[str, Recipe]:
    """Return each cell's own recipe: the same units, or the units for the same parameters."""
    chosen = recipe.cells[:MOST]
    sizes = dict.fromkeys(chosen, recipe.H)
    if recipe.fair == "parameters":
        D = recipe.sequence().xs.shape[2]
        wanted = parameters(largest(recipe), D, recipe.H)
        sizes = {cell: nearest(cell, D, wanted, OPENING * recipe.H + OPENING) for cell in chosen}
    return {cell: replace(recipe, cell=cell, H=H) for cell, H in sizes.items()}


@dataclass(frozen=True, eq=False)
class Run:
    """One contender's film and gradients, and the microseconds that one step of both took."""

    trace: Trace
    gradients: GradientTrace
    microseconds: float

    @classmethod
    def of(cls, recipe: Recipe, rounds: int = 1) -> Run:
        """Run a recipe forward and backward, timing the best of several rounds."""
        cell, xs, loss = recipe.build(), recipe.sequence().xs, recipe.objective()
        times = []
        for _ in range(rounds):
            start = perf_counter()
            trace = Trace.of(cell, xs)
            gradients = GradientTrace.of(trace, loss.gradient(trace))
            times.append(perf_counter() - start)
        return cls(trace, gradients, 1e6 * min(times) / trace.T)

    @property
    def parameters(self) -> int:
        """Number of trainable numbers."""
        return self.trace.cell.size

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of one step forward: one for each entry of each matrix."""
        return sum(array.size for array in self.trace.cell.named().values() if array.ndim == 2)


def runs(recipe: Recipe, rounds: int = 1) -> dict[str, Run]:
    """Run every contender of a recipe."""
    return {cell: Run.of(own, rounds) for cell, own in contenders(recipe).items()}
