"""Dense associative memories: a steeper energy separates far more patterns, up to softmax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Retrieval:
    """One update of the whole state: x (N,), the weight that each memory got (P,), the energy."""

    x: Array
    weight: Array
    energy: float


def softmax(scores: Array) -> Array:
    """Return positive weights that sum to 1, larger for larger scores; no scores, no weights."""
    if not scores.size:
        return scores
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def modern_energy(patterns: Array, x: Array, beta: float) -> float:
    """Return -lse(beta, Ξ x) + ½ xᵀx + ln(P)/beta + ½ max |ξ|². Ramsauer et al. 2020."""
    if not len(patterns):
        return float(0.5 * x @ x)
    scores = beta * (patterns @ x)
    top = scores.max()
    lse = (top + np.log(np.exp(scores - top).sum())) / beta
    most = 0.5 * (patterns**2).sum(axis=1).max()
    return float(-lse + 0.5 * x @ x + np.log(len(patterns)) / beta + most)


def retrieve(patterns: Array, x: Array, beta: float, steps: int = 10) -> Iterator[Retrieval]:
    """Replace the state by the memories' mean, weighted by softmax(beta Ξ x), again and again.

    patterns (P, N), x (N,). This is the attention of a transformer with one query. Yields the
    beginning and one record after each update. Ramsauer et al. 2020.
    """
    for step in range(steps + 1):
        weight = softmax(beta * (patterns @ x))
        yield Retrieval(x, weight, modern_energy(patterns, x, beta))
        if step < steps:
            x = weight @ patterns if len(patterns) else x


def dense_energy(patterns: Array, x: Array, power: int) -> float:
    """Return -Σ F(ξ·x / N) N with F(z) = max(z, 0)^power. Krotov & Hopfield 2016."""
    N = patterns.shape[1]
    return float(-N * (np.maximum(patterns @ x / N, 0.0) ** power).sum())


@dataclass(frozen=True, eq=False)
class DenseSweep:
    """All units visited once: the state x (N,) and its energy."""

    x: Array
    energy: float


def dense(
    patterns: Array, x: Array, power: int, rng: np.random.Generator, sweeps: int = 10
) -> Iterator[DenseSweep]:
    """Visit units of two values one by one; each takes the value of the lower energy.

    With power 2 this is close to the network of 1982, with a higher power it holds of the order
    of N^(power - 1) patterns. A tie stays as it is. Krotov & Hopfield 2016.
    """
    x, N = x.copy(), patterns.shape[1]
    score = patterns @ x / N
    yield DenseSweep(x.copy(), dense_energy(patterns, x, power))
    for _ in range(sweeps):
        for unit in rng.permutation(N).tolist():
            other = score - 2.0 / N * patterns[:, unit] * x[unit]
            gain = (np.maximum(other, 0.0) ** power).sum() - (np.maximum(score, 0.0) ** power).sum()
            if gain > 1e-12:
                x[unit], score = -x[unit], other
        yield DenseSweep(x.copy(), dense_energy(patterns, x, power))
