"""The settings of the page about learning rules: one network, one stream, and a race along it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.cells import CELLS
from explorer.entries import Choice, Linked, Real, Whole, entry
from explorer.gradients import GradientTrace
from explorer.initialisers import INITIALISERS
from explorer.learning.cost import Cost, Counts, costs
from explorer.learning.groupings import GROUPINGS
from explorer.learning.model import Model, ModelFilm
from explorer.learning.objectives import SquaredError
from explorer.learning.race import entrants
from explorer.learning.rtrl import SensitivityTrace
from explorer.learning.rules.ekf import EKF
from explorer.learning.sensitivity import Sensitivity
from explorer.learning.tasks.base import Batch
from explorer.learning.tasks.mackey_glass import MackeyGlass
from explorer.learning.tasks.multi_sine import MultiSine
from explorer.numerals import numeral
from explorer.shapes import Array

STREAMS = {
    "sines": "two sines",
    "mackey-glass": "Mackey-Glass (chaos)",
    "noise": "noise",
    "constant": "always 1",
}
LOOKS = {"every": "every next value", "last": "the last next value"}
NOISE = {text: numeral(float(text)) for text in ("1", "0.1", "0.01", "0.001", "0.0001")}
WANDER = {text: numeral(float(text)) for text in ("0", "1e-6", "1e-5", "1e-4", "1e-3")}
GROUPS = {"global": "global: all weights", "array": "by array", "unit": "by unit"}
LONGEST, SHORTEST = 200, 12
OBJECTIVE = SquaredError()
RATE = 4e9  # multiplications a second of a large product, cautiously
STEP = 4e-4  # seconds that a sample of a race takes at least
LONGEST_RACE = 10.0  # seconds, as estimated
SMALL = 1500  # weights whose whole covariance is built only to be measured


@dataclass(frozen=True)
class LearningRules(Linked):
    """Everything that decides the numbers on the page about learning rules."""

    cell: str = entry("Elman", Choice(tuple(CELLS)), label="Cell",
                      shown={key: kind.name for key, kind in CELLS.items()})  # fmt: skip
    H: int = entry(8, Whole(1, 64), label="Units H")
    T: int = entry(30, Whole(SHORTEST, LONGEST), label="Steps T")
    stream: str = entry("sines", Choice(tuple(STREAMS)), label="Stream", shown=STREAMS)
    loss: str = entry("every", Choice(tuple(LOOKS)), label="Predict", shown=LOOKS)
    activation: str = entry("tanh", Choice(tuple(ACTIVATIONS)), "act", label="Activation φ",
                            shown={"relu": "ReLU", "identity": "identity (linear)"})  # fmt: skip
    recurrent: str = entry("orthogonal", Choice(tuple(INITIALISERS)), "init",
                           label="Recurrent weights",
                           shown={"gaussian": "Gaussian", "identity": "identity"})  # fmt: skip
    gain: float = entry(0.9, Real(0.0, 2.0))
    window: int = entry(5, Whole(1, LONGEST))
    seed: int = entry(0, Whole(0, 9999), label="Seed",
                      help="It draws the network and the stream.")  # fmt: skip
    # Back at the start everything has been computed and is drawn in full.
    cursor: int = entry(2 * LONGEST + 2, Whole(0, 2 * LONGEST + 2), "t")
    samples: int = entry(300, Whole(100, 400), label="Samples")
    seeds: int = entry(3, Whole(1, 5), label="Seeds",
                       help="Each has its own network and stream.")  # fmt: skip
    groups: str = entry("unit", Choice(tuple(GROUPINGS)), label="The filter couples", shown=GROUPS)
    R: str = entry("0.001", Choice(tuple(NOISE)), label="R : P₀", shown=NOISE,
                   help="Variance of the noise in the targets, in units of the variance P₀ of each "
                   "weight at the start: only the ratios matter.")  # fmt: skip
    Q: str = entry("1e-5", Choice(tuple(WANDER)), label="Q : P₀", shown=WANDER,
                   help="How much a weight may wander in a step, in units of P₀.")  # fmt: skip

    # ---- what it makes -------------------------------------------------------------------------

    def model(self, seed: int | None = None) -> Model:
        """Return the network with its read-out, one input and one output."""
        kind = CELLS[self.cell]
        settings: dict[str, Any] = {"recurrent": self.recurrent, "gain": self.gain}
        if "activation" in kind.__dataclass_fields__:
            settings["activation"] = self.activation
        rng = np.random.default_rng([self.seed if seed is None else seed, 0])
        return Model.init(rng, kind, 1, self.H, 1, **settings)

    def stretch(self, T: int, seed: int | None = None) -> Batch:
        """Return T steps of the stream, each with the value that follows it."""
        rng = np.random.default_rng([self.seed if seed is None else seed, 1])
        if self.stream == "sines":
            return MultiSine(T=T).batch(rng, 1)
        if self.stream == "mackey-glass":
            return MackeyGlass(T=T, ahead=1).batch(rng, 1)
        values = np.ones(T + 1) if self.stream == "constant" else rng.standard_normal(T + 1)
        return Batch(values[:-1, None, None], values[1:, None, None], np.ones((T, 1)))

    def batch(self) -> Batch:
        """Return the stream of the film, and which of its predictions are judged."""
        whole = self.stretch(self.T)
        mask = whole.mask.copy()
        if self.loss == "last":
            mask[:-1] = 0.0
        return Batch(whole.xs, whole.targets, mask)

    def guess(self) -> float:
        """Return the mean squared error of guessing the present value again."""
        batch = self.stretch(self.samples)
        return float(np.mean((batch.targets - batch.xs) ** 2))

    def closed_form(self) -> Array | None:
        """Return w^K for K = 1 .. T where that is what a window misses, else None."""
        linear = self.cell == "Elman" and self.activation == "identity" and self.H == 1
        if not (linear and self.stream == "constant" and self.loss == "last"):
            return None
        w = abs(float(self.model().cell.W_hh[0, 0]))
        return w ** np.arange(1, self.T + 1) if w < 1 else None

    def filter(self) -> EKF:
        """Return the Kalman filter of the race."""
        return EKF(1.0, float(self.R), float(self.Q), self.groups)

    def costs(self, H: int | None = None, T: int | None = None) -> tuple[Cost, ...]:
        """Return what each rule asks for on this network and stream, or at another size."""
        found = counts(self.cell, self.H if H is None else H)
        return costs(found, self.T if T is None else T, self.window)

    def measured(self, lesson: Lesson) -> dict[str, int]:
        """Return how many bytes the arrays of the rules that can be run take, by rule."""
        trace = lesson.film.trace
        arrays = (trace.x, trace.s, *trace.gates.values())
        found = {"BPTT": sum(array.nbytes for array in arrays)}
        return found | (dict(weighed(self.cell, self.H)) if self.affordable() else {})

    def affordable(self) -> bool:
        """Tell whether RTRL can be run while somebody waits."""
        return next(cost for cost in self.costs() if cost.rule == "RTRL").interactive

    # ---- the race ------------------------------------------------------------------------------

    def raced(self) -> LearningRules:
        """Return the settings that a race depends on; the others as they are by default."""
        return LearningRules(**{name: getattr(self, name) for name in RACED})

    def race_seconds(self) -> float:
        """Return about how long the race of one seed takes."""
        n = counts(self.cell, self.H)
        couples = {"global": n.N**2, "unit": n.n2}.get(self.groups, n.P**2)
        rivals = len(entrants(self.filter()))
        return self.samples * (rivals * (STEP + n.S**2 * n.P / RATE) + 4 * couples / RATE)

    def affordable_seeds(self) -> int:
        """Return how many seeds can be raced within bounds; 0 if not even one can."""
        return min(self.seeds, int(LONGEST_RACE / self.race_seconds()))


RACED = (
    "cell", "H", "stream", "activation", "recurrent", "gain", "seed", "samples", "groups", "R", "Q",
)  # fmt: skip


@lru_cache(maxsize=256)
def counts(cell: str, H: int) -> Counts:
    """Count the arrays of a network of this size."""
    return Counts.of(Model.init(np.random.default_rng(0), CELLS[cell], 1, H, 1))


@lru_cache(maxsize=256)
def weighed(cell: str, H: int) -> tuple[tuple[str, int], ...]:
    """Return the bytes of what RTRL and the filters carry, as their arrays are built."""
    model = Model.init(np.random.default_rng(0), CELLS[cell], 1, H, 1)
    carried = Sensitivity(model.cell).nbytes
    known = {"EKF, by unit": "unit"} | ({"EKF, global": "global"} if model.size <= SMALL else {})
    filters = {name: EKF(groups=how).start(model, 1).nbytes for name, how in known.items()}
    return ("RTRL", carried), *((name, carried + size) for name, size in filters.items())


@dataclass(frozen=True, eq=False)
class Lesson:
    """One pass over the stream: the film, its loss, and what that injects at each state."""

    model: Model
    film: ModelFilm
    loss: float
    dL_ds: Array

    @classmethod
    def of(cls, recipe: LearningRules) -> Lesson:
        """Run the network along its stream."""
        model, batch = recipe.model(), recipe.batch()
        film = model.film(batch.xs)
        loss, dL_dy = OBJECTIVE.value_and_gradient(film.y, batch.targets, batch.mask)
        dL_ds = np.zeros_like(film.trace.s[1:])
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            model.cell.slot(dL_ds, "h")[...] = dL_dy @ model.readout.W_hy
        return cls(model, film, loss, dL_ds)

    @cached_property
    def gradients(self) -> GradientTrace:
        """The backward film."""
        return GradientTrace.of(self.film.trace, self.dL_ds)

    def apart(self, forward: SensitivityTrace | None) -> float:
        """Return how far the gradient of RTRL lies from that of BPTT, in units of its norm."""
        if forward is None:
            return np.nan
        goal = self.gradients.dcell.flat()
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return float(np.linalg.norm(forward.gradients[-1] - goal) / np.linalg.norm(goal))
