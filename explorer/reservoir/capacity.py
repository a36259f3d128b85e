"""Memory capacity: how much of the input of k steps ago the state still tells (Jaeger 2002)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.reservoir.echo import exponent
from explorer.reservoir.network import Reservoir
from explorer.reservoir.ridge import Fit, ridge
from explorer.shapes import Array

WASHOUT = 200


@dataclass(frozen=True, eq=False)
class Capacity:
    """Share (K+1,) of the variance of the input k steps ago that is recalled, and the fit."""

    recalled: Array
    fit: Fit
    states: Array  # (T, N), the held-out part
    inputs: Array  # (T,), the same
    exponent: float  # conditional, under this input

    @property
    def total(self) -> float:
        """Sum over all delays that were asked."""
        return float(np.nansum(self.recalled))


def capacity(
    reservoir: Reservoir,
    rng: np.random.Generator,
    delays: int,
    train: int,
    test: int,
    strength: float = 0.0,
) -> Capacity:
    """Measure the recall of white input at delays 0 .. ``delays``, on data held out of the fit.

    Squared correlation of read-out and delayed input; in the training data itself it would be
    too large by N/T at every delay.
    """
    T = WASHOUT + delays + train + test
    u = rng.uniform(-1, 1, T)
    trace = reservoir.driven(u[:, None])
    h = trace.slot("h")[1:, 0]
    start = WASHOUT + delays
    targets = np.stack([u[start - k : T - k] for k in range(delays + 1)], axis=1)
    states = h[start:]
    fit = ridge(states[:train], targets[:train], strength)
    heard = fit.readout(states[train:])
    with np.errstate(over="ignore", invalid="ignore"):
        recalled = squared_correlation(heard, targets[train:])
    return Capacity(recalled, fit, states[train:], u[start + train :], exponent(trace, rng))


def squared_correlation(one: Array, other: Array) -> Array:
    """Return the squared correlation of columns (T, K); 0 where one of them does not vary."""
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    sizes = np.linalg.norm(one, axis=0) * np.linalg.norm(other, axis=0)
    varies = sizes > 0
    product = np.einsum("tk,tk->k", one, other) / np.where(varies, sizes, 1.0)
    return np.where(varies, product**2, 0.0)


def linear_capacity(reservoir: Reservoir, delays: int, longest: int = 20_000) -> Array | None:
    """Return what an endless record would give a linear reservoir at delays 0 .. ``delays``.

    The state is h_t = Σ_k A^k b u_{t-k}; the capacity at delay k is the leverage of the k-th column
    of [b, A b, A² b, ...], and all of them sum to its rank (Jaeger 2002). None where the reservoir
    is not linear, or too slow to forget within ``longest`` steps.
    """
    cell = reservoir.cell
    if cell.activation.name != "identity":
        return None
    A = (1 - cell.leak) * np.eye(cell.H) + cell.leak * cell.W_hh
    columns = [cell.leak * cell.W_xh[:, 0]]
    largest = np.linalg.norm(columns[0])
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        while len(columns) <= delays or np.linalg.norm(columns[-1]) > 1e-17 * largest:
            columns.append(A @ columns[-1])
            if len(columns) > longest or not np.isfinite(columns[-1]).all():
                return None
        K = np.stack(columns, axis=1)
        _, sigma, V = np.linalg.svd(K, full_matrices=False)
    told = sigma > max(K.shape) * np.finfo(float).eps * sigma[0]
    return np.square(V[told]).sum(axis=0)[: delays + 1]
