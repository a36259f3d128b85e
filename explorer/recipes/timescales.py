"""Settings of the page about time scales: five ways of forgetting, each with its knob."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.cells import GRU, LSTM, Cell, Clockwork, Elman
from explorer.cells.clockwork import read_periods
from explorer.dynamics.half_life import Forgetting, forgetting, steps_to_half
from explorer.entries import Choice, Linked, Real, Whole, entry
from explorer.initialisers import INITIALISERS, rescaled
from explorer.recipe import PERIODS
from explorer.reservoir.units import LeakyUnits
from explorer.shapes import Array

SETTLE = 64  # steps before the push; a multiple of the usual periods, so that their clocks agree
PUSHES = 8
SIZE = 1e-4  # of a push: small, so that what is measured is the network's and not the push's
MOST_GROUPS = 6


@dataclass(frozen=True, eq=False)
class Mechanism:
    """One way of forgetting: the network, which entries are pushed, and what theory says.

    ``formula`` is the half-life in steps, ``latex`` how it is written.
    """

    key: str
    name: str
    cell: Cell
    pushed: Array  # (S,) bool
    formula: float
    latex: str


@dataclass(frozen=True)
class Timescales(Linked):
    """Everything that decides the numbers on the page."""

    leak: float = entry(0.1, Real(0.01, 1.0))
    bias: float = entry(3.0, Real(-4.0, 8.0))
    coupling: float = entry(0.05, Real(0.0, 1.0))
    radius: float = entry(0.9, Real(0.0, 1.2))
    periods: str = entry(
        "1, 4, 16", PERIODS, label="Clockwork periods",
        help=f"One group of units for each; the first {MOST_GROUPS} different ones are drawn.",
    )  # fmt: skip
    drive: float = entry(0.0, Real(0.0, 3.0))
    recurrent: str = entry(
        "orthogonal", Choice(("orthogonal", "gaussian", "uniform")), "init",
        label="Recurrent weights", shown={"gaussian": "Gaussian"},
        help="Orthogonal: all directions shrink alike. Gaussian and uniform: most shrink faster "
        "than the spectral radius says.",
    )  # fmt: skip
    H: int = entry(24, Whole(1, 64), label="Units H", help="Of each network; of each group.")
    T: int = entry(150, Whole(10, 400), label="Steps to follow")
    seed: int = entry(0, Whole(0, 9999), label="Seed")
    cursor: int = entry(0, Whole(0, 400), "t")

    def rng(self, which: int, draw: int) -> np.random.Generator:
        """Return the generator of one network's weights."""
        return np.random.default_rng([self.seed + draw, which])

    def block(self, rng: np.random.Generator, radius: float) -> Array:
        """Return a recurrent block of this spectral radius, (H, H)."""
        drawn = INITIALISERS[self.recurrent](rng, self.H)
        return rescaled(drawn, radius) if radius else np.zeros_like(drawn)

    def without_bias(self, cell: Cell) -> Cell:
        """Return the cell with all biases 0, so that it rests at 0 while nothing comes in."""
        return replace(cell, b_xh=np.zeros_like(cell.b_xh), b_hh=np.zeros_like(cell.b_hh))

    def leaky(self, rng: np.random.Generator, radius: float) -> LeakyUnits:
        """Return leaky units without biases, h = (1 - α) h + α tanh(...)."""
        drawn = GRU.init(rng, 1, self.H).W_xh[2 * self.H :]
        W_hh, b = self.block(rng, radius), np.zeros(self.H)
        return LeakyUnits(drawn, W_hh, b, b, leak=self.leak)

    def mechanisms(self, draw: int = 0) -> tuple[Mechanism, ...]:
        """Return all networks, drawn once more for each ``draw``."""
        every = np.ones(self.H, bool)
        leaky = self.leaky(self.rng(0, draw), 0.0)
        rng = self.rng(1, draw)
        lstm = self.without_bias(LSTM.init(rng, 1, self.H)).biased("f", self.bias)
        blocks = [self.block(rng, self.coupling) for _ in lstm.drives]
        lstm = replace(lstm, W_hh=np.concatenate(blocks))
        rng = self.rng(2, draw)
        elman = self.without_bias(Elman.init(rng, 1, self.H))
        elman = replace(elman, W_hh=self.block(rng, self.radius))
        reservoir = self.leaky(self.rng(3, draw), self.radius)
        own = np.linalg.eigvals(reservoir.W_hh)
        slowest = float(np.abs(1.0 - self.leak + self.leak * own).max())
        gate = 1.0 / (1.0 + np.exp(-self.bias))
        alone = [
            Mechanism(
                "leak", f"leak α = {self.leak:.3g}", leaky, every, steps_to_half(1.0 - self.leak),
                r"\ln\tfrac12 / \ln(1-\alpha)",
            ),
            Mechanism(
                "forget", f"forget gate f = {gate:.3g}", lstm, np.repeat([False, True], self.H),
                steps_to_half(gate), r"\ln\tfrac12 / \ln\sigma(b_f)",
            ),
            Mechanism(
                "radius", f"spectral radius ρ = {self.radius:.3g}", elman, every,
                steps_to_half(self.radius), r"\ln\tfrac12 / \ln\rho",
            ),
            Mechanism(
                "echo", f"echo state α = {self.leak:.3g}, ρ = {self.radius:.3g}", reservoir, every,
                steps_to_half(slowest),
                r"\ln\tfrac12 / \ln\max_i \lvert 1-\alpha+\alpha\lambda_i \rvert",
            ),
        ]  # fmt: skip
        return (*alone, *self.clocks(self.rng(4, draw)))

    def groups(self) -> tuple[int, ...]:
        """Return the different periods that are drawn, the fastest first."""
        return tuple(dict.fromkeys(read_periods(self.periods)))[:MOST_GROUPS]

    def clocks(self, rng: np.random.Generator) -> tuple[Mechanism, ...]:
        """Return one mechanism for each group of a Clockwork network, whose own blocks have ρ."""
        periods, H = self.groups(), self.H
        cell = Clockwork.init(rng, 1, H * len(periods), periods=periods)
        W_hh = cell.recurrence / np.sqrt(len(periods))
        for k in range(len(periods)):
            W_hh[k * H : (k + 1) * H, k * H : (k + 1) * H] = self.block(rng, self.radius)
        cell = replace(self.without_bias(cell), W_hh=W_hh)
        return tuple(
            Mechanism(
                f"clock{period}", f"clock of period {period}, ρ = {self.radius:.3g}", cell,
                cell.clocks == period, period * steps_to_half(self.radius),
                r"\tau\,\ln\tfrac12 / \ln\rho",
            )
            for period in periods
        )  # fmt: skip

    def inputs(self) -> Array:
        """Return the inputs (SETTLE + T, 1): noise of the wanted size."""
        noise = np.random.default_rng([self.seed, 9]).standard_normal((SETTLE + self.T, 1))
        return self.drive * noise

    def followed(self, mechanism: Mechanism, draw: int = 0) -> Forgetting:
        """Push a network in several random directions and follow what is left."""
        rng = np.random.default_rng([self.seed + draw, 7])
        pushes = rng.standard_normal((PUSHES, mechanism.cell.S)) * mechanism.pushed
        pushes *= SIZE / np.linalg.norm(pushes, axis=1, keepdims=True)
        return forgetting(mechanism.cell, self.inputs(), pushes, SETTLE)
