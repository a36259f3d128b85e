"""The mathematics under a picture: one step of one unit by hand, beside the code that ran."""

from __future__ import annotations

import inspect

import streamlit as st

from explorer.arithmetic import Product, number, products, worked
from explorer.cells import CELLS, Cell
from explorer.cells.records import Step
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.trace import Trace

MOST_TERMS = 8


def place(recipe: Recipe, trace: Trace) -> tuple[int, int]:
    """Return the step t (1 .. T) and the unit (from 0) that the cursor and the pin point at."""
    return min(max(recipe.cursor or 1, 1), trace.T), min(recipe.unit, recipe.H) - 1


def step_by_hand(recipe: Recipe, trace: Trace) -> None:
    """Show the equations of the step under the cursor with the numbers of the pinned unit."""
    kind = CELLS[recipe.cell]
    t, unit = place(recipe, trace)
    lines = worked(trace.cell, trace[t - 1], unit)
    st.subheader(f"Step {t} by hand, unit {unit + 1}", anchor=False)
    st.caption(
        "Scrub the film or click a square to choose another step or unit. All gates of one unit at "
        "one step: the equation, then the same with its numbers."
    )
    left, right = st.columns([3, 2], gap="large")
    rows = [
        rf"{line.equation.replace(' = ', ' &= ', 1)} \\ &= {line.numbers} = \mathbf{{{number(line.value)}}}"
        for line in lines
    ]
    left.latex(r"\begin{aligned}" + r" \\[4pt] ".join(rows) + r"\end{aligned}")
    with right:
        st.caption("The code that ran")
        st.code(source(kind), language="python")
        st.caption(f"{kind.variant} Source: {kind.source}.")


def products_by_hand(recipe: Recipe, trace: Trace) -> None:
    """Show each matrix row times its vector, term by term, for the pinned unit at the cursor."""
    t, unit = place(recipe, trace)
    step = trace[t - 1]
    rows = []
    for drive, (from_x, from_h) in zip(
        trace.cell.drives, products(trace.cell, step, unit), strict=True
    ):
        tag = "" if len(trace.cell.drives) == 1 else drive
        rows += [
            rf"W_{{x{tag or 'h'}}}\,x_{{{t}}} + b &= {terms(from_x)}",
            rf"W_{{h{tag or 'h'}}}\,{past(trace.cell, step, drive)} + b &= {terms(from_h)}",
        ]
    st.latex(r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}")


def past(cell: Cell, step: Step, drive: str) -> str:
    """Return how the equation writes what this drive's recurrent block multiplies."""
    del step
    equation = next((e for s, e in cell.equations.items() if s == drive), "")
    return r"(r \odot h)_{t-1}" if r"\odot h_{t-1})" in equation else r"h_{t-1}"


def terms(product: Product) -> str:
    """Return a row product written out; of many terms the largest, and how many more there are."""
    parts = product.weights * product.vector
    order = sorted(range(len(parts)), key=lambda k: -abs(parts[k]))[:MOST_TERMS]
    shown = [
        rf"{signed(product.weights[k])} \cdot {signed(product.vector[k])}" for k in sorted(order)
    ]
    more = len(parts) - len(order)
    if more:
        rest = float(parts.sum() - parts[order].sum())
        shown.append(rf"\underbrace{{{signed(rest)}}}_{{{more}\text{{ more}}}}")
    return rf"{' + '.join(shown)} + {signed(product.bias)} = \mathbf{{{number(product.value)}}}"


def signed(value: float) -> str:
    """Return a number that may stand behind a plus or a dot."""
    text = number(float(value), 2)
    return f"({text})" if text.startswith("-") else text


def source(kind: type[Cell]) -> str:
    """Return the source code of the cell's step."""
    return inspect.cleandoc("\n" + inspect.getsource(getattr(kind, "update", kind.step)))


def shared_weights(trace: Trace, readout: Readout) -> None:
    """List the arrays that every step shares, in our letters, PyTorch's and the textbook's."""
    T = trace.T
    rows = [
        ("W_{xh}", "U", "weight_ih_l0", trace.cell.W_xh),
        ("W_{hh}", "W", "weight_hh_l0", trace.cell.W_hh),
        ("W_{hy}", "V", "nn.Linear weight", readout.W_hy),
    ]
    st.markdown(
        "| here | textbook | PyTorch | shape | used |\n|---|---|---|---|---|\n"
        + "\n".join(
            f"| ${ours}$ | ${book}$ | `{torch}` | {array.shape[0]} × {array.shape[1]} "
            f"| at all {T} steps |"
            for ours, book, torch, array in rows
        )
    )
