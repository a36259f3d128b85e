"""Backpropagation through time (Werbos 1990): the whole gradient of a batch."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.learning.rules.base import Lesson, Rule, flow_norms


@dataclass(frozen=True)
class BPTT(Rule):
    """Run the whole sequence, carry the loss back through all of it, then move the weights once."""

    name = "BPTT"
    about = "The exact gradient, carried back through all steps of the sequence."
    source = "Rumelhart, Hinton & Williams 1986; Werbos 1990"

    def learn(self, learner, batch, objective, carry):
        model = learner.model
        film = model.film(batch.xs)
        loss, dL_dy = objective.value_and_gradient(film.y, batch.targets, batch.mask)
        gradient, flow = model.backprop(film, dL_dy)
        learner, norm, scale = learner.descended(gradient)
        return Lesson(learner, loss, norm, scale, flow_norms(flow.ds))
