"""Truncated backpropagation through time (Williams & Peng 1990), BPTT(k2; k1) in their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.learning.rules.base import Lesson, Rule, flow_norms


@dataclass(frozen=True)
class TruncatedBPTT(Rule):
    """Every k1 steps the losses of these steps are carried back through k2 steps, and no further.

    The state goes on from window to window; the weights move after each window that is scored.
    """

    k1: int = 10
    k2: int = 10

    name = "Truncated BPTT"
    about = "Every k1 steps an update, whose gradient looks back k2 steps and knows nothing before."
    source = "Williams & Peng 1990"

    def __post_init__(self):
        if not 1 <= self.k1 <= self.k2:
            raise ValueError(
                f"TruncatedBPTT: wanted 1 <= k1 <= k2, so that every step is seen by a window; got "
                f"k1 = {self.k1}, k2 = {self.k2}."
            )

    def learn(self, learner, batch, objective, carry):
        T, B = batch.T, batch.B
        states = np.zeros((T + 1, B, learner.model.cell.S), learner.model.dtype)
        squares, losses, norms, scale = np.zeros(T + 1), [], [], 1.0
        for start in range(0, T, self.k1):
            end = min(start + self.k1, T)
            first = max(0, end - self.k2)
            window, new = batch.part(first, end), batch.mask[start:end]
            # The window is run again from its first state, so that its gradient is exact for the
            # weights of now; only its new steps are scored.
            film = learner.model.film(window.xs, states[first], first)
            states[first : end + 1] = film.trace.s
            if not new.any():
                continue
            mask = window.mask.copy()
            mask[: start - first] = 0
            loss, dL_dy = objective.value_and_gradient(film.y, window.targets, mask)
            gradient, flow = learner.model.backprop(film, dL_dy)
            learner, norm, factor = learner.descended(gradient)
            squares[first : end + 1] += flow_norms(flow.ds) ** 2
            losses.append((loss, float(new.sum())))
            norms.append(norm)
            scale = np.minimum(scale, factor)
        values, weights = np.array(losses).T
        return Lesson(
            learner, float(values @ weights / weights.sum()), float(np.max(norms)),
            float(scale), np.sqrt(squares),
        )  # fmt: skip
