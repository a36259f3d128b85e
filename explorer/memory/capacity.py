"""How much a memory holds: retrieval against the load, and the theory of infinitely many units."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.memory.classic import settled
from explorer.memory.signs import random_patterns
from explorer.memory.storage import RULES
from explorer.shapes import Array

SURVIVES = 0.9  # overlap from which a memory counts as still there


def one_step_error(load: float) -> float:
    """Return the chance that a stored bit flips at once in a large Hebb network.

    What a unit hears beside its own bit is noise of variance ``load``, so the chance is
    ½ erfc(1 / sqrt(2 load)). Hopfield 1982; Hertz, Krogh & Palmer 1991.
    """
    return 0.5 * math.erfc(1.0 / math.sqrt(2.0 * load))


def flipped_bits(patterns: Array) -> float:
    """Return the share of stored bits that one synchronous step of the Hebb network flips.

    ``patterns`` is (P, N); the N x N matrix is never formed, so that N may be large.
    """
    P, N = patterns.shape
    heard = (patterns @ patterns.T) @ patterns / N - (P / N) * patterns
    return float(np.mean(heard * patterns < 0))


@dataclass(frozen=True, eq=False)
class MeanField:
    """The overlap that stays (n,) at each load (n,), of infinitely many Hebb units at rest."""

    load: Array
    overlap: Array


def mean_field(points: int = 400) -> MeanField:
    """Return the branch on which memories are kept, from load near 0 to the end at 0.138.

    With y = m / sqrt(2 load r) the equations of Amit, Gutfreund & Sompolinsky 1985 become
    m = erf(y) and sqrt(2 load) = erf(y)/y - 2/sqrt(pi) exp(-y²).
    """
    y = np.geomspace(0.7, 20.0, points)
    m = np.array([math.erf(v) for v in y])
    load = 0.5 * (m / y - 2.0 / math.sqrt(math.pi) * np.exp(-(y**2))) ** 2
    last = int(np.argmax(load))
    return MeanField(load[last:][::-1], m[last:][::-1])


@dataclass(frozen=True, eq=False)
class Capacity:
    """Mean final overlap of memories with where they end, (loads, seeds), for each rule."""

    load: Array
    overlap: dict[str, Array]


def retained(rule: str, N: int, P: int, seeds: int, seed: int, cues: int = 12) -> Array:
    """Return per seed the mean overlap of stored random patterns with where they settle.

    The first ``cues`` of P patterns are followed from themselves, all seeds at once.
    """
    sets = [random_patterns(np.random.default_rng([seed, k, P]), P, N) for k in range(seeds)]
    W = np.stack([RULES[rule](patterns) for patterns in sets])
    started = np.stack([patterns[:cues] for patterns in sets])
    ended = settled(W, started, np.random.default_rng([seed, seeds, P]), sweeps=30)
    return (started * ended).mean(axis=(1, 2))


def curve(
    N: int, loads: Array, seeds: int, seed: int, rules: tuple[str, ...] = tuple(RULES)
) -> Capacity:
    """Measure retrieval at each load P / N, each on networks of its own."""
    counts = [max(1, round(float(load) * N)) for load in loads]
    return Capacity(
        np.asarray(loads),
        {rule: np.stack([retained(rule, N, P, seeds, seed) for P in counts]) for rule in rules},
    )
