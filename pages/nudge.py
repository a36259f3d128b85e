"""A gradient is a forecast: push one unit, and it says how every later state will differ."""

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.dynamics.nudge import nudge
from explorer.film import Bars, Reel
from explorer.recipe import Recipe

PAGE = "nudge"
DEFAULT = Recipe(
    cell="Elman", H=8, T=40, D=1, input="sine", recurrent="orthogonal", scale="radius", gain=1.1,
    cursor=10, push=0.1,
)  # fmt: skip

controls.heading("What does a gradient foresee?", __doc__)


@st.fragment
def futures() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.more(
            PAGE, recipe, (*controls.fitting(recipe), "recurrent", "scale", "seed")
        )
    recipe, live = controls.dragged(PAGE, recipe, slots=True)
    controls.keep(PAGE, recipe, DEFAULT, live)

    kind, sequence, trace = CELLS[recipe.cell], recipe.sequence(), recipe.trace()
    controls.said(sequence.remark)
    k, unit = min(recipe.cursor, trace.T), min(recipe.unit, recipe.H) - 1
    slot = recipe.slot if recipe.slot in kind.slots else kind.slots[0]
    pushed = nudge(trace, k, unit, recipe.push, slot=slot)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.time_axis(trace, sequence),
            panels=(
                *scenes.read(trace, sequence, recipe.input),
                *scenes.states(trace),
                *scenes.futures(trace, pushed, slot, unit),
            ),
            side=(Bars(slot),),
            sliders=(
                controls.push(recipe),
                controls.strength(recipe),
                *controls.keep_bias(recipe, kind),
                *controls.sizes(recipe),
            ),
            cursor=k,
            pick=(slot, unit),
            title=f"{kind.name}: one push, two futures",
            text=scenes.futures_summary(pushed, slot, unit, recipe.push),
            precise=not live,
        ),
    )
    controls.badge(recipe, live=live)
    st.markdown(scenes.futures_summary(pushed, slot, unit, recipe.push))
    controls.noted(scenes.reach_said(trace, pushed, slot, unit))


futures()

controls.notice(
    "- **Scrub to choose the step, click a square to choose the unit** that is pushed there.\n"
    "- **Make the push ten times smaller**: the difference shrinks tenfold, what the forecast "
    "misses a hundredfold. That is what *linear* means, and how one tells a right gradient from a "
    "wrong one.\n"
    "- **Make it large**: the forecast keeps growing along its straight line, the network "
    "saturates. From the step at which they part, the gradient says nothing any more.\n"
    "- **Raise the spectral radius**: small pushes grow before they fade, or never fade."
)
st.subheader("The mathematics", anchor=False)
st.latex(
    r"\begin{aligned} s_t(s_k + \varepsilon e_j) - s_t(s_k) ={}& \varepsilon\, J_t J_{t-1} \cdots "
    r"J_{k+1}\, e_j \\ &+ O(\varepsilon^2) \end{aligned}"
)
