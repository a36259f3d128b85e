"""Derivatives that know nothing of ours, and the one way in which the tests compare arrays."""

from collections.abc import Callable

import numpy as np

from explorer import Cell, Trace

TINY = 1e-30  # of a complex step: no subtraction, so it can be as small as one likes


def assert_close(actual: np.ndarray, wanted: np.ndarray, tolerance: float, what: str = "") -> None:
    """Compare to a tolerance relative to the largest wanted entry, absolute if that is below 1."""
    assert actual.shape == np.shape(wanted), f"{what}: shape {actual.shape}, {np.shape(wanted)}"
    error = np.max(np.abs(actual - wanted), initial=0.0)
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
    assert error <= tolerance * scale, f"{what}: off by {error:.3g} at scale {scale:.3g}"


def complex_step(f: Callable[[np.ndarray], np.ndarray], at: np.ndarray) -> np.ndarray:
    """Return the gradient of a real number ``f(array)``, exact to rounding."""
    slope = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[index] += 1j * TINY
        slope[index] = np.imag(f(moved)) / TINY
    return slope


def loss(cell: Cell, xs: np.ndarray, s0: np.ndarray, dL: np.ndarray) -> np.ndarray:
    """Return Σ dL·s over s_1 .. s_T, for complex arrays too."""
    wide = cell.map(lambda array: array.astype(complex))
    return np.sum(dL * Trace.of(wide, xs, s0).s[1:])
