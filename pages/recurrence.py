"""A bag of words forgets the order of its words; a loop remembers it."""

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.arithmetic import number
from explorer.cells import CELLS
from explorer.film import Reel
from explorer.numerals import numeral
from explorer.orders import (
    ORDERS,
    Reading,
    distances,
    labels,
    parting,
    rounding,
    second,
    unfolded,
    used,
)
from explorer.recipe import Recipe
from explorer.shapes import Array

PAGE = "recurrence"
DEFAULT = Recipe(
    cell="Elman", H=6, T=10, D=2, input="words", text="I love to cook but I hate to clean",
    recurrent="orthogonal", scale="radius", gain=0.95, cursor=9,
)  # fmt: skip
FEW = 4  # units whose numbers stand beside the symbols

controls.heading("What does a loop add?", __doc__)


@st.fragment
def recurrence() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.order(PAGE, recipe)
        own = controls.fitting(recipe)
        recipe = controls.more(PAGE, recipe, (*own, "recurrent", "scale", "seed"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    sequence = recipe.sequence()
    moved, remark = second(recipe, sequence)
    first, other = Reading.of(recipe, sequence), Reading.of(recipe, moved)
    title, trace = ORDERS[recipe.order], first.trace
    controls.said(sequence.remark)
    controls.said(remark)
    step = parting(sequence, moved)
    if step is None:
        st.info(same(trace.T, recipe.order))
    controls.show(
        PAGE,
        Reel(
            axis=scenes.orders_axis(first, other, title),
            panels=(
                *scenes.reading(first, scenes.GIVEN),
                *scenes.reading(other, title, "'"),
                scenes.apart(first, other, recipe.cell),
            ),
            sliders=(
                *controls.keep_bias(recipe, CELLS[recipe.cell]),
                controls.strength(recipe),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, trace.T),
            pick=("h", min(recipe.unit, recipe.H) - 1),
            title="The same inputs in two orders",
            text=scenes.orders_summary(first, other),
            precise=not live,
        ),
    )
    controls.badge(recipe, gradient=False, live=live)
    st.markdown(verdict(first, other, step))
    with controls.at_rest(live) as rests:
        if rests:
            unfold(first, other, title)


def same(T: int, order: str) -> str:
    if T == 1:
        return "One input has only one order: give the networks at least two different ones."
    if order == "own":
        return "Both orders are the same: type the inputs in another order."
    return "Both orders read the same, so no network can tell them apart: give different inputs."


def verdict(first: Reading, other: Reading, step: int | None) -> str:
    bag, loop = distances(first.bag, other.bag), distances(first.trace.s, other.trace.s)
    name, T = first.trace.cell.name, first.trace.T
    read = used(first.trace) | used(other.trace)
    noise = loop[-1] <= rounding(first.trace, other.trace)
    places = " and its place" if read.all() and T > 1 and step and not noise else ""
    rows = (
        f"| network | its state depends on | the two orders at the end, t = {T} |\n|---|---|--:|\n"
        f"| bag of words | which inputs came, and how often | {numeral(bag[-1])} apart |\n"
        f"| {name} | {counted(read)}{places} | **{numeral(loop[-1])}** apart |\n"
    )
    if step is None:
        return rows
    names = labels(first.sequence)[step - 1], labels(other.sequence)[step - 1]
    both = " and ".join(f"“{controls.plain(name)}”" for name in names)
    apart = np.count_nonzero(bag)
    bags = f"differ after {apart} of the {T} steps" if apart else "agree after every step"
    return rows + (
        f"\nThey part at step {step}, which reads {both}. The bags {bags}; at the end both hold "
        f"the same inputs and agree. {ending(name, loop[-1], read, noise)}"
    )


def counted(read: Array) -> str:
    """Return in words which inputs the last state depends on."""
    T, count = len(read), np.count_nonzero(read)
    if count == T:
        return "every input"
    if not count:
        return "no input"
    if read[T - count :].all():
        return "the last input only" if count == 1 else f"the last {count} inputs only"
    return f"{count} of the {T} inputs"


def ending(name: str, apart: float, read: Array, noise: bool) -> str:
    """Return in words how the two last states of the recurrent network compare."""
    if not np.isfinite(apart):
        return f"The states of {name} left the range of float64: their distance is not known."
    if noise:
        exact = "are the same" if apart == 0 else "are the same up to rounding error"
        why = (
            "nothing of the order is left in them"
            if read.all()
            else f"they depend on {counted(read)}"
        )
        return f"The two last states of {name} {exact}: {why}."
    if read.all():
        return f"The last state of {name} still carries the order."
    return (
        f"The two last states of {name} differ: they depend on {counted(read)}, and these are not "
        "the same in both orders."
    )


def unfold(first: Reading, other: Reading, title: str) -> None:
    steps = min(3, first.trace.T)
    count = {1: "one step", 2: "two steps", 3: "three steps"}[steps]
    st.subheader(f"The loop unfolded, {count}", anchor=False)
    st.latex(r"s_t = f(s_{t-1}, x_t;\, \theta)")
    st.caption(
        "One function f with one set of weights θ, applied to its own result. Symbols above, the "
        f"same states in numbers below (the first {min(FEW, first.trace.cell.S)} entries of s)."
    )
    for column, read, name in zip(
        st.columns(2, gap="large"), (first, other), (scenes.GIVEN, title), strict=True
    ):
        names = labels(read.sequence)
        lines = [
            rf"{unfolded(names, t).replace(' = ', ' &= ', 1)} \\ "
            rf"&= {vector(read.trace.s[t, 0])}"
            for t in range(1, steps + 1)
        ]
        with column:
            st.markdown(f"**{name}**")
            st.latex(r"\small\begin{aligned}" + r" \\[4pt] ".join(lines) + r"\end{aligned}")
            bag = " + ".join(rf"x_{{\text{{{word}}}}}" for word in names[:steps])
            st.latex(rf"\small m_{steps} = \tanh\bigl(W({bag}) + b\bigr)")


def vector(s) -> str:
    shown = r",\, ".join(number(value) for value in s[:FEW])
    return f"({shown}" + (r",\, \dots)" if len(s) > FEW else ")")


recurrence()

controls.notice(
    "- **The bag ends where it must.** Its two films differ only while different words are in; "
    "after the last word both are the same to the last digit, in any order.\n"
    "- **The loop ends elsewhere.** The last state was made from the state before it, and so on "
    "down to the first word. With the weights that this page opens with: "
    "change the order and every state from there on is another.\n"
    "- **The same word, another answer.** A word that stands twice meets two different states of "
    "the recurrent network.\n"
    "- **Set the spectral radius of the Elman network to 0** and the loop is cut: the state then "
    "depends on the last word only, and two orders that end alike end in the same state."
)
st.subheader("The mathematics", anchor=False)
left, right = st.columns(2, gap="large")
left.latex(r"m_t = \tanh\bigl(W(x_1 + \dots + x_t) + b\bigr)")
left.caption("A sum does not change when its terms change places.")
right.latex(r"s_t = f(s_{t-1}, x_t) = f(f(s_{t-2}, x_{t-1}), x_t)")
right.caption("A function of a function does. Elman 1990; Goodfellow et al. 2016, section 10.1.")
