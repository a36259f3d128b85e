"""The mathematics of one step back: what is there, what goes on, and what each weight is owed."""

from __future__ import annotations

from itertools import islice

import numpy as np
import streamlit as st

from explorer.arithmetic import number
from explorer.cells import Cell
from explorer.controls.hidden import hides
from explorer.controls.text import noted
from explorer.controls.widgets import choose, row
from explorer.controls.written import column, latex, matrix, partial, short, signed, size
from explorer.gradients import GradientTrace, injected
from explorer.learning.losses import Loss
from explorer.learning.shares import running_sums, share_of
from explorer.learning.truncation import carried
from explorer.numerals import numeral
from explorer.recipe import Recipe
from explorer.shapes import Array
from explorer.trace import Trace

FEW = 8  # entries of a state that can be written out


def loss_by_hand(trace: Trace, loss: Loss) -> None:
    """Show the loss in numbers, where the walk turns."""
    if hides("maths"):
        return
    st.subheader("The loss by hand", anchor=False)
    st.latex(rf"{loss.latex} = \mathbf{{{number(loss.value(trace))}}}")
    if loss.weights(trace.T, trace.cell.H).max() < 1:
        st.caption("u = (1, …, 1)/√H, a unit vector: so the gradient starts with norm 1.")


def step_back_by_hand(recipe: Recipe, gradients: GradientTrace, dL_ds: Array, t: int) -> None:
    """Show in numbers what is there at s_t, what goes on to s_{t-1}, and the shares of step t."""
    if hides("maths"):
        return
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
                f"at $s_{{{t}}}$ a part of norm {numeral(np.linalg.norm(cut))} goes no further."
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
        # On lines of their own: on one they are wider than a phone.
        rows = rf"&{head} \\[6pt] &= {matrix(J.T)} {column(v)} \\[4pt] &= {column(passed)}"
        return rf"\small\begin{{aligned}}{rows}\end{{aligned}}"
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
    if hides("maths"):
        return
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
    if hides("maths"):
        return
    cell, T = gradients.cell, gradients.trace.T
    rows, columns = cell.named()[recipe.matrix].shape
    i, j = min(recipe.row, rows) - 1, min(recipe.column, columns) - 1
    share = share_of(gradients, recipe.matrix, i, j)
    weight = rf"{latex(recipe.matrix)}[{i + 1},{j + 1}]"
    if share.masked:
        noted(forbidden(cell, recipe.matrix, i, j))
    whole = rf"\frac{{\partial L}}{{\partial {weight}}} = \mathbf{{{number(share.running[0])}}}"
    if not t:
        st.latex(rf"\small \sum_{{k=1}}^{{{T}}} \text{{share of step }} k = {whole}")
        return
    drive, unit = cell.drives[i // cell.H], i % cell.H + 1
    letter = "a" if len(cell.drives) == 1 else f"a^{{{drive}}}"
    into = rf"\frac{{\partial L}}{{\partial {letter}_{{{t}}}[{unit}]}}"
    source = rf"x_{{{t}}}[{j + 1}]" if recipe.matrix == "W_xh" else rf"h_{{{t - 1}}}[{j + 1}]"
    mask, held = (rf" \cdot M[{i + 1},{j + 1}]", r" \cdot 0") if share.masked else ("", "")
    st.latex(
        r"\small\begin{aligned}"
        rf"\text{{share of step }} {t}: \quad {into}"
        rf" \cdot {source}{mask} &= {number(share.error[t - 1])}"
        rf" \cdot {signed(share.source[t - 1])}{held} = "
        rf"\mathbf{{{number(share.value[t - 1])}}} \\[4pt]"
        rf"\text{{sum of the steps }} {t} \text{{ to }} {T}: \quad &= "
        rf"\mathbf{{{number(share.running[t - 1])}}} \\[4pt]"
        rf"\text{{sum of all steps}}: \quad &= {whole}"
        r"\end{aligned}"
    )


def forbidden(cell: Cell, name: str, i: int, j: int) -> str:
    """Return why the weight in row i and column j (from 0) of an array has no share."""
    reads, read = i % cell.H, j
    called = cell.called or tuple(str(k + 1) for k in range(cell.H))
    return (
        f"`{name}[{i + 1},{j + 1}]` has a share of 0 at every step, for it is held at 0: in this "
        f"{cell.name} network unit {called[reads]} does not read unit {called[read]}. "
        f"{cell.variant}"
    )


def chosen_weight(page: str, recipe: Recipe) -> Recipe:
    """Draw the widgets that choose the weight whose shares are written out."""
    with row():
        return choose(page, recipe, ("matrix", "row", "column"))
