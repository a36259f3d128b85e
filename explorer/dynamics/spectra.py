"""The spectra of the Jacobians along a run, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.records import mapped
from explorer.shapes import Array
from explorer.trace import Trace

LARGEST = 40_000_000  # entries of all Jacobians of a run together
WORK = 1.2e9  # cubed sizes of all that are decomposed, a second or two


@dataclass(frozen=True, eq=False)
class Spectra:
    """Moduli of the eigenvalues and singular values (T, S) of each step's Jacobian, falling."""

    moduli: Array
    singular: Array


def affordable(T: int, S: int) -> int:
    """Return how many of T steps have Jacobians (S, S) that can be held at once."""
    return min(T, max(1, LARGEST // max(S * S, 1)))


def decomposable(T: int, S: int) -> int:
    """Return how many of T steps have Jacobians (S, S) that are decomposed while somebody waits."""
    return min(affordable(T, S), max(1, int(WORK / max(S, 1) ** 3)))


def spectra(trace: Trace, batch: int = 0) -> Spectra:
    """Return the spectra of all steps; nan where a run has left the range of float64."""
    steps = mapped(trace.steps, lambda array: array[:, batch : batch + 1])
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        J = trace.cell.jacobian(steps)[:, 0]
    within = np.isfinite(J).all(axis=(1, 2))
    moduli = np.full(J.shape[:2], np.nan)
    singular = np.full(J.shape[:2], np.nan)
    if within.any():
        moduli[within] = -np.sort(-np.abs(np.linalg.eigvals(J[within])), axis=1)
        singular[within] = np.linalg.svd(J[within], compute_uv=False)
    return Spectra(moduli, singular)
