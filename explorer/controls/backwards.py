"""The mathematics of one step back: what is there, what goes on, and what each weight is owed."""

from __future__ import annotations

from itertools import islice

import numpy as np
import streamlit as st

from explorer.arithmetic import number
from explorer.cells import CELLS
from explorer.controls.widgets import choose, row
from explorer.gradients import GradientTrace, injected
from explorer.learning.clipping import angle, clipped, flat
from explorer.learning.gradient_check import GradientCheck
from explorer.learning.losses import Loss
from explorer.learning.shares import running_sums, share_of
from explorer.learning.truncation import carried
from explorer.recipe import Recipe
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace

FEW = 8  # entries of a state that can be written out


def loss_by_hand(trace: Trace, loss: Loss) -> None:
    """Show the loss in numbers, where the walk turns."""
    st.subheader("The loss by hand", anchor=False)
    st.latex(rf"{loss.latex} = \mathbf{{{number(loss.value(trace))}}}")
    if loss.weights(trace.T, trace.cell.H).max() < 1:
        st.caption("u = (1, …, 1)/√H, a unit vector: so the gradient starts with norm 1.")


def step_back_by_hand(recipe: Recipe, gradients: GradientTrace, dL_ds: Array, t: int) -> None:
    """Show in numbers what is there at s_t, what goes on to s_{t-1}, and the shares of step t."""
    trace = gradients.trace
    st.subheader(f"Step back {t} by hand" if t else "Back at the first state", anchor=False)
    there, onward = carried(trace, dL_ds, recipe.window)
    local = injected(trace, dL_ds)[t, 0]
    with np.errstate(over="ignore", invalid="ignore"):
        arriving = there[t, 0] - local
    left, right = st.columns(2, gap="large")
    left.caption("What the loss injects here, and what arrives from the future")
    left.latex(arrival(recipe, trace, t, local, arriving))
    if t:
        right.caption("What one Jacobian makes of it, and hands on to the state before")
        right.latex(handing_on(recipe, trace, t, onward[t, 0]))
        cut = there[t, 0] - onward[t, 0]
        if cut.any():
            right.markdown(
                f"The window ends here for the loss at step {t + recipe.window}: of the gradient "
                f"at $s_{{{t}}}$ a part of norm {np.linalg.norm(cut):.3g} goes no further."
            )


def arrival(recipe: Recipe, trace: Trace, t: int, local: Array, arriving: Array) -> str:
    """Return ∂L/∂s_t = local error + what arrives, in numbers: all entries, or one unit's."""
    head = rf"\frac{{\partial L}}{{\partial s_{{{t}}}}}"
    if trace.cell.S <= FEW:
        return (
            rf"\small {head} = \overset{{\text{{local error}}}}{{{column(local)}}} + "
            rf"\overset{{\text{{from the future}}}}{{{column(arriving)}}} = "
            rf"{column(local + arriving)}"
        )
    rows = [
        rf"{partial(slot, t, unit)} &= {number(local[k])} + {signed(arriving[k])} = "
        rf"\mathbf{{{number(local[k] + arriving[k])}}}"
        for slot, unit, k in of_unit(recipe, trace)
    ]
    return r"\small\begin{aligned}" + r" \\[4pt] ".join(rows) + r"\end{aligned}"


def handing_on(recipe: Recipe, trace: Trace, t: int, v: Array) -> str:
    """Return J_tᵀ v, in numbers: the whole matrix where it is small, else one unit's sum."""
    with np.errstate(over="ignore", invalid="ignore"):
        J = trace.cell.jacobian(trace.steps)[t - 1, 0]
        passed = J.T @ v
    head = rf"J_{{{t}}}^{{\top}} \frac{{\partial L}}{{\partial s_{{{t}}}}}"
    if trace.cell.S <= FEW:
        return rf"\small {head} = {matrix(J.T)} {column(v)} = {column(passed)}"
    rows = []
    for slot, unit, k in of_unit(recipe, trace):
        most = np.argsort(-np.abs(J[:, k] * v))[:3]
        terms = " + ".join(rf"{number(J[i, k])} \cdot {signed(v[i])}" for i in most)
        rows.append(
            rf"{partial(slot, t - 1, unit)} &\leftarrow {terms} + \dots = "
            rf"\mathbf{{{number(passed[k])}}}"
        )
    return r"\small\begin{aligned}" + r" \\[4pt] ".join(rows) + r"\end{aligned}"


def of_unit(recipe: Recipe, trace: Trace) -> list[tuple[str, int, int]]:
    """Return (slot, unit, entry of the state) of the pinned unit, in every slot that has it."""
    found, first = [], 0
    for slot, width in trace.cell.widths.items():
        unit = min(recipe.unit, width) - 1
        found.append((slot, unit, first + unit))
        first += width
    return found


def owed(gradients: GradientTrace, t: int | None) -> None:
    """Show each array's share of step t and the sum so far; before the way back there is none."""
    T, names, whole = gradients.trace.T, list(gradients.shares), gradients.dcell.named()
    since = T if t is None else max(t, 1)
    so_far = next(islice(running_sums(gradients), T - since, None)).named()
    head = "so far" if t is None else f"steps {since} to {T}"
    rows = [
        f"| ${latex(name)}$ | {short(gradients.shares[name][t - 1]) if t else '–'} "
        f"| {'–' if t is None else short(size(so_far[name]))} | {short(size(whole[name]))} |"
        for name in names
    ]
    step = f"step {t}" if t else "this step"
    st.markdown(f"| array | {step} | {head} | all steps |\n|---|--:|--:|--:|\n" + "\n".join(rows))
    st.caption("Norms of the shares of every shared array, added up on the way back.")


def one_weight(recipe: Recipe, gradients: GradientTrace, t: int | None) -> None:
    """Show the share of one weight: the error at what it feeds times what it weighs."""
    cell, T = gradients.cell, gradients.trace.T
    rows, columns = cell.named()[recipe.matrix].shape
    i, j = min(recipe.row, rows) - 1, min(recipe.column, columns) - 1
    share = share_of(gradients, recipe.matrix, i, j)
    weight = rf"{latex(recipe.matrix)}[{i + 1},{j + 1}]"
    whole = rf"\frac{{\partial L}}{{\partial {weight}}} = \mathbf{{{number(share.running[0])}}}"
    if not t:
        st.latex(rf"\small \sum_{{k=1}}^{{{T}}} \text{{share of step }} k = {whole}")
        return
    drive, unit = cell.drives[i // cell.H], i % cell.H + 1
    letter = "a" if len(cell.drives) == 1 else f"a^{{{drive}}}"
    into = rf"\frac{{\partial L}}{{\partial {letter}_{{{t}}}[{unit}]}}"
    source = rf"x_{{{t}}}[{j + 1}]" if recipe.matrix == "W_xh" else rf"h_{{{t - 1}}}[{j + 1}]"
    st.latex(
        r"\small\begin{aligned}"
        rf"\text{{share of step }} {t}: \quad {into}"
        rf" \cdot {source} &= {number(share.error[t - 1])} \cdot {signed(share.source[t - 1])} = "
        rf"\mathbf{{{number(share.value[t - 1])}}} \\[4pt]"
        rf"\text{{sum of the steps }} {t} \text{{ to }} {T}: \quad &= "
        rf"\mathbf{{{number(share.running[t - 1])}}} \\[4pt]"
        rf"\text{{sum of all steps}}: \quad &= {whole}"
        r"\end{aligned}"
    )


def chosen_weight(page: str, recipe: Recipe) -> Recipe:
    """Draw the widgets that choose the weight whose shares are written out."""
    with row():
        return choose(page, recipe, ("matrix", "row", "column"))


def update(recipe: Recipe, full: GradientTrace, cut: GradientTrace, threshold: float) -> None:
    """Show what window and clipping do to the update: its size and direction, array by array."""
    limited, scale = clipped(cut.dcell, threshold)
    named = (full.dcell.named(), cut.dcell.named(), limited.named())
    together = tuple(flat(gradient) for gradient in (full.dcell, cut.dcell, limited))
    rows = [(f"${latex(name)}$", *(part[name] for part in named)) for name in named[0]]
    rows.append(("**all together**", *together))
    K = min(recipe.window, full.trace.T)
    st.markdown(
        f"| array | full | K = {K} | turned | clipped |\n"
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
            f"{left:.0%} of its length"
        )
    if scale == 1.0:
        return f"{window}; the norm is below the threshold, so clipping changes nothing."
    return (
        f"{window}; clipping at θ = {threshold:g} multiplies all arrays by {scale:.3g}, which "
        "shortens the update and does not turn it."
    )


def checked(check: GradientCheck) -> None:
    """Show our gradient beside finite differences, weight by weight, and the verdict."""
    st.markdown(
        "| weight | ours | differences | off by |\n|---|--:|--:|--:|\n"
        + "\n".join(
            f"| ${latex(w.name)}[{', '.join(str(k + 1) for k in w.place)}]$ | {w.ours:.4g} "
            f"| {w.theirs:.4g} | {abs(w.ours - w.theirs):.0e} |"
            for w in check.weights
        )
    )
    st.markdown(f"**{check.sentence}**")


# ---- numbers in LaTeX and in tables -------------------------------------------------------------


def column(v: Array) -> str:
    """Return a vector as a column."""
    return r"\begin{pmatrix}" + r" \\ ".join(number(x) for x in v) + r"\end{pmatrix}"


def matrix(rows: Array) -> str:
    """Return a small matrix; two decimals show its shape."""
    text = r" \\ ".join(" & ".join(entry(x) for x in line) for line in rows)
    return r"\begin{pmatrix}" + text + r"\end{pmatrix}"


def entry(x: float) -> str:
    """Return a number with two decimals, however large it is."""
    return f"{x + 0.0:.2f}" if np.isfinite(x) and abs(x) < 1e3 else number(x, 2)


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
    return f"{x:.3g}" if np.isfinite(x) else "left float64"


def degrees(x: float) -> str:
    """Return an angle for a table."""
    if x < 1e-6:
        return "0°"
    return "–" if np.isnan(x) else f"{x:.1f}°" if x >= 0.05 else f"{x:.0e}°"


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
