"""Rules race along one stream: the same first weights, the same samples, each seen once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated

import numpy as np

from explorer.learning.ekf import Astray
from explorer.learning.model import Model
from explorer.learning.objectives import Objective
from explorer.learning.optimisers import SGD, Adam, Optimiser
from explorer.learning.rules.base import Learner
from explorer.learning.rules.ekf import EKF
from explorer.learning.rules.rtrl import RTRL, Sample
from explorer.learning.tasks.base import Batch
from explorer.shapes import Array, check_shapes

RATES: dict[type[Optimiser], tuple[float, ...]] = {
    SGD: (0.01, 0.03, 0.1, 0.3),
    Adam: (0.003, 0.01, 0.03, 0.1),
}
SPAN = 40  # samples over which an error is averaged
CLIP = 1.0  # largest norm of a rival's gradient, without which the larger rates explode


@dataclass(frozen=True, eq=False)
class Run:
    """One rule along the stream: ``loss`` (T,) before each sample was learnt, ``seconds`` (T,).

    Where nothing is scored, or after an explosion, the loss is nan.
    """

    rule: str
    setting: str
    loss: Annotated[Array, "T"]
    seconds: Annotated[Array, "T"]

    def __post_init__(self) -> None:
        check_shapes(self)

    @property
    def late(self) -> float:
        """Mean loss of the last quarter; inf for a run that exploded."""
        tail = self.loss[-max(1, len(self.loss) // 4) :]
        return float(tail.mean()) if np.isfinite(tail).all() else np.inf


@dataclass(frozen=True)
class Entrant:
    """A rule with its settings; the optimiser is None where the rule moves the weights itself."""

    rule: RTRL | EKF
    optimiser: Optimiser | None = None

    @property
    def name(self) -> str:
        """What its runs are called."""
        return self.rule.name if self.optimiser is None else self.optimiser.name

    def run(self, model: Model, batch: Batch, objective: Objective) -> Run:
        """Follow the stream to its end, or to where the run explodes."""
        loss, seconds = np.full(batch.T, np.nan), np.zeros(batch.T)
        start = perf_counter()
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            try:
                for sample in self.samples(model, batch, objective):
                    seconds[sample.t :] = perf_counter() - start
                    if batch.mask[sample.t].any() and not np.isfinite(sample.loss):
                        break
                    loss[sample.t] = sample.loss
            except Astray:
                pass  # the curve ends there
        setting = "" if self.optimiser is None else f"η = {self.optimiser.rate:g}"
        return Run(self.name, setting, loss, seconds)

    def learnt(self, model: Model, batch: Batch, objective: Objective) -> Model:
        """Return the model as it is after the last sample of the stream."""
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            for sample in self.samples(model, batch, objective):
                model = sample.learner.model
        return model

    def samples(self, model: Model, batch: Batch, objective: Objective) -> Iterator[Sample]:
        """Learn from every sample once."""
        if isinstance(self.rule, EKF):
            known = self.rule.start(model, batch.B)
            learner = Learner(model, SGD(), SGD().start(model))
            return self.rule.samples(learner, batch, objective, known)
        assert self.optimiser is not None
        learner = Learner(model, self.optimiser, self.optimiser.start(model), clip=CLIP)
        return self.rule.samples(learner, batch, objective)


def entrants(filter: EKF) -> tuple[Entrant, ...]:
    """Return SGD and Adam at each of their learning rates, on the gradient of RTRL; the filter."""
    rivals = [Entrant(RTRL(), kind(rate=rate)) for kind, rates in RATES.items() for rate in rates]
    return (*rivals, Entrant(filter))


def best(runs: list[Run]) -> dict[str, Run]:
    """Return for each rule the run that erred least in the end, chosen with hindsight."""
    rules = dict.fromkeys(run.rule for run in runs)
    return {rule: min((r for r in runs if r.rule == rule), key=lambda r: r.late) for rule in rules}


def smooth(loss: Array) -> Array:
    """Return the mean over the last samples that were scored, nan where there are none."""
    scored = np.isfinite(loss)
    end = len(loss) - int(np.argmax(scored[::-1])) if scored.any() else 0
    sums = np.cumsum(np.where(scored, loss, 0.0))
    counts = np.cumsum(scored)
    sums[SPAN:], counts[SPAN:] = sums[SPAN:] - sums[:-SPAN], counts[SPAN:] - counts[:-SPAN]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / counts
    means[end:] = np.nan  # an exploded run ends where it exploded
    return means


def advantage(runs: list[Run]) -> float:
    """Return how many times less the filter errs in the end than the best of its rivals.

    It is 0 where the filter exploded.
    """
    found = best(runs)
    ours = found.pop(EKF.name).late
    return min(run.late for run in found.values()) / ours if np.isfinite(ours) else 0.0


def advantage_by_second(runs: list[Run]) -> float:
    """Return the same after as many seconds as the quickest of the best runs took.

    Compared are the errors over the last samples that each had seen by then.
    """
    found = best(runs)
    end = min(float(run.seconds[-1]) for run in found.values())
    errors = {
        rule: float(np.interp(end, run.seconds, smooth(run.loss))) for rule, run in found.items()
    }
    ours = errors.pop(EKF.name)
    return min(errors.values()) / ours if np.isfinite(ours) else 0.0
