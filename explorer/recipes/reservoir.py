"""The settings of the page about reservoirs: one network, and four questions asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from explorer.activations import ACTIVATIONS
from explorer.entries import Choice, Linked, Real, Whole, entry
from explorer.numerals import numeral
from explorer.reservoir import (
    WIRINGS,
    Capacity,
    Meeting,
    Reservoir,
    capacity,
    meeting,
    wired,
)
from explorer.reservoir.cost import Lesson
from explorer.reservoir.forecast import (
    SCALINGS,
    WASHOUT,
    Forecast,
    Scaling,
    Taught,
    forecast,
    squeezed_series,
    taught,
)
from explorer.sequences import noise, silence, sine
from explorer.shapes import Array

VIEWS = {
    "echo": "Do two starts meet?",
    "memory": "How far back does it remember?",
    "forecast": "Can it continue a series?",
    "cost": "What does training cost?",
}
DRIVES = {"noise": "noise", "sine": "sine", "silence": "silence", "mackey-glass": "Mackey-Glass"}
RIDGES = {
    text: numeral(float(text))
    for text in ("0", "1e-14", "1e-12", "1e-10", "1e-8", "1e-6", "1e-4", "0.01", "1", "100")
}
RATES = ("0.0003", "0.001", "0.003", "0.01", "0.03")
HELD_OUT, LESSON_HELD_OUT = 2500, 500
FURTHER = 600  # steps beyond the film along which the exponent is measured


@lru_cache(maxsize=16)
def matrix(seed: int, N: int, wiring: str, density: float) -> tuple[Array, str]:
    """Return recurrent weights of spectral radius 1; kept, because finding it is slow work."""
    W, remark = wired(np.random.default_rng([seed, 0]), N, wiring, density)
    W.flags.writeable = False
    return W, remark


@dataclass(frozen=True)
class ReservoirRecipe(Linked):
    """Everything that decides the numbers on the page about reservoirs."""

    view: str = entry("echo", Choice(tuple(VIEWS)), label="Question", shown=VIEWS)
    N: int = entry(200, Whole(1, 400), label="Units N")
    radius: float = entry(0.9, Real(0.0, 5.0), label="Spectral radius ρ")
    leak: float = entry(0.8, Real(0.0, 1.0), label="Leak α")
    scale: float = entry(0.5, Real(0.0, 5.0), label="Input scale s")
    density: float = entry(0.05, Real(0.0, 1.0), label="Density p")
    feedback: float = entry(1.0, Real(0.0, 5.0), label="Feedback scale f")
    bias: float = entry(
        0.2, Real(0.0, 2.0), label="Bias", help="Each unit's bias is drawn from U(-1, 1) times it."
    )
    wiring: str = entry(
        "sparse", Choice(WIRINGS), label="Wiring",
        help="Sparse: each weight exists with the probability called density. Ring: each unit "
        "hands its state to the next, the input enters at one. Orthogonal: a rotation.",
    )  # fmt: skip
    act: str = entry(
        "tanh", Choice(("tanh", "identity")), label="Units are",
        shown={"tanh": "tanh", "identity": "linear"},
    )  # fmt: skip
    seed: int = entry(
        0, Whole(0, 9999), label="Seed", help="Draws the reservoir, the input and the series."
    )
    drive: str = entry("noise", Choice(tuple(DRIVES)), label="Input", shown=DRIVES)
    T: int = entry(120, Whole(10, 400), label="Steps T")
    delays: int = entry(60, Whole(5, 400), label="Delays up to")
    series: str = entry(
        "mackey-glass", Choice(tuple(SCALINGS)), label="Series",
        shown={"mackey-glass": "Mackey-Glass", "lorenz": "Lorenz"},
    )  # fmt: skip
    tau: int = entry(
        17, Whole(2, 30), label="Delay τ", help="Of the Mackey-Glass equation; chaos from 17 on."
    )
    train: int = entry(2000, Whole(50, 4000), label="Training steps")
    steps: int = entry(800, Whole(50, 1000), label="Steps alone")
    ridge: str = entry(
        "1e-10",
        Choice(tuple(RIDGES)),
        label="Ridge λ",
        shown=RIDGES,
        help="Penalty on the weights of the read-out.",
    )
    threshold: float = entry(0.4, Real(0.01, 2.0), label="Error threshold θ")
    seeds: int = entry(5, Whole(1, 10), label="Seeds")
    updates: int = entry(60, Whole(5, 300), label="Updates")
    rate: str = entry("0.003", Choice(RATES), label="Learning rate")
    cursor: int = entry(0, Whole(0, 1200), "t")
    unit: int = entry(1, Whole(1, 400))

    # ---- what it makes -------------------------------------------------------------------------

    def reservoir(self, inputs: int, fed: int = 0) -> Reservoir:
        """Return the network with this many inputs and outputs fed back."""
        W, _ = matrix(self.seed, self.N, self.wiring, self.density)
        return Reservoir.of(
            np.random.default_rng([self.seed, 1]),
            self.radius * W,
            inputs,
            fed,
            leak=self.leak,
            input_scale=self.scale,
            feedback=self.feedback,
            bias=self.bias,
            activation=ACTIVATIONS[self.act],
            into_one=self.wiring == "ring",
        )

    def remark(self) -> str:
        """Return a sentence on settings under which a reservoir is none, if there is one."""
        if self.leak == 0:
            return (
                "A leak of 0 lets nothing in: no state ever moves, so nothing is forgotten and "
                "nothing can be learned."
            )
        if self.wiring == "sparse":
            return matrix(self.seed, self.N, self.wiring, self.density)[1]
        return ""

    def inputs(self, T: int) -> Array:
        """Return the input (T, 1) under which two starts may meet."""
        rng = np.random.default_rng([self.seed, 2])
        if self.drive == "mackey-glass":
            return squeezed_series("mackey-glass", rng, T)
        if self.drive == "noise":
            return noise(rng, T, 1)
        return (sine if self.drive == "sine" else silence)(rng, T, 1)

    def meeting(self) -> Meeting:
        """Return two starts under the same input."""
        return meeting(
            self.reservoir(1),
            self.inputs(self.T + FURTHER),
            np.random.default_rng([self.seed, 3]),
            shown=self.T,
        )

    def capacity(self, quick: bool = False) -> Capacity:
        """Return how much of the past can be read; ``quick`` measures on fewer data."""
        return capacity(
            self.reservoir(1),
            np.random.default_rng([self.seed, 4]),
            self.delays,
            train=1000 + (2 if quick else 5) * self.N,
            test=1000 if quick else 3000,
            strength=float(self.ridge),
        )

    @property
    def scaling(self) -> Scaling:
        """How the series is squeezed for the network, and restored."""
        return SCALINGS[self.series]

    def truth(self, steps: int) -> Array:
        """Return the series (steps, O) as the network reads it."""
        return squeezed_series(self.series, np.random.default_rng([self.seed, 5]), steps, self.tau)

    def taught(self, held_out: int) -> Taught:
        """Return the reservoir taught with the true series, of which so much is held out."""
        series = self.truth(WASHOUT + self.train + held_out + 1)
        return taught(self.reservoir(0, series.shape[1]), series, self.train, float(self.ridge))

    def forecast(self, taught: Taught) -> Forecast:
        """Return how the taught network goes on alone."""
        return forecast(taught, self.steps)

    def lesson(self) -> Lesson:
        """Return the series from which several ways of training learn."""
        return Lesson(self.truth(WASHOUT + self.train + LESSON_HELD_OUT + 1), self.train)

    def without_view(self) -> ReservoirRecipe:
        """Return the recipe without what only says where one looks."""
        default = ReservoirRecipe()
        return replace(self, cursor=default.cursor, unit=default.unit, threshold=default.threshold)
