"""Which way a mode goes: it fades, it grows, or it does neither (it is marginal)."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array

MARGINAL = 1e-9  # of |λ - 1|: a smaller growth rate is rounding
FLAT = 1e-7  # |λ - 1| of a point where I - J is singular


def marginal(eigenvalues: Array, growth: Array | None = None, flat: Array | float = 0.0) -> Array:
    """Return which modes neither fade nor grow to first order: |λ| = 1 up to rounding.

    Parameters
    ----------
    eigenvalues
        Eigenvalues of a Jacobian, of any shape.
    growth
        log |λ| of each, where it is known with more digits than λ itself has; a memory that lasts
        10^20 steps is not marginal.
    flat
        Modes whose |λ - 1| is below this are marginal too: a fixed point is known less precisely
        where I - J is singular.

    Examples
    --------
    >>> marginal(np.array([1.0, -1.0, 0.6 + 0.8j, 1.001])).tolist()
    [True, True, True, False]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(np.abs(eigenvalues)) if growth is None else growth
        apart = np.abs(eigenvalues - 1)
        return (np.abs(growth) <= MARGINAL * apart) | (apart < flat)


def kind(eigenvalues: Array, growth: Array | None = None, even: Array | None = None) -> str:
    """Return what a fixed point is called.

    Parameters
    ----------
    eigenvalues, growth
        The eigenvalues (S,) of its Jacobian, and log |λ| of each.
    even
        Which of them are marginal; None asks :func:`marginal`.
    """
    with np.errstate(divide="ignore"):
        growth = np.log(np.abs(eigenvalues)) if growth is None else growth
    even = marginal(eigenvalues, growth) if even is None else even
    away, turns = (growth > 0) & ~even, np.abs(eigenvalues.imag) > 1e-12
    if even.any():
        if away.any():
            return "unstable, partly marginal"
        return "marginal, turning" if turns[even].any() else "marginal"
    if not away.any():
        return "stable spiral" if turns[np.abs(eigenvalues).argmax()] else "stable"
    if away.all():
        return "source, spiral" if turns.any() else "source"
    return "saddle, spiral" if turns[away].any() else "saddle"
