"""A recurrent network is one step, repeated: watch it remember, and watch its gradient fade."""

import streamlit as st

from explorer import controls, scenes
from explorer.controls.contents import CONTENTS
from explorer.film import Graph, Play, Reel
from explorer.recipe import Recipe

PAGE = "home"
DEFAULT = Recipe(
    cell="Elman", H=8, T=24, D=1, input="sine", recurrent="orthogonal", scale="radius", gain=0.9
)

ABREAST = 4

controls.heading("Unrolled", __doc__)


@st.fragment
def moving_picture() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    trace = recipe.trace()
    norms = scenes.gradient_norms(recipe.gradients(trace))
    controls.show(
        PAGE,
        Reel(
            axis=scenes.time_axis(trace),
            panels=(scenes.inputs(trace), *scenes.states(trace), norms),
            graph=Graph(
                x="x",
                states=trace.cell.slots,
                gradient=norms.key,
                **scenes.loss_node(recipe, trace),
            ),
            sliders=(controls.strength(recipe, high=2.0),),
            play=Play(auto=True, rate=4),
            cursor=min(recipe.cursor, trace.T),
            text="A small tanh network unrolled in time: its inputs, its states and the size of "
            "the gradient of the last state at every earlier one.",
            precise=not live,
            terms=scenes.loss_terms(recipe),
        ),
    )
    controls.badge(recipe, live=live)
    st.caption(
        f"Real numbers of a real network: {trace.cell.name}, {recipe.H} units, {recipe.recurrent} "
        f"recurrent weights, {recipe.input} as input. Drag the slider and look at the last panel."
    )


moving_picture()


doors = [entry for section in CONTENTS.values() for entry in section if entry.name != PAGE]
for start in range(0, len(doors), ABREAST):
    for column, entry in zip(st.columns(ABREAST), doors[start : start + ABREAST], strict=False):
        with column.container(border=True, height="stretch"):
            st.page_link(entry.path, label=f"**{entry.title}**")
            st.markdown(entry.claim)
