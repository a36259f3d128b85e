"""Four associative memories of one set of pictures, from 1982 to 2020, that begin alike."""

from __future__ import annotations

import numpy as np

from explorer.memory import continuous
from explorer.memory.begun import Begun, Classic, Continuous, Dense, Modern
from explorer.memory.classic import Recall, energy
from explorer.memory.dense import dense, retrieve
from explorer.recipes.hopfield import Hopfield, Memories
from explorer.shapes import Array

SWEEPS = 8
NETWORKS = ("classic 1982", "dense 2016", "continuous 1984", "modern 2020")
FINE = 10  # Euler steps in one unit of time


def rivals(recipe: Hopfield, memories: Memories, recall: Recall, W: Array) -> dict[str, tuple]:
    """Return states (SWEEPS + 1, N) and energies of each network from the same beginning.

    One tick is a sweep over all units, one unit of time, or one update of the whole state.
    """
    x, xi = recall.x[0], memories.patterns
    classic = np.stack([recall.after(k) for k in range(SWEEPS + 1)])
    steps = list(continuous.slide(W, x, recipe.gain, FINE * SWEEPS, 1 / FINE))[::FINE]
    sweeps = list(dense(xi, x, recipe.power, recipe.order(), SWEEPS))
    updates = list(retrieve(xi, x, recipe.beta, SWEEPS))
    films = {NETWORKS[0]: (classic, energy(W, classic))}
    for name, records in zip(NETWORKS[1:], (sweeps, steps, updates), strict=True):
        films[name] = (
            np.stack([record.x for record in records]),
            np.array([record.energy for record in records]),
        )
    return films


def begun(recipe: Hopfield, memories: Memories, recall: Recall, W: Array) -> dict[str, Begun]:
    """Return the same networks as what they are made of, by their names."""
    x, xi, rng = recall.x[0], memories.patterns, recipe.order()
    order = np.stack([rng.permutation(x.size) for _ in range(SWEEPS)])
    networks = (
        Classic(xi, x, W, recall.order),
        Dense(xi, x, order, recipe.power),
        Continuous(xi, x, W, recipe.gain, FINE * SWEEPS, 1 / FINE),
        Modern(xi, x, recipe.beta, SWEEPS),
    )
    return dict(zip(NETWORKS, networks, strict=True))
