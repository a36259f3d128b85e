"""Numbers as a page writes them: vectors and matrices in LaTeX, norms and angles in tables."""

from __future__ import annotations

import numpy as np

from explorer.arithmetic import number
from explorer.numerals import numeral
from explorer.shapes import Array, scaled_norm


def column(v: Array) -> str:
    """Return a vector as a column."""
    return r"\begin{pmatrix}" + r" \\ ".join(number(x) for x in v) + r"\end{pmatrix}"


def matrix(rows: Array) -> str:
    """Return a small matrix; two decimals show its shape."""
    text = r" \\ ".join(" & ".join(entry(x) for x in line) for line in rows)
    return r"\begin{pmatrix}" + text + r"\end{pmatrix}"


def entry(x: float) -> str:
    """Return a number with two decimals, or as many as show it."""
    return f"{x + 0.0:.2f}" if x == 0 or 0.1 <= abs(x) < 1e3 else number(x, 2)


def signed(x: float) -> str:
    """Return a number that follows a sign, in brackets where it has its own."""
    return f"({number(x)})" if x < 0 else number(x)


def partial(slot: str, t: int, unit: int) -> str:
    """Return ∂L/∂(slot)_t[unit], counted from 1."""
    return rf"\frac{{\partial L}}{{\partial {slot}_{{{t}}}[{unit + 1}]}}"


def latex(name: str) -> str:
    """Return the name of an array with all that follows the underline lowered."""
    letter, _, rest = name.partition("_")
    return f"{letter}_{{{rest}}}" if rest else letter


def size(array: Array) -> float:
    """Return the norm of an array of any shape, without squaring anything out of range."""
    return float(scaled_norm(array.reshape(1, -1))[0])


def short(x: float) -> str:
    """Return a number for a table."""
    return numeral(x) if np.isfinite(x) else "left float64"


def degrees(x: float) -> str:
    """Return an angle for a table."""
    if x < 1e-6:
        return "0°"
    return "–" if np.isnan(x) else f"{x:.1f}°" if x >= 0.05 else f"{numeral(x, 1)}°"
