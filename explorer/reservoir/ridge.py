"""The read-out of a reservoir, trained by one linear solve (ridge regression, Hoerl & Kennard)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.shapes import Array

WORST = 1e13  # condition above which the last digits of a solve are noise


@dataclass(frozen=True, eq=False)
class Fit:
    """A trained read-out, how many directions of the states it could tell apart, and a sentence.

    ``condition`` is the ratio of the largest to the smallest singular value of the centred states.
    """

    readout: Readout
    rank: int
    condition: float
    remark: str = ""


def ridge(states: Array, targets: Array, strength: float = 0.0) -> Fit:
    """Return the read-out that minimises |y - target|² + strength |W_hy|², the bias left free.

    ``states`` (T, N), ``targets`` (T, O). The solve goes through the singular values of the centred
    states, so that a singular one has an answer too: the smallest of the weights that fit as well.
    Rows from the first that is not finite on are left out (Hoerl & Kennard 1970).

    Raises
    ------
    ValueError
        When the strength is negative or the rows do not match.
    """
    if strength < 0 or len(states) != len(targets):
        raise ValueError(
            f"ridge: wanted a strength >= 0 and as many targets as states, got {strength}, "
            f"{len(targets)} targets and {len(states)} states."
        )
    N, O = states.shape[1], targets.shape[1]  # noqa: E741
    within = np.isfinite(states).all(axis=1) & np.isfinite(targets).all(axis=1)
    rows = len(within) if within.all() else int(np.argmin(within))
    cut = "" if rows == len(within) else left_range(rows)
    if rows < 2:
        return Fit(Readout(np.zeros((O, N)), np.zeros(O)), 0, np.inf, cut)
    # In units of the largest state nothing overflows when it is squared.
    unit = float(np.abs(states[:rows]).max()) or 1.0
    A = states[:rows] / unit
    centre, mean = A.mean(axis=0), targets[:rows].mean(axis=0)
    with np.errstate(under="ignore"):
        U, sigma, V = np.linalg.svd(A - centre, full_matrices=False)
        told = sigma > max(A.shape) * np.finfo(float).eps * np.sqrt(rows)
        rank = int(told.sum())
        damped = np.zeros_like(sigma)
        damped[told] = sigma[told] / (sigma[told] ** 2 + strength / unit / unit)
        W = (V.T * damped) @ (U.T @ (targets[:rows] - mean))
    full = len(sigma) == N and sigma[-1] > 0
    condition = float(sigma[0] / sigma[-1]) if full else np.inf
    readout = Readout(W.T / unit, mean - centre @ W)
    remark = cut or ("" if strength else singular(rank, N, condition))
    return Fit(readout, rank, condition, remark)


def singular(rank: int, N: int, condition: float) -> str:
    """Return a sentence where states without a ridge leave the read-out undetermined."""
    if rank < N:
        return (
            f"The solve is singular: the {N} states tell only {rank} directions apart. Of all "
            "read-outs that fit equally well the one with the smallest weights is taken; a ridge "
            "above 0 makes it unique."
        )
    if condition > WORST:
        return (
            f"The solve is ill-conditioned ({numeral(condition, 1)}): some states are nearly "
            f"copies of "
            "others, and the weights of the read-out hang on the last digits. Raise the ridge."
        )
    return ""


def left_range(rows: int) -> str:
    """Return a sentence on states that left the range of float64."""
    return (
        f"The reservoir is unstable: its states leave the range of float64 after {rows} steps, and "
        "the read-out is trained on what comes before."
    )
