"""A training run under observation: several seeds side by side, and what becomes of the weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from explorer.cells import Cell
from explorer.initialisers import spectral_radius
from explorer.learning.history import History
from explorer.learning.model import Model
from explorer.learning.tasks.base import Batch
from explorer.learning.training import Training, Update
from explorer.shapes import Array
from explorer.trace import Trace

EXAMPLES = 8
MARGIN = 0.1  # of a signal's range, at either end


@dataclass(frozen=True, eq=False)
class Measures:
    """One model: radius and singular values of each recurrent block, share of saturated units."""

    radius: Mapping[str, float]
    singular: Mapping[str, Array]
    saturated: Mapping[str, float]

    @classmethod
    def of(cls, model: Model, examples: Batch) -> Self:
        """Measure a model; how saturated it is depends on the sequences that it reads."""
        cell = model.cell
        found = blocks(cell)
        trace = Trace.of(cell, examples.astype(model.dtype).xs)
        return cls(
            {name: spectral_radius(block) for name, block in found.items()},
            {name: np.linalg.svd(block, compute_uv=False) for name, block in found.items()},
            stuck(trace),
        )


def blocks(cell: Cell) -> dict[str, Array]:
    """Return the square recurrent blocks of a cell by the drive that they feed."""
    H, W = cell.H, getattr(cell, "recurrence", cell.W_hh)
    rows = {drive: W[k * H : (k + 1) * H] for k, drive in enumerate(cell.drives)}
    return {drive: block for drive, block in rows.items() if block.shape == (H, H)}


def stuck(trace: Trace) -> dict[str, float]:
    """Return the share of units within a tenth of an end of their range: gates, else states."""
    cell = trace.cell
    signals = trace.gates or {name: trace.slot(name)[1:] for name in cell.slots}
    shares = {}
    for name, values in signals.items():
        bounds = cell.ranges[name]
        if bounds is not None:
            low, high = bounds
            margin = MARGIN * (high - low)
            out = (values < low + margin) | (values > high - margin)
            shares[name] = float(np.mean(out))
    return shares


@dataclass(frozen=True, eq=False)
class Course:
    """Histories that differ in their seeds alone; the first is watched at its checkpoints."""

    histories: tuple[History, ...]
    examples: Batch
    measures: tuple[Measures, ...]

    @classmethod
    def begin(cls, trainings: list[Training], models: list[Model]) -> Self:
        """Return the course before the first update."""
        first = trainings[0]
        examples = first.task.batch(np.random.default_rng([first.seed, 2]), EXAMPLES)
        histories = tuple(History.begin(t, m) for t, m in zip(trainings, models, strict=True))
        course = cls(histories, examples, ())
        return course.measured()

    @property
    def first(self) -> History:
        """The history that is watched."""
        return self.histories[0]

    @property
    def N(self) -> int:
        """Number of updates that every seed has made, unless it exploded."""
        return max(history.N for history in self.histories)

    @property
    def trouble(self) -> str:
        """What the watched seed has to say about an explosion, else any other."""
        return next((history.trouble for history in self.histories if history.trouble), "")

    def under(self, trainings: list[Training]) -> Self:
        """Return the course with other settings from the next update on."""
        pairs = zip(self.histories, trainings, strict=True)
        histories = tuple(history.under(training) for history, training in pairs)
        if all(new is old for new, old in zip(histories, self.histories, strict=True)):
            return self
        return replace(self, histories=histories)

    def ahead(self, enough: Callable[[int], bool]) -> Self:
        """Return the course further on: one update for every seed, again until it is enough.

        ``enough`` is asked after each round with the number of updates of this call. A seed that
        exploded rests; when all do, nothing goes on.
        """
        walks = [None if history.trouble else history.ahead() for history in self.histories]
        news: list[list[Update]] = [[] for _ in walks]
        rounds = 0
        while any(walks):
            for k, walk in enumerate(walks):
                if walk is not None:
                    news[k].append(update := next(walk))
                    if update.trouble:
                        walks[k] = None
            rounds += 1
            if enough(rounds):
                break
        grown = (h.followed_by(new) for h, new in zip(self.histories, news, strict=True))
        return replace(self, histories=tuple(grown)).measured(self)

    def back_to(self, n: int) -> Self:
        """Return the course after ``n`` updates, under the settings of now."""
        histories = tuple(history.back_to(min(n, history.N)) for history in self.histories)
        return replace(self, histories=histories).measured(self)

    def measured(self, before: Self | None = None) -> Self:
        """Return the course with the measures of its checkpoints; known ones are not taken anew."""
        known = {}
        if before is not None:
            marks = before.first.checkpoints
            known = {id(m.model): found for m, found in zip(marks, before.measures, strict=True)}
        measures = tuple(
            known.get(id(mark.model)) or Measures.of(mark.model, self.examples)
            for mark in self.first.checkpoints
        )
        return replace(self, measures=measures)

    @property
    def marks(self) -> Array:
        """Numbers of the updates at which the first history has a checkpoint."""
        return np.array([mark.index for mark in self.first.checkpoints], np.int64)

    def each(self, values: Array, mean: Callable[..., Array] = np.mean) -> Array:
        """Return one number for each checkpoint after the first: the mean since the one before.

        ``values`` (N, ...) belongs to one of the histories; where it ends sooner, so does this.
        """
        stride = self.first.stride
        whole = len(values) // stride
        cut = values[: whole * stride].reshape(whole, stride, *values.shape[1:])
        return mean(cut, axis=1)

    @property
    def solved(self) -> tuple[int | None, ...]:
        """For each seed the update at which it solved the task, if it did."""
        return tuple(history.solved_at for history in self.histories)
