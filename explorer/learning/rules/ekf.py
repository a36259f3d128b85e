"""Training as estimation: an extended Kalman filter over the weights (Williams 1992)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.learning.ekf import Astray, Covariance
from explorer.learning.groupings import GROUPINGS
from explorer.learning.model import Model
from explorer.learning.objectives import Objective
from explorer.learning.rtrl import Recent, Sensed, online, recent
from explorer.learning.rules.base import Learner, Lesson, Rule
from explorer.learning.rules.rtrl import Sample, mean_loss
from explorer.learning.tasks.base import Batch
from explorer.shapes import Array

WIDEST = 5000  # weights that one group may have: their covariance takes 200 MB
TRAINS = ("all", "readout")


@dataclass(frozen=True)
class EKF(Rule):
    """At every step the error corrects the weights by what the filter knows of them.

    P0 is the variance of each weight at the start, R that of the noise in the targets, Q that by
    which a weight wanders per step; only their ratios matter. ``groups`` says which weights know of
    each other: all (global), those of an array, or those into a unit (decoupled). ``window`` is how
    many steps back a weight's influence is followed, 0 all of them, by RTRL. With ``trains`` =
    readout this is recursive least squares. Several sequences are several observations a step
    (Feldkamp & Puskorius 1998).
    """

    P0: float = 1.0
    R: float = 1.0
    Q: float = 0.0
    groups: str = "global"
    window: int = 0
    trains: str = "all"

    name = "EKF"
    about = (
        "A Kalman filter of the weights: each error corrects them by what is known of them so far."
    )
    source = "Singhal & Wu 1989; Williams 1992; Puskorius & Feldkamp 1994"

    def __post_init__(self):
        if not (self.P0 > 0 and self.R > 0 and self.Q >= 0):
            raise ValueError(
                f"EKF: wanted P0 > 0, R > 0 and Q >= 0, got {self.P0}, {self.R}, {self.Q}."
            )
        for field, known in (("groups", tuple(GROUPINGS)), ("trains", TRAINS)):
            if getattr(self, field) not in known:
                raise ValueError(
                    f"EKF: wanted {field} among {', '.join(known)}, got {getattr(self, field)!r}."
                )
        if self.window < 0:
            raise ValueError(f"EKF: wanted a window of 0 (all) or more steps, got {self.window}.")

    def start(self, model: Model, B: int) -> Covariance:
        """Return the covariance before the first error.

        Raises
        ------
        ValueError
            When a group has more weights than can be held in memory.
        """
        del B
        if self.trains == "readout":
            groups = [np.arange(model.readout.size)]
        else:
            groups = GROUPINGS[self.groups](model)
        largest = max(len(group) for group in groups)
        if largest > WIDEST:
            raise ValueError(
                f"EKF: wanted at most {WIDEST} weights that know of each other, got {largest}; "
                "decouple them (by unit) or take fewer units."
            )
        return Covariance(groups, self.P0)

    def samples(
        self, learner: Learner, batch: Batch, objective: Objective, filter: Covariance
    ) -> Iterator[Sample]:
        """Learn from a batch, one record per step; the filter is changed in place."""
        cell = learner.model.cell
        run = recent(cell, batch.xs, self.window or 1) if self._back else online(cell, batch.xs)
        sent = None
        for t in range(batch.T):
            seen, loss, gradient = run.send(sent), np.nan, None
            scored = batch.mask[t] > 0
            if scored.any():
                now = batch.part(t, t + 1)
                now = Batch(now.xs[:, scored], now.targets[:, scored], now.mask[:, scored])
                model = learner.model
                h = model.cell.slot(seen.step.s, "h")[scored]
                y = model.readout(h)[None]
                loss = objective.value(y, now.targets, now.mask)
                error = (objective.wanted(y, now.targets) - objective.prediction(y)).ravel()
                slopes = self._slopes(model, seen, scored, h)
                # Predictions may bend what the read-out says, as a softmax does.
                H = np.matmul(bent(objective, y[0]), slopes).reshape(len(error), -1).T
                noise = self.R / np.repeat(now.mask[0], y.shape[-1])
                weights = model.flat()
                weights[-filter.N :] += filter.update(H, error, noise, self.Q)
                learner = replace(learner, model=model.filled(weights))
                gradient = -2 / len(error) * (H @ error)
            sent = learner.model.cell
            yield Sample(t, loss, learner, gradient)

    def operations(self, model, T, B):
        """Return about how many multiply-adds one batch takes, every step of it scored."""
        groups = [len(group) for group in GROUPINGS[self.groups](model)]
        if self.trains == "readout":
            groups = [model.readout.size]
        filtered = 2.0 * T * B * len(model.readout.b_y) * sum(size**2 for size in groups)
        follow = 0.0 if self._back else float(T) * B * model.cell.S * model.cell.H * model.cell.size
        return filtered + follow + 3.0 * T * B * model.size * max(self.window, 1)

    def learn(self, learner, batch, objective, carry):
        # The lesson before may be gone back to, so its covariance stays as it is.
        filter, losses, norms = carry.copy(), [], [0.0]
        try:
            for sample in self.samples(learner, batch, objective, filter):
                losses.append(sample.loss)
                learner = sample.learner
                if sample.gradient is not None:
                    norms.append(float(np.linalg.norm(sample.gradient)))
        except Astray:
            return Lesson(learner, np.nan, np.nan, carry=carry)
        return Lesson(learner, mean_loss(losses, batch), max(norms), carry=filter)

    @property
    def _back(self) -> bool:
        """Whether influences are followed back through a window, or none has to be followed."""
        return self.window > 0 or self.trains == "readout"

    def _slopes(self, model: Model, seen: Sensed | Recent, scored: Array, h: Array) -> Array:
        """Return the derivatives (B, O, N) of the outputs by the weights that are trained."""
        W_hy, (B, H) = model.readout.W_hy, h.shape
        O = len(W_hy)  # noqa: E741
        by_readout = np.zeros((B, O, O, H + 1), h.dtype)
        places = np.arange(O)
        by_readout[:, places, places, :H] = h[:, None]
        by_readout[:, places, places, H] = 1
        readout = [by_readout[..., :H].reshape(B, O, -1), by_readout[..., H]]
        if self.trains == "readout":
            return np.concatenate(readout, axis=-1)
        covectors = np.zeros((len(scored), O, model.cell.S), h.dtype)
        model.cell.slot(covectors, "h")[...] = W_hy
        return np.concatenate([seen.pulled(covectors)[scored], *readout], axis=-1)


def bent(objective: Objective, y: Array) -> Array:
    """Return the derivatives (B, O, O) of the predictions by the outputs ``y`` (B, O).

    By complex steps, which are exact to rounding (Squire & Trapp 1998).
    """
    step = 1e-30
    moved = y[:, None] + 1j * step * np.eye(y.shape[-1])
    return (objective.prediction(moved).imag / step).swapaxes(1, 2)
