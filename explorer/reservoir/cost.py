"""What training costs: the read-out in one solve, or all weights by gradients through time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from explorer.learning.model import Model
from explorer.learning.optimisers import Adam
from explorer.readout import Readout
from explorer.reservoir.forecast import WASHOUT
from explorer.reservoir.network import Reservoir
from explorer.reservoir.ridge import Fit, ridge
from explorer.shapes import Array
from explorer.trace import Trace

WINDOW, SETTLE = 100, 20  # steps of one piece of the training data, and how many do not count


@dataclass(frozen=True, eq=False)
class Mark:
    """How far training has come: updates made, seconds of work, error on data held out.

    ``trained`` counts the weights that are moved.
    """

    updates: int
    seconds: float
    error: float
    trained: int


@dataclass(frozen=True, eq=False)
class Lesson:
    """One series for all ways to learn it: predict the next step from the true past."""

    series: Array  # (T+1, O)
    train: int  # steps after the washout that may be learned from; what follows is held out

    @property
    def end(self) -> int:
        """First step that is held out."""
        return WASHOUT + self.train

    def error(self, model: Model) -> float:
        """Return the held-out error of one-step prediction, in standard deviations."""
        xs = self.series[self.end - WASHOUT : -1, None]
        with np.errstate(over="ignore", invalid="ignore"):
            found = model.film(xs).y[WASHOUT:, 0]
            missed = (found - self.series[self.end + 1 :]) / self.series.std(axis=0)
            return float(np.sqrt(np.mean(missed**2)))

    def windows(self) -> tuple[Array, Array]:
        """Return inputs and targets (WINDOW or less, B, O) of the pieces of the training data."""
        length = min(WINDOW, self.train)
        first = range(WASHOUT, self.end - length + 1, length)
        pieces = [self.series[k : k + length + 1] for k in first]
        films = np.stack(pieces, axis=1)
        return films[:-1], films[1:]


def solved(reservoir: Reservoir, lesson: Lesson, strength: float) -> tuple[Mark, Fit, Trace]:
    """Train the read-out alone, by one solve on the run that is returned."""
    start = perf_counter()
    trace = reservoir.driven(lesson.series[: lesson.end])
    h = trace.slot("h")[1:, 0]
    fit = ridge(h[WASHOUT:], lesson.series[1 : lesson.end + 1][WASHOUT:], strength)
    seconds = perf_counter() - start
    model = Model(reservoir.cell, fit.readout)
    return Mark(1, seconds, lesson.error(model), fit.readout.size), fit, trace


def descended(
    reservoir: Reservoir,
    lesson: Lesson,
    updates: int,
    rate: float,
    *,
    all_weights: bool,
    every: int = 5,
) -> Iterator[Mark]:
    """Train the same network by Adam, from the same start with a read-out of zeros.

    With ``all_weights`` the gradient of backpropagation through time moves every weight, else the
    read-out alone. Only training counts as work, not the measuring of the held-out error. Ends
    early where numbers leave the range.
    """
    N, O = reservoir.N, lesson.series.shape[1]  # noqa: E741
    model = Model(reservoir.cell, Readout(np.zeros((O, N)), np.zeros(O)))
    xs, ys = lesson.windows()
    optimiser, seconds = Adam(rate), 0.0
    moments = optimiser.start(model)
    counts = ys[SETTLE:].size
    trained = model.size if all_weights else model.readout.size
    yield Mark(0, 0.0, lesson.error(model), trained)
    still = None if all_weights else model.film(xs).trace.slot("h")[1:]
    for index in range(1, updates + 1):
        start = perf_counter()
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            if still is None:
                film = model.film(xs)
                dL_dy = 2 * (film.y - ys) / counts
                dL_dy[:SETTLE] = 0.0
                gradient, _ = model.backprop(film, dL_dy)
            else:
                error = 2 * (model.readout(still) - ys)[SETTLE:] / counts
                error, h = error.reshape(-1, O), still[SETTLE:].reshape(-1, N)
                silent = model.map(np.zeros_like)
                gradient = replace(silent, readout=Readout(error.T @ h, error.sum(0)))
            model, moments = optimiser.update(model, gradient, moments)
        seconds += perf_counter() - start
        if index % every == 0 or index == updates:
            mark = Mark(index, seconds, lesson.error(model), trained)
            yield mark
            if not np.isfinite(mark.error):
                return
