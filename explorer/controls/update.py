"""What becomes of a gradient: cut by a window, clipped, and checked against finite differences."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.cells import CELLS
from explorer.controls.hidden import hides
from explorer.controls.written import degrees, latex, short, size
from explorer.gradients import GradientTrace
from explorer.learning.clipping import angle, clipped, flat
from explorer.learning.gradient_check import GradientCheck
from explorer.numerals import numeral, percent
from explorer.recipe import Recipe
from explorer.shapes import Array
from explorer.trace import Trace


def update(recipe: Recipe, full: GradientTrace, cut: GradientTrace, threshold: float) -> None:
    """Show what window and clipping do to the update: its size and direction, array by array."""
    if hides("maths"):
        return
    limited, scale = clipped(cut.dcell, threshold)
    named = (full.dcell.named(), cut.dcell.named(), limited.named())
    together = tuple(flat(gradient) for gradient in (full.dcell, cut.dcell, limited))
    rows = [(f"${latex(name)}$", *(part[name] for part in named)) for name in named[0]]
    rows.append(("**all together**", *together))
    K = min(recipe.window, full.trace.T)
    st.markdown(
        f"| array | full | K\u00a0=\u00a0{K} | turned | clipped |\n"
        "|---|--:|--:|--:|--:|\n"
        + "\n".join(
            f"| {name} | {short(size(a))} | {short(size(b))} | {degrees(angle(a, b))} "
            f"| {short(size(c))} |"
            for name, a, b, c in rows
        )
    )
    st.caption(outcome(K, full.trace.T, together, scale, threshold))


def outcome(K: int, T: int, together: tuple[Array, ...], scale: float, threshold: float) -> str:
    """Return one sentence on what the window and the clipping have done."""
    if not np.isfinite(scale):
        return (
            "The gradient has left the range of float64: no threshold can bring it back, for what "
            "is no number has no direction."
        )
    full, cut, _ = together
    window = "The window holds all steps: nothing is cut off"
    if K < T:
        turned, left = angle(full, cut), size(cut) / size(full) if size(full) else np.nan
        window = (
            f"The window of {K} of {T} steps turns the update by {degrees(turned)} and leaves "
            f"{percent(left)} of its length"
        )
    if scale == 1.0:
        return f"{window}; the norm is below the threshold, so clipping changes nothing."
    return (
        f"{window}; clipping at θ = {numeral(threshold, 6)} multiplies all arrays by "
        f"{numeral(scale)}, which shortens the update and does not turn it."
    )


def checked(check: GradientCheck) -> None:
    """Show our gradient beside finite differences, weight by weight, and the verdict."""
    st.markdown(
        "| weight | ours | differences | off by |\n|---|--:|--:|--:|\n"
        + "\n".join(
            f"| ${latex(w.name)}[{', '.join(str(k + 1) for k in w.place)}]$ | {numeral(w.ours, 4)} "
            f"| {numeral(w.theirs, 4)} | {numeral(abs(w.ours - w.theirs), 1)} |"
            for w in check.weights
        )
    )
    st.markdown(f"**{check.sentence}**")


def what_left(trace: Trace, gradients: GradientTrace) -> str:
    """Return one sentence where the run or its gradient has left float64, else nothing."""
    kind, reached = CELLS[type(trace.cell).__name__].name, trace.finite()
    if reached <= trace.T:
        return (
            f"The {kind} run leaves the range of float64 at step {reached}: up to there it is "
            "drawn, from there on squares are hatched, and no gradient comes back."
        )
    good = np.isfinite(gradients.ds).all(axis=(1, 2))
    if not good.all():
        first = int(np.flatnonzero(~good).max())
        return (
            f"On the way back the gradient leaves the range of float64 at step {first}; up to "
            "there it is drawn."
        )
    return ""
