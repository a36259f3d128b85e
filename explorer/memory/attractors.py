"""Where a network of stored patterns can come to rest: memories, negatives, mixtures, and more."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from explorer.memory.classic import energy, is_fixed, settled
from explorer.memory.signs import random_patterns
from explorer.memory.storage import overlaps
from explorer.shapes import Array

KINDS = ("memory", "negative", "mixture", "other")
SAME = 0.99  # overlap from which two states count as one
FEW = 12  # memories of whose triples all are looked through


@dataclass(frozen=True, eq=False)
class Mixture:
    """The majority of three memories: which, whether it rests, overlaps (3,), and its energy."""

    of: tuple[int, int, int]
    x: Array
    fixed: bool
    overlap: Array
    energy: float


def mixtures(patterns: Array, W: Array, most: int = 4) -> tuple[Mixture, ...]:
    """Measure sign(ξ¹ + ξ² + ξ³) of the first triples of patterns (P, N) under weights W.

    Amit, Gutfreund & Sompolinsky 1985: under Hebb's rule odd mixtures are fixed points too.
    """
    found = []
    for triple in list(combinations(range(min(len(patterns), FEW)), 3))[:most]:
        x = np.sign(patterns[list(triple)].sum(axis=0))
        found.append(
            Mixture(
                triple,
                x,
                bool(is_fixed(W, x)),
                overlaps(patterns[list(triple)], x),
                float(energy(W, x)),
            )
        )
    return tuple(found)


def kind_of(patterns: Array, x: Array) -> Array:
    """Return for states x (B, N) which of KINDS each is, as an index (B,).

    Mixtures are those of three memories or negatives; of more than 12 memories, of the first 12.
    """
    kinds = np.full(len(x), KINDS.index("other"))
    few = patterns[:FEW]
    if len(few) >= 3:
        signs = np.array([(1, *rest) for rest in product((1, -1), repeat=2)])
        mixed = [np.sign(signs @ few[list(three)]) for three in combinations(range(len(few)), 3)]
        near = np.abs(x @ np.concatenate(mixed).T).max(axis=1) / x.shape[1]
        kinds[near > SAME] = KINDS.index("mixture")
    if len(patterns):
        near = overlaps(patterns, x)
        kinds[(near < -SAME).any(axis=1)] = KINDS.index("negative")
        kinds[(near > SAME).any(axis=1)] = KINDS.index("memory")
    return kinds


@dataclass(frozen=True, eq=False)
class Census:
    """Of random beginnings: the share that ends in each of KINDS, and the mean energy there."""

    share: dict[str, float]
    energy: dict[str, float]


def census(patterns: Array, W: Array, rng: np.random.Generator, starts: int = 200) -> Census:
    """Let the network settle from random states and count where it ends."""
    x = settled(W, random_patterns(rng, starts, W.shape[0]), rng)
    kinds, held = kind_of(patterns, x), energy(W, x)
    found = {name: kinds == k for k, name in enumerate(KINDS)}
    return Census(
        {name: float(there.mean()) for name, there in found.items()},
        {name: float(held[there].mean()) for name, there in found.items() if there.any()},
    )
