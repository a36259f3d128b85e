"""Settings of the page about teacher forcing: which network, how it was trained, how it is fed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from explorer.assets import asset
from explorer.cells import CELLS
from explorer.entries import Choice, Linked, Real, Whole, entry
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.wiring.fed import Fed
from explorer.wiring.forcing import ForcedGradient, ForcedRun, coins
from explorer.wiring.pen import PERIOD, line

NETWORKS = ("Jordan", "Elman", "LSTM", "GRU")
REGIMES = {
    "forced": "only fed by its teacher",
    "scheduled": "scheduled sampling",
    "free": "only fed by itself",
}
PUPILS = 4  # networks of each kind that were trained, each from a seed of its own
POINTS = 6  # of the dial, at which errors are compared
STARTS = 8  # places on the line from which an error is measured


@lru_cache(maxsize=len(NETWORKS) * len(REGIMES))
def pupils(cell: str, regime: str) -> tuple[Fed, ...]:
    """Return the trained networks of this kind, one for each seed, in float64."""
    kept = asset(f"pen-{cell}-{regime}")
    parts: dict[str, dict[str, dict[str, Array]]] = defaultdict(lambda: defaultdict(dict))
    for name, array in kept.arrays.items():
        seed, part, inner = name.split(".")
        parts[seed][part][inner] = array.astype(np.float64)
    return tuple(
        Fed(
            CELLS[cell](**both["cell"]),
            Readout(**both["readout"]) if "readout" in both else None,
        )
        for _, both in sorted(parts.items())
    )


def ranks(curves: dict[str, Array]) -> dict[str, tuple[int, int]]:
    """Return each regime's place (0: smallest median error) with the teacher and without."""
    taught, left = (
        sorted(curves, key=lambda regime: np.median(curves[regime][end])) for end in (-1, 0)
    )
    return {regime: (taught.index(regime), left.index(regime)) for regime in curves}


@dataclass(frozen=True)
class TeacherForcing(Linked):
    """Everything that decides the numbers on the page."""

    cell: str = entry(
        "Jordan", Choice(NETWORKS), label="Network",
        shown={name: CELLS[name].name for name in NETWORKS},
    )  # fmt: skip
    trained: str = entry("forced", Choice(tuple(REGIMES)), label="Trained", shown=REGIMES)
    pupil: int = entry(
        1, Whole(1, PUPILS), label="Pupil",
        help="Each was trained from a seed of its own; the band of the errors is over all of them.",
    )  # fmt: skip
    forcing: float = entry(0.0, Real(0.0, 1.0))
    warm: int = entry(8, Whole(1, 64))
    T: int = entry(96, Whole(4, 200), label="Steps T")
    seed: int = entry(0, Whole(0, 9999), label="Seed", help="Of the coins, and where the pen is.")
    cursor: int = entry(96, Whole(1, 200), "t")

    @property
    def lesson(self) -> int:
        """For how many steps the teacher feeds at first."""
        return min(self.warm, self.T)

    def starts(self) -> Array:
        """Return where on the line the pen is put down, (B,) in steps; the first is shown."""
        first = np.random.default_rng([self.seed, 1]).uniform(0, PERIOD)
        return first + np.arange(STARTS) * PERIOD / STARTS

    def coins(self, forcing: float | None = None) -> Array:
        """Return who feeds each step, (T, B)."""
        thrown = self.forcing if forcing is None else forcing
        return coins(np.random.default_rng([self.seed, 2]), self.T, STARTS, thrown, self.lesson)

    def run(self, pupil: int | None = None, forcing: float | None = None) -> ForcedRun:
        """Return the forward film of one pupil (from 1) from all starts."""
        network = pupils(self.cell, self.trained)[(self.pupil if pupil is None else pupil) - 1]
        return ForcedRun.of(network, line(self.T, self.starts()), self.coins(forcing))

    def runs(self) -> list[ForcedRun]:
        """Return the forward films of all pupils."""
        return [self.run(pupil) for pupil in range(1, PUPILS + 1)]

    def gradient(self, run: ForcedRun, **paths: bool) -> ForcedGradient:
        """Return the gradient of the last answer's squared error."""
        dL_dy = np.zeros_like(run.y)
        dL_dy[-1] = 2 * (run.y[-1] - run.truth[-1]) / run.y[-1].size
        return ForcedGradient.of(run, dL_dy, **paths)

    def of_the_dial(self) -> TeacherForcing:
        """Return the settings that the errors against the dial depend on, the others as given."""
        default = TeacherForcing()
        return replace(default, cell=self.cell, T=self.T, warm=self.warm, seed=self.seed)

    def against_the_dial(self) -> dict[str, Array]:
        """Return mean errors (points, pupils) from free to forced, for each way of training.

        Only answers after the lesson count; with nothing after it, all do.
        """
        first = self.lesson if self.lesson < self.T else 0
        return {
            regime: np.array(
                [
                    [run.error[first:].mean() for run in turned.runs()]
                    for p in np.linspace(0.0, 1.0, POINTS)
                    for turned in [replace(self, trained=regime, forcing=float(p))]
                ]
            )
            for regime in REGIMES
        }
