"""The mathematics under a picture: one step of one unit by hand, beside its rule as code."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.arithmetic import Product, number, products, worked
from explorer.cells import CELLS, Cell
from explorer.controls.hidden import hides
from explorer.controls.text import plain
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.trace import Trace

MOST_TERMS = 8


def place(recipe: Recipe, trace: Trace) -> tuple[int, int]:
    """Return the step t (1 .. T) and the unit (from 0) that the cursor and the pin point at."""
    return min(max(recipe.cursor, 1), trace.T), min(recipe.unit, recipe.H) - 1


def step_by_hand(recipe: Recipe, trace: Trace) -> None:
    """Show the equations of the step under the cursor with the numbers of the pinned unit."""
    if hides("maths"):
        return
    kind = CELLS[recipe.cell]
    t, unit = place(recipe, trace)
    lines = worked(trace.cell, trace[t - 1], unit)
    st.subheader(f"Step {t} by hand, unit {unit + 1}", anchor=False)
    st.caption(
        "Scrub the film or click a square to choose another step or unit; the numbers follow when "
        "the film rests. "
        + (
            "At t = 0 the state is given and nothing is computed: here is the first step."
            * (not recipe.cursor)
        )
    )
    left, right = st.columns([3, 2], gap="large")
    rows = [
        rf"{line.equation.replace(' = ', ' &= ', 1)} \\ "
        rf"&= {line.numbers} = \mathbf{{{number(line.value)}}}"
        for line in lines
    ]
    left.latex(r"\small\begin{aligned}" + r" \\[4pt] ".join(rows) + r"\end{aligned}")
    with right:
        # Behind a click, because the colouring of code is larger than all of the film.
        with st.popover("The rule as code"):
            st.code(source(trace.cell), language="python")
            st.caption(
                "One step, generated from the equations of the cell. A whole film is computed by "
                "a faster form of the same equations; our tests compare it with this code, step by "
                "step."
            )
        st.caption(f"{kind.variant} Source: {kind.source}.")


def products_by_hand(recipe: Recipe, trace: Trace, features: tuple[str, ...] | None) -> None:
    """Show each matrix row times its vector, product by product, for the pinned unit."""
    if hides("maths"):
        return
    t, unit = place(recipe, trace)
    network = trace.cell
    sums = products(network, trace[t - 1], unit)
    named = [network.meaning[drive] for drive in network.drives]
    places = st.tabs(named) if len(sums) > 1 else [st]
    for tab, (from_x, from_h) in zip(places, sums, strict=True):
        left, right = tab.columns(2, gap="large")
        names = features or [f"x_{{{t}}}[{k + 1}]" for k in range(network.D)]
        left.markdown(table(from_x, names, "W_{xh}", "b_{xh}"))
        names = [f"{network.fed}_{{{t - 1}}}[{k + 1}]" for k in range(network.widths[network.fed])]
        right.markdown(table(from_h, names, "W_{hh}", "b_{hh}"))


def table(product: Product, names: Sequence[str], matrix: str, bias: str) -> str:
    """Return a row product as a table; of many products the largest, and the rest as one sum."""
    parts = product.weights * product.vector
    order = sorted(range(len(parts)), key=lambda k: -abs(parts[k]))
    shown, rest = sorted(order[:MOST_TERMS]), order[MOST_TERMS:]
    rows = [
        f"| {plain(names[k]) if names[k].isalpha() else f'${names[k]}$'} "
        f"| {cell(product.weights[k])} | {cell(product.vector[k])} | {cell(parts[k])} |"
        for k in shown
    ]
    if rest:
        rows.append(f"| {len(rest)} smaller ones | | | {cell(parts[rest].sum())} |")
    rows += [
        f"| ${bias}$ | | | {cell(product.bias)} |",
        f"| **sum** | | | **{cell(product.value)}** |",
    ]
    return f"| from | weight in ${matrix}$ | value | product |\n|---|--:|--:|--:|\n" + "\n".join(
        rows
    )


def cell(value: float) -> str:
    """Return a number for a cell of a table."""
    return numeral(value) if 0 < abs(value) < 0.01 else f"{value:.3f}".replace("-", "−")


def source(cell: Cell) -> str:
    """Return the source code of one step of a cell, from the products of its matrices on."""
    return cell.functions.source.split("\n\n\n")[0]


def shared_weights(trace: Trace, readout: Readout) -> None:
    """List the arrays that every step shares, in our letters, PyTorch's and the textbook's."""
    if hides("maths"):
        return
    rows = [
        ("W_{xh}", "U", "weight_ih_l0", trace.cell.W_xh),
        ("W_{hh}", "W", "weight_hh_l0", trace.cell.W_hh),
        ("W_{hy}", "V", "nn.Linear weight", readout.W_hy),
    ]
    st.markdown(
        f"**The three matrices**, the same at all {trace.T} steps:\n\n"
        "| here | textbook | PyTorch | shape |\n|---|---|---|---|\n"
        + "\n".join(
            f"| ${ours}$ | ${book}$ | `{torch}` | {array.shape[0]} × {array.shape[1]} |"
            for ours, book, torch, array in rows
        )
    )
