"""The leading Lyapunov exponent of many networks at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.activations import TANH, Activation
from explorer.cells.base import Cell
from explorer.cells.records import mapped
from explorer.dynamics.lyapunov import followed
from explorer.dynamics.portions import WORK, whole
from explorer.dynamics.products import some
from explorer.estimates import standard_error
from explorer.shapes import Array
from explorer.trace import Trace

APART = 8  # steps between two renormalisations of a difference
BATCHES = 40  # parts of a run whose rates are kept apart, for the error


@dataclass(frozen=True, eq=False)
class Leading:
    """Leading exponents in nats per step, and their standard errors along the run."""

    exponents: Array
    errors: Array


def leading_exponents(
    networks: Sequence[Cell] | Array,
    gains: Array | Sequence[float] = (1.0,),
    *,
    T: int = 1000,
    warmup: int = 100,
    rng: np.random.Generator | None = None,
    noise: Array | Sequence[float] | float = 0.0,
    drive: Array | None = None,
    louder: Array | Sequence[float] | float = 1.0,
    activation: Activation = TANH,
    xs: Array | None = None,
    with_errors: bool = False,
) -> Array | Leading:
    """Return leading exponents, nats per step: (n,) for n cells, (m, n) for n matrices, m gains.

    Parameters
    ----------
    networks
        Cells of any kind, or stacked recurrent matrices W (n, N, N), each of which makes one
        network h' = φ(g W h + input) for every gain.
    noise
        Standard deviation of an independent input to each unit at every step, one for each gain.
    drive
        An input (warmup + T, N) that all these networks share, added to the drive of each unit.
    louder
        What multiplies that input, one for each gain.
    xs
        Input (warmup + T, B, D) of the cells, of which the first sequence is followed, or
        (warmup + T, D); None means zero.
    with_errors
        Return a :class:`Leading`, whose ``errors`` are standard errors by batch means along each
        run, beside its ``exponents``.

    Raises
    ------
    ValueError
        When shapes do not fit or weights are not finite.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    if isinstance(networks, np.ndarray):
        found = whole(swept(networks, gains, T, warmup, rng, noise, drive, louder, activation))
    else:
        each = [
            measured_exponent(*followed(cell, xs, None, T, warmup, rng)[:2], rng)
            for cell in networks
        ]
        found = Leading(np.array([one for one, _ in each]), np.array([error for _, error in each]))
    return found if with_errors else found.exponents


def leading_exponent(trace: Trace, first: int, rng: np.random.Generator, batch: int = 0) -> float:
    """Return the leading exponent of the steps from ``first`` on: how fast a gradient grows back.

    The product of Jacobians and its transpose stretch alike, so a random covector carried back
    through the run grows at the rate at which differences grow forwards.
    """
    return measured_exponent(trace, first, rng, batch)[0]


def measured_exponent(
    trace: Trace, first: int, rng: np.random.Generator, batch: int = 0
) -> tuple[float, float]:
    """Return the same and its standard error along the run."""
    *_, (_, found, error) = exponents_so_far(trace, first, rng, batch)
    return found, error


def exponents_so_far(
    trace: Trace, first: int, rng: np.random.Generator, batch: int = 0
) -> Iterator[tuple[float, float, float]]:
    """Yield the share of the steps that the gradient has passed, the exponent and its error."""
    cell, logs, counts = trace.cell, list[float](), list[int]()
    ds = rng.standard_normal((1, cell.S))
    ds /= np.linalg.norm(ds)
    settle = trace.T - max(1, min(50, (trace.T - first) // 10)) if trace.T - first > 1 else trace.T
    hi = trace.T
    while hi > first:
        lo = max(first, hi - 25)
        part = mapped(some(trace.steps, lo, hi), lambda a: a[:, batch : batch + 1])
        film = np.zeros((hi - lo + 1, 1, cell.S))
        film[-1] = ds
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            cell.backward(part, film)
        size = float(np.linalg.norm(film[0]))
        if not (0 < size < np.inf):
            yield (1.0, -np.inf, 0.0) if size == 0 else (1.0, np.nan, np.nan)
            return
        if hi <= settle:
            logs.append(float(np.log(size)))
            counts.append(hi - lo)
        ds, hi = film[0] / size, lo
        said = sum(logs) / sum(counts) if counts else float(np.log(size) / (trace.T - lo))
        error = float(standard_error(np.array(logs), np.array(counts)))
        yield (trace.T - lo) / (trace.T - first), said, error


def swept(
    W: Array,
    gains: Array | Sequence[float],
    T: int,
    warmup: int,
    rng: np.random.Generator,
    noise: Array | Sequence[float] | float = 0.0,
    drive: Array | None = None,
    louder: Array | Sequence[float] | float = 1.0,
    activation: Activation = TANH,
) -> Generator[float, None, Leading]:
    """Return exponents (m, n) and their errors; yield after each portion the share done.

    States and differences of all gains share one product per matrix.
    """
    W = np.asarray(W, np.float64)
    W = W[None] if W.ndim == 2 else W
    gains = np.atleast_1d(np.asarray(gains, np.float64))
    n, N, m = len(W), W.shape[-1], len(gains)
    if W.ndim != 3 or W.shape[1] != N or gains.ndim != 1:
        raise ValueError(
            f"leading_exponents: wanted W (n, N, N) and gains (m,), got {W.shape}, {gains.shape}."
        )
    if not (np.isfinite(W).all() and np.isfinite(gains).all()):
        raise ValueError(
            "leading_exponents: wanted finite weights and gains, got some that are not."
        )
    sigma = np.broadcast_to(np.asarray(noise, np.float64), (m,))[:, None]
    noisy = bool((sigma > 0).any())
    scale = np.broadcast_to(np.asarray(louder, np.float64), (m,))[:, None]
    parts = min(BATCHES, max(1, T // APART))
    sums, steps, renewed = np.zeros((parts, n, m)), np.zeros(parts), warmup
    # One row for the state of each gain, times the gain, and one for its difference: all meet
    # the matrix of their network in one product, and each half is one piece of memory.
    both, after = np.empty((n, 2 * m, N)), np.empty((2 * m, N))
    across = np.ascontiguousarray(W.swapaxes(1, 2))
    moved, turned = after[:m], after[m:]
    each = np.repeat(gains[:, None], N, axis=1)
    both[:, :m] = each * np.swapaxes(rng.uniform(-0.5, 0.5, (n, N, m)), 1, 2)
    v = np.swapaxes(rng.standard_normal((n, N, m)), 1, 2)
    both[:, m:] = v / np.linalg.norm(v, axis=2, keepdims=True)
    many = max(APART, WORK // (2 * n * m * N * N))
    for lo in range(0, warmup + T, many):
        hi = min(lo + many, warmup + T)
        # What is ignored within a portion is not while others compute.
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            for t in range(lo, hi):
                part = (t - warmup) * parts // T
                noises = rng.standard_normal((n, N, m)) if noisy else None
                measured = t % APART == APART - 1 or t in (warmup - 1, warmup + T - 1)
                # Matrix by matrix, because what one needs fits into the cache.
                for k, (one, W_T) in enumerate(zip(both, across, strict=True)):
                    np.dot(one, W_T, out=after)
                    if noises is not None:
                        moved += sigma * noises[k].T
                    if drive is not None:
                        moved += scale * drive[t]
                    h = activation.f(moved)
                    np.multiply(h, each, one[:m])
                    difference = np.multiply(turned, activation.slope(h), one[m:])
                    if measured:
                        size = np.sqrt(np.einsum("mi,mi->m", difference, difference))
                        if t >= warmup:
                            sums[part, k] += np.log(size)
                        difference /= np.where(size > 0, size, 1.0)[:, None]
                if measured and t >= warmup:
                    steps[part] += t + 1 - renewed
                    renewed = t + 1
        if hi < warmup + T:
            yield hi / (warmup + T)
    # The gain stretches a difference at every step by the same factor, so it is added here.
    with np.errstate(divide="ignore"):
        rates = sums.sum(axis=0).T / T + np.log(np.abs(gains[:, None]))
    counted = steps > 0
    errors = standard_error(sums[counted].reshape(counted.sum(), -1), steps[counted])
    return Leading(rates, np.where(np.isneginf(rates), 0.0, errors.reshape(n, m).T))
