"""A gradient by lags: how much of it is what a loss says about the step so many steps before it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.cells import Cell
from explorer.cells.records import at
from explorer.gradients import injected
from explorer.shapes import Array
from explorer.trace import Trace


def by_lag(trace: Trace, dL_ds: Array) -> Iterator[Cell]:
    """Yield for lags 0, 1, .. T-1 the gradient by the use of the weights so long before each loss.

    ``dL_ds`` (T, B, S) is what the loss injects at s_1 .. s_T. The first K of them together are the
    gradient of truncated backpropagation with a window of K steps, all of them are the whole one.
    """
    covectors, steps = injected(trace, dL_ds)[1:], trace.steps
    for lag in range(trace.T):
        # The loss at s_t has come back to s_{t - lag}; those that began later are still on the way.
        here = at(steps, slice(trace.T - lag))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            back = trace.cell.pull(here, covectors)
            gradient = trace.cell.grad(here, back)
        yield gradient
        covectors = back.ds_prev[1:]


def missing(trace: Trace, dL_ds: Array) -> dict[str, Array]:
    """Return for windows K = 1 .. T the part of the gradient that truncation misses, (T,).

    |g - g_K| / |g| of each array by its name, and of all together under "all"; nan where there is
    no gradient to miss.
    """
    lags = list(by_lag(trace, dL_ds))
    films = {name: np.array([lag.named()[name] for lag in lags]) for name in lags[0].named()}
    squares = {}
    for name, film in films.items():
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            # Summed from the far end, so that small rests are not lost in the whole.
            rest = np.cumsum(film[::-1].reshape(trace.T, -1), axis=0)[::-1]
            squares[name] = np.append(np.einsum("ki,ki->k", rest, rest), 0.0)
    squares["all"] = np.sum(list(squares.values()), axis=0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return {name: np.sqrt(square[1:] / square[0]) for name, square in squares.items()}
