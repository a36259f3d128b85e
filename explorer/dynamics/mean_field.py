"""What theory says of a random network with very many units (Sompolinsky, Crisanti & Sommers 1988).

For the map x' = g J tanh(x) + noise, J with entries N(0, 1/N), N -> infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array

# The trapezoidal rule converges faster than any power for integrands that vanish at both ends.
NODES = np.linspace(-10.0, 10.0, 1001)
WEIGHTS = np.exp(-(NODES**2) / 2) / np.sqrt(2 * np.pi) * (NODES[1] - NODES[0])


@dataclass(frozen=True, eq=False)
class MeanField:
    """Variance q of a unit's drive and leading exponent in nats per step, each like the gains."""

    variance: Array
    exponent: Array


def mean_field(gain: Array | float, noise: Array | float = 0.0) -> MeanField:
    """Solve q = g² E tanh²(√q z) + σ² for each gain; the exponent is ½ log(g² E (1 - tanh²)²).

    ``noise`` is the standard deviation σ of an independent input to each unit at every step, which
    suppresses chaos (Molgedey, Schuchhardt & Schuster 1992). At q = 0 the exponent is log g.
    """
    g, sigma = np.broadcast_arrays(np.asarray(gain, float), np.asarray(noise, float))
    low, high = np.zeros(g.shape), g**2 + sigma**2
    # g² E tanh² - q starts with slope g² - 1 and is concave: bisection finds the largest root.
    low = np.where((g > 1) | (sigma > 0), 1e-14, low)
    for _ in range(80):
        q = (low + high) / 2
        above = g**2 * average(np.tanh(np.sqrt(q)[..., None] * NODES) ** 2) + sigma**2 > q
        low, high = np.where(above, q, low), np.where(above, high, q)
    q = np.where((g > 1) | (sigma > 0), (low + high) / 2, 0.0)
    slope = 1 - np.tanh(np.sqrt(q)[..., None] * NODES) ** 2
    with np.errstate(divide="ignore"):
        return MeanField(q, 0.5 * np.log(g**2 * average(slope**2)))


def average(values: Array) -> Array:
    """Return the mean over a standard normal variable, given values at the nodes (..., n)."""
    return values @ WEIGHTS
