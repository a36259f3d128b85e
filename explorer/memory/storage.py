"""Storing patterns in weights: three rules, each from patterns (P, N) to a symmetric matrix."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.shapes import Array


def hebb(patterns: Array) -> Array:
    """Return the mean of what every pattern asks of each pair of units, W = Σ ξ ξᵀ / N.

    Each pair that agrees in a pattern is drawn together, each that differs apart; the diagonal is
    zero. Hebb 1949; Hopfield 1982.
    """
    W = patterns.T @ patterns / patterns.shape[1]
    np.fill_diagonal(W, 0.0)
    return W


def projection(patterns: Array) -> Array:
    """Return the projection on the span of the patterns, its diagonal set to zero.

    Every pattern is a fixed point as long as they are linearly independent, which allows for up to
    N - 1 of them. Personnaz, Guyon & Dreyfus 1985; Kanter & Sompolinsky 1987.
    """
    if not len(patterns):
        return hebb(patterns)
    W = np.linalg.pinv(patterns) @ patterns
    W = (W + W.T) / 2
    np.fill_diagonal(W, 0.0)
    return W


def storkey(patterns: Array) -> Array:
    """Return the weights of Storkey's rule: each pattern in turn adds what is not yet known.

    Like Hebb's it is local and takes one pattern at a time; it subtracts what the units already
    hear from each other. Storkey 1997.
    """
    N = patterns.shape[1]
    W = np.zeros((N, N))
    for xi in patterns:
        # What unit i hears of the others without unit j: h[i, j] = Σ_{k ≠ i, j} w_ik ξ_k.
        heard = (W @ xi)[:, None] - W * xi
        W = W + (np.outer(xi, xi) - xi[:, None] * heard.T - heard * xi) / N
        np.fill_diagonal(W, 0.0)
    return W


RULES: dict[str, Callable[[Array], Array]] = {
    "hebb": hebb,
    "storkey": storkey,
    "projection": projection,
}
EQUATIONS = {
    "hebb": r"W_{ij} = \frac1N \sum_\mu \xi^\mu_i \xi^\mu_j, \quad W_{ii} = 0",
    "storkey": r"\Delta W_{ij} = \frac1N\left(\xi_i \xi_j - \xi_i h_{ji} - h_{ij} \xi_j\right), "
    r"\quad h_{ij} = \sum_{k \ne i, j} W_{ik} \xi_k",
    "projection": r"W = \Xi^{+} \Xi \ \text{(rows of } \Xi \text{ are the patterns)}, "
    r"\quad W_{ii} = 0",
}


def overlaps(patterns: Array, x: Array) -> Array:
    """Return the overlap of each pattern with states x (..., N): 1 is equal, -1 its negative."""
    return x @ patterns.T / patterns.shape[1]
