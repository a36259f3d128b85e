"""Only the read-out learns, by least squares over everything that has been read so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.learning.model import Model
from explorer.learning.rules.base import Lesson, Rule
from explorer.readout import Readout
from explorer.shapes import Array

Sums = tuple[Array, Array]  # Σ f fᵀ and Σ f targetᵀ over all scored steps, f = [h; 1]


@dataclass(frozen=True)
class Ridge(Rule):
    """After each batch one linear solve gives the best read-out of all states met so far.

    ``strength`` is the penalty on the square of the read-out's weights, its bias left free. The
    recurrent weights stay as they were drawn: a reservoir (Jaeger 2001).
    """

    strength: float = 1e-4

    name = "Read-out by ridge"
    about = "The recurrent weights stay random; the read-out is solved for, not descended to."
    source = "Hoerl & Kennard 1970; Jaeger 2001"

    def __post_init__(self):
        if not self.strength > 0:
            raise ValueError(f"Ridge: wanted a strength > 0, got {self.strength}.")

    def start(self, model: Model, B: int) -> Sums:
        """Return empty sums."""
        del B
        O, H = model.readout.W_hy.shape  # noqa: E741
        return np.zeros((H + 1, H + 1)), np.zeros((H + 1, O))

    def operations(self, model, T, B):
        """Return about how many multiply-adds one batch takes: forward, the sums and the solve."""
        H = model.readout.W_hy.shape[1]
        return float(T * B * (model.size + (H + 1) ** 2) + (H + 1) ** 3)

    def learn(self, learner, batch, objective, carry):
        model = learner.model
        film = model.film(batch.xs)
        loss = objective.value(film.y, batch.targets, batch.mask)
        scored = batch.mask > 0
        h = model.cell.slot(film.trace.s[1:], "h")[scored].astype(np.float64)
        f = np.concatenate([h, np.ones((len(h), 1))], axis=1)
        wanted = objective.wanted(film.y, batch.targets)[scored]
        sums = (carry[0] + f.T @ f, carry[1] + f.T @ wanted)
        penalty = np.full(f.shape[1], self.strength)
        penalty[-1] = 0.0
        # Least squares on the sums, so that states that tell nothing apart have an answer too.
        solved = np.linalg.lstsq(sums[0] + np.diag(penalty), sums[1], rcond=None)[0].T
        dtype = model.readout.W_hy.dtype
        readout = Readout(solved[:, :-1].astype(dtype), solved[:, -1].astype(dtype))
        moved = Readout(readout.W_hy - model.readout.W_hy, readout.b_y - model.readout.b_y)
        learner = replace(learner, model=replace(model, readout=readout))
        return Lesson(learner, loss, moved.norm(), carry=sums)
