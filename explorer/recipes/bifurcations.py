"""Settings of the page about bifurcations: which network, which parameter moves, and the wall."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from explorer.activations import LOGISTIC, TANH, Activation
from explorer.cells import CELLS
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.continuation import Branch
from explorer.dynamics.curve import Family
from explorer.dynamics.diagram import diagram
from explorer.dynamics.loci import Locus, loci
from explorer.dynamics.sweep import Sweep, sweep
from explorer.dynamics.wall import Wall
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.recipes.phase_portrait import APART, N
from explorer.shapes import Array

NETWORKS = {"one": "one unit", "two": "two units"}
SQUASHED: dict[str, Activation] = {"tanh": TANH, "logistic": LOGISTIC}
ALONG = {"weight": "the weight", "bias": "the bias", "input": "the input"}
UNCLIPPED = 1000.0
NAMES = {"weight": "w", "bias": "b", "input": "x"}


@dataclass(frozen=True)
class Bifurcations(Linked):
    """Everything that decides the numbers on the page, as plain hashable values."""

    network: str = entry("one", Choice(tuple(NETWORKS)), "net", label="Network", shown=NETWORKS)
    act: str = entry("tanh", Choice(tuple(SQUASHED)), label="Activation φ")
    along: str = entry("weight", Choice(tuple(ALONG)), label="What moves", shown=ALONG)
    w: float = entry(1.5, Real(-12.0, 14.0))
    g: float = entry(1.5, Real(0.0, 4.0))
    b: float = entry(0.0, Real(-8.0, 8.0))
    x: float = entry(0.0, Real(-8.0, 8.0))
    matrix: str = entry(
        "1 0.3; -0.2 1.1",
        Text(
            80, rf"[ \[(]{{0,4}}{N}{APART}{N}{APART}{N}{APART}{N}[ \])]{{0,4}}",
            "four numbers, the matrix row by row, such as 1 0.3; -0.2 1.1", blank=False,
        ),
        "W", label="Matrix W, row by row", help="The network is h' = φ(g W h + b + x); bias and "
        "input act on unit 1.",
    )  # fmt: skip
    start: float = entry(0.15, Real(-1.0, 1.0), "s")
    lw: float = entry(5.5, Real(3.0, 8.0))
    lb: float = entry(-2.4, Real(-5.0, -1.0))
    rate: float = entry(0.5, Real(0.01, 100.0))
    clip: float = entry(0.1, Real(0.001, UNCLIPPED))
    seed: int = entry(0, Whole(0, 9999))
    cursor: int = entry(0, Whole(0, 400), "t")

    # ---- the network ---------------------------------------------------------------------------

    @property
    def units(self) -> int:
        """How many units the network has."""
        return 1 if self.network == "one" else 2

    @property
    def activation(self) -> Activation:
        """The function that squashes."""
        return SQUASHED[self.act]

    @property
    def strength(self) -> str:
        """The entry that scales the recurrent weights: the weight w, or the gain g."""
        return "w" if self.units == 1 else "g"

    @property
    def moving(self) -> str:
        """The entry that moves along the diagram."""
        return self.strength if self.along == "weight" else NAMES[self.along]

    def span(self, name: str) -> tuple[float, float]:
        """Return from where to where an entry moves in the pictures."""
        if name == "g":
            return 0.0, 3.0
        if name == "w":
            return (-3.0, 4.0) if self.act == "tanh" else (-12.0, 14.0)
        return (-3.0, 3.0) if self.act == "tanh" else (-8.0, 8.0)

    def within(self, name: str) -> float:
        """Return the value of an entry, moved into its span."""
        low, high = self.span(name)
        return min(max(getattr(self, name), low), high)

    @property
    def fitting(self) -> Bifurcations:
        """The settings with every moving entry inside its span."""
        return replace(self, **{name: self.within(name) for name in (self.strength, "b", "x")})

    @property
    def weights(self) -> Array:
        """The matrix that gain or weight multiply."""
        if self.units == 1:
            return np.ones((1, 1))
        return np.array([float(n) for n in re.findall(N, self.matrix)]).reshape(2, 2)

    def flow(self, strength: float, b: float, x: float) -> Autonomous:
        """Return the network with these three."""
        first = np.eye(self.units)[:, :1]
        cell = CELLS["Elman"](
            first, strength * self.weights, b * first[:, 0], np.zeros(self.units),
            activation=self.activation,
        )  # fmt: skip
        return Autonomous(cell, np.array([x]))

    @property
    def now(self) -> Autonomous:
        """The network as the controls set it."""
        return self.flow(getattr(self, self.strength), self.b, self.x)

    @property
    def family(self) -> Family:
        """The network for every value of the entry that moves."""
        fixed = {name: getattr(self, name) for name in (self.strength, "b", "x")}

        def at(p: float) -> Autonomous:
            values = fixed | {self.moving: p}
            return self.flow(values[self.strength], values["b"], values["x"])

        return at

    # ---- what is computed ----------------------------------------------------------------------

    @property
    def without_view(self) -> Bifurcations:
        """The settings without what the diagram does not depend on."""
        plain = Bifurcations()
        same = ("start", "lw", "lb", "rate", "clip", "cursor")
        kept = {name: getattr(plain, name) for name in same}
        return replace(self, **kept, **{self.moving: getattr(plain, self.moving)})

    def branches(self, fine: bool = True) -> list[Branch]:
        """Return the branches of fixed points along the entry that moves."""
        low, high = self.span(self.moving)
        step, longest = (0.02, 0.05) if fine else (0.05, 0.15)
        unit = (high - low) / 6
        # A hair beside a pitchfork a step of Newton's method is as good as endless, and refused.
        with np.errstate(over="ignore", invalid="ignore"):
            return diagram(
                self.family, low, high, at=(high, low, (low + high) / 2) if fine else (high, low),
                starts=60 if fine else 16, rng=np.random.default_rng([self.seed, 0]),
                step=step * unit, longest=longest * unit,
            )  # fmt: skip

    def swept(self, fine: bool = True) -> Sweep:
        """Return the run in which the entry goes slowly up and down again."""
        low, high = self.span(self.moving)
        values, steps = (101, 25) if fine else (41, 8)
        rng = np.random.default_rng([self.seed, 1])
        return sweep(self.family, low, high, values=values, steps=steps, rng=rng)

    @property
    def plane_of(self) -> Bifurcations:
        """The settings without what the plane of two parameters does not depend on."""
        plain = Bifurcations()
        kept = ("network", "act", "matrix", "seed")
        return replace(plain, **{name: getattr(self, name) for name in kept})

    def loci(self) -> list[Locus]:
        """Return the curves of bifurcations over the bias (first) and the strength (second)."""
        base = replace(self, x=0.0)
        (low_b, high_b), (low_s, high_s) = base.span("b"), base.span(self.strength)
        offset = 0.0 if self.act == "tanh" else -0.5
        cuts = [replace(base, along="bias", **{self.strength: 0.6 * high_s})]
        if self.units == 1:
            cuts.append(replace(base, along="bias", w=0.8 * low_s))
        else:
            cuts.append(replace(base, along="bias", g=0.9 * high_s))
            cuts.append(replace(base, along="weight", b=offset + 0.05))
        met = (
            (event, there.b, getattr(there, self.strength))
            for cut in cuts
            for branch in cut.branches(fine=False)
            for event in branch.events
            for there in (replace(cut, **{cut.moving: event.p}),)
        )
        return loci(
            lambda b, strength: base.flow(strength, b, 0.0), met, (low_b, low_s), (high_b, high_s)
        )

    def counted(self, n: int = 72) -> Array:
        """Return for a grid of biases (columns) and weights (rows) whether one unit has 2 memories.

        Counts the places at which φ(w h + b) crosses h; only the tint is made of it.
        """
        low, high = self.activation.range or (-1.0, 1.0)
        h = np.linspace(low, high, 240)[1:-1]
        b, w = np.linspace(*self.span("b"), n), np.linspace(*self.span("w"), n)
        with np.errstate(over="ignore"):
            above = self.activation.f(w[:, None, None] * h + b[:, None]) > h
        # At the ends of its range the function lies inside it.
        above[..., 0], above[..., -1] = True, False
        crossings = (above[..., 1:] != above[..., :-1]).sum(axis=-1)
        return np.where(crossings >= 3, 0, -1)

    @property
    def wall(self) -> Wall:
        """The loss of one unit over weight and bias."""
        return Wall()

    # ---- what a hand has moved -----------------------------------------------------------------

    def moved(self, chart: int, places: Array) -> Bifurcations:
        """Return the settings after a hand has moved the handle of one of the charts."""
        if not len(places):
            return self
        a, b = (float(v) for v in np.round(places[0], 3))
        if chart == 0:
            changed = replace(self, **{self.moving: a})
        elif chart == 1:
            changed = replace(self, start=min(max(a, -1.0), 1.0))
        else:
            changed = replace(self, b=a, **{self.strength: b})
        return changed.fitting

    def moved_on_wall(self, chart: int, places: Array) -> Bifurcations:
        """Return the settings after a hand has moved the start of the descent."""
        if chart or not len(places):
            return self
        w, b = (float(v) for v in np.round(places[0], 3))
        return replace(self, lw=min(max(w, 3.0), 8.0), lb=min(max(b, -5.0), -1.0))
