"""The training film as it stands: what every update brought, and checkpoints to go back to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Self

import numpy as np

from explorer.learning.model import Model
from explorer.learning.training import Checkpoint, Training, Update
from explorer.shapes import Array, check_shapes

MOST = 256  # checkpoints
BUDGET = 16_000_000  # bytes that they may take together
SMOOTH = 20  # batches over whose mean a task counts as solved


@dataclass(frozen=True, eq=False)
class History:
    """N updates along time. Going on, going back and changing one's mind each give a new one.

    ``course`` says which training was in force from which update on; ``checkpoints`` are those
    after every ``stride``-th update, ``last`` is where training goes on from. ``flow[n, k]`` is the
    norm of the loss gradient at the state k steps before the end of the n-th batch; nan where a
    rule carries no gradient back, and before the start of a short sequence.
    """

    course: tuple[tuple[int, Training], ...]
    checkpoints: tuple[Checkpoint, ...]
    last: Checkpoint
    loss: Annotated[Array, "N"]
    gradient_norm: Annotated[Array, "N"]
    scale: Annotated[Array, "N"]
    rate: Annotated[Array, "N"]
    flow: Annotated[Array, "N L"]
    stride: int = 1
    trouble: str = ""

    def __post_init__(self) -> None:
        check_shapes(self)

    @classmethod
    def begin(cls, training: Training, model: Model) -> Self:
        """Return the history before the first update."""
        first, none = training.begin(model), np.zeros(0)
        return cls(
            ((0, training),), (first,), first, none, none, none, none,
            np.zeros((0, training.batch(1).T + 1), np.float32),
        )  # fmt: skip

    @property
    def N(self) -> int:
        """Number of updates made."""
        return self.last.index

    @property
    def training(self) -> Training:
        """The training in force."""
        return self.course[-1][1]

    def under(self, training: Training) -> Self:
        """Return the history with other settings from the next update on."""
        if training == self.training:
            return self
        if not self.N:
            first = training.taken_over(self.last, self.training)
            return replace(
                self, course=((0, training),), checkpoints=(first,), last=first, trouble=""
            )
        before = tuple(part for part in self.course if part[0] < self.N)
        here = () if training == before[-1][1] else ((self.N, training),)
        return replace(self, course=before + here, trouble="")

    def resumed(self, at: Checkpoint) -> tuple[Checkpoint, Training]:
        """Return a checkpoint as the training in force there takes it over, and that training."""
        k = max(k for k, (first, _) in enumerate(self.course) if first <= at.index)
        first, training = self.course[k]
        if k and at.index == first:
            at = training.taken_over(at, self.course[k - 1][1])
        return at, training

    def ahead(self) -> Iterator[Update]:
        """Yield the updates that come next; none of them is part of this history."""
        at, training = self.resumed(self.last)
        return training.updates(at, float(self.loss[0]) if self.N else None)

    def followed_by(self, updates: Iterable[Update]) -> Self:
        """Return the history with these updates after it; what exploded is told, not made."""
        updates = list(updates)
        trouble = next((update.trouble for update in updates if update.trouble), "")
        made = [update for update in updates if not update.trouble]
        if not made:
            return replace(self, trouble=trouble or self.trouble)
        columns = {
            name: np.append(getattr(self, name), [getattr(update, name) for update in made])
            for name in ("loss", "gradient_norm", "scale", "rate")
        }
        columns["flow"] = by_lag(self.flow, [update.flow for update in made])
        marks = [u.after for u in made if u.index % self.stride == 0]
        grown = replace(
            self, checkpoints=(*self.checkpoints, *marks), last=made[-1].after,
            trouble=trouble, **columns,
        )  # fmt: skip
        return grown.thinned()

    def thinned(self) -> Self:
        """Return the history with every other checkpoint, if there are too many."""
        history = self
        while len(history.checkpoints) > self.most:
            stride = 2 * history.stride
            kept = tuple(mark for mark in history.checkpoints if mark.index % stride == 0)
            history = replace(history, checkpoints=kept, stride=stride)
        return history

    @property
    def most(self) -> int:
        """How many checkpoints are kept: 256, fewer where the model is large."""
        last = self.last
        bytes_each = last.model.flat().nbytes * (1 + len(last.moments.averages))
        bytes_each += getattr(last.carry, "nbytes", 0)
        return int(np.clip(BUDGET // max(bytes_each, 1), 4, MOST))

    def at(self, n: int) -> Checkpoint:
        """Return the checkpoint after ``n`` updates, run again from the nearest one before it.

        Raises
        ------
        ValueError
            When there were not that many updates.
        """
        if not 0 <= n <= self.N:
            raise ValueError(f"History.at: wanted an update from 0 to {self.N}, got {n}.")
        if n == self.N:
            return self.last
        found = self.checkpoints[n // self.stride]
        while found.index < n:
            found, training = self.resumed(found)
            found = training.step(found).after
        return found

    def back_to(self, n: int) -> Self:
        """Return the history as it was after ``n`` updates, under the settings of now."""
        mark = self.at(n)
        course = tuple(part for part in self.course if part[0] < n) or self.course[:1]
        return replace(
            self, course=course, last=mark, trouble="",
            checkpoints=tuple(m for m in self.checkpoints if m.index <= n),
            **{
                name: getattr(self, name)[:n]
                for name in ("loss", "gradient_norm", "scale", "rate", "flow")
            },
        ).under(self.training)  # fmt: skip

    @property
    def smooth(self) -> Array:
        """Mean loss (N,) of the last 20 batches, fewer at the start."""
        total = np.concatenate([[0.0], np.cumsum(self.loss)])
        ends = np.arange(1, len(total))
        starts = np.maximum(ends - SMOOTH, 0)
        return (total[ends] - total[starts]) / (ends - starts)

    @property
    def solved_at(self) -> int | None:
        """Number of the first update at which the mean of 20 batches solved the task, if any."""
        smooth = self.smooth[SMOOTH - 1 :]
        good = np.array([self.training.task.solved(float(loss)) for loss in smooth], bool)
        return int(np.argmax(good)) + SMOOTH if good.any() else None


def by_lag(before: Array, flows: list[Array | None]) -> Array:
    """Return the rows before with further ones, counted from the end of each sequence."""
    wide = max([before.shape[1], *(len(flow) for flow in flows if flow is not None)])
    rows = np.full((len(before) + len(flows), wide), np.nan, np.float32)
    rows[: len(before), : before.shape[1]] = before
    with np.errstate(over="ignore", under="ignore"):
        for row, flow in zip(rows[len(before) :], flows, strict=True):
            if flow is not None:
                row[: len(flow)] = flow[::-1]
    return rows
