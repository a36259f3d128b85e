"""Errors of estimates: of means along one run, and of shares that were counted."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array

BATCHES = (20, 10)  # batches of a run; where neighbours depend on each other the longer ones say so
FEWEST = 4  # parts of a run below which nothing can be said about its error


def standard_error(sums: Array, steps: Array) -> Array:
    """Return the standard error of mean rates along a run, by batch means.

    Consecutive parts of the run are joined to batches that are long enough to be nearly
    independent. The scatter of their means gives the error of the whole mean (Flegal & Jones 2010);
    of two lengths of batches the larger error counts (Flyvbjerg & Petersen 1989).

    Parameters
    ----------
    sums
        Sums (n,) or (n, k) over each part of the run, such as logarithms of stretching.
    steps
        Steps (n,) in each part.

    Returns
    -------
    Array
        Errors () or (k,) of ``sums.sum(0) / steps.sum()``; nan where the run is too short to tell.

    Examples
    --------
    >>> noise = np.random.default_rng(0).standard_normal(10_000)
    >>> bool(0.007 < standard_error(noise, np.ones(10_000)) < 0.016)
    True
    """
    sums, steps = np.asarray(sums, np.float64), np.asarray(steps, np.float64)
    n, shape = len(steps), sums.shape[1:]
    if n < FEWEST:
        return np.full(shape, np.nan)[()]
    ends = np.cumsum(steps)
    found = []
    with np.errstate(invalid="ignore", over="ignore"):
        mean = sums.sum(axis=0) / ends[-1]
        for batches in sorted({min(count, n) for count in BATCHES}):
            cut = np.searchsorted(ends, np.linspace(0, ends[-1], batches + 1)[:-1], side="right")
            cut = np.unique(cut)
            m = len(cut)
            if m < FEWEST:
                continue
            length = np.add.reduceat(steps, cut)
            length = length.reshape(-1, *(1,) * len(shape))
            rates = np.add.reduceat(sums, cut, axis=0) / length
            share = length / ends[-1]
            found.append(np.sqrt((share**2 * (rates - mean) ** 2).sum(axis=0) * m / (m - 1)))
    if not found:
        return np.full(shape, np.nan)[()]
    return np.max(found, axis=0)[()]


def wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share by Wilson (1927): ``count`` of ``of`` trials came out so.

    The interval holds the true share in 95 of 100 experiments for the default ``z``.

    Raises
    ------
    ValueError
        When there is no trial, or the count is none of 0 .. ``of``.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if of < 1 or not 0 <= count <= of:
        raise ValueError(
            f"wilson: wanted 0 to {of} successes of at least 1 trial, got {count} of {of}."
        )
    share, weight = count / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * np.sqrt(share * (1 - share) / of + weight / (4 * of))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
