"""A network of one or two units of which the weight, the bias or the input moves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from explorer.activations import LOGISTIC, TANH, Activation
from explorer.cells import CELLS
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.curve import Family
from explorer.entries import Choice, Linked, Real, Text, entry
from explorer.recipes.phase_portrait import APART, N
from explorer.shapes import Array

NETWORKS = {"one": "one unit", "two": "two units"}
SQUASHED: dict[str, Activation] = {"tanh": TANH, "logistic": LOGISTIC}
ALONG = {"weight": "the weight", "bias": "the bias", "input": "the input"}
NAMES = {"weight": "w", "bias": "b", "input": "x"}


@dataclass(frozen=True)
class Moving(Linked):
    """One or two units of which one parameter moves, as plain hashable values."""

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
    def fitting(self) -> Self:
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
