"""Associative memories about to recall: what each is made of, and the state that it begins with."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Begun(Weights):
    """A memory of patterns (P, N), and the state (N,) in which its recall begins."""

    patterns: Array
    start: Array


@dataclass(frozen=True, eq=False)
class Classic(Begun):
    """Units of two values with weights W (N, N), visited as ``order`` (sweeps, N) says.

    Hopfield 1982.
    """

    W: Array
    order: Array


@dataclass(frozen=True, eq=False)
class Dense(Begun):
    """Units of two values under a steeper energy, visited as ``order`` (sweeps, N) says.

    Krotov & Hopfield 2016.
    """

    order: Array
    power: int


@dataclass(frozen=True, eq=False)
class Continuous(Begun):
    """Graded units with weights W (N, N), followed by Euler steps of ``dt`` (Hopfield 1984)."""

    W: Array
    gain: float
    steps: int
    dt: float


@dataclass(frozen=True, eq=False)
class Modern(Begun):
    """A whole state that is drawn to the patterns ``updates`` times (Ramsauer et al. 2020)."""

    beta: float
    updates: int
