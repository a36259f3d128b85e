"""A recurrent network is one step, repeated: watch it remember, and watch its gradient fade."""

import streamlit as st

from explorer import controls, scenes
from explorer.film import Graph, Play, Reel
from explorer.recipe import Recipe

PAGE = "home"
DEFAULT = Recipe(
    cell="Elman", H=8, T=24, D=1, input="sine", recurrent="orthogonal", scale="radius", gain=0.9
)

DOORS = (
    ("recurrence", "What does a loop add?", "The same words in two orders, with and without it."),
    ("unrolling", "Unrolling", "One cell, many steps: every product with its numbers."),
    ("vanishing_gradients", "Vanishing gradients", "How far back a late loss can reach."),
    ("backpropagation", "Where does a gradient come from?", "Back through time, share by share."),
    ("gradient_matrix", "Who killed the gradient?", "Every loss by every state, taken apart."),
    ("nudge", "What does a gradient foresee?", "Push one unit and watch both futures."),
    ("gates", "Gates", "What a gate lets through, and when it is stuck."),
    ("cell_duel", "Which cell remembers?", "Cells side by side on one task, like for like."),
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
            graph=Graph(x="x", states=trace.cell.slots, gradient=norms.key),
            sliders=(controls.strength(recipe, high=2.0),),
            play=Play(auto=True, rate=4),
            cursor=min(recipe.cursor, trace.T),
            text="A small tanh network unrolled in time: its inputs, its states and the size of "
            "the gradient of the last state at every earlier one.",
            precise=not live,
        ),
    )
    controls.badge(recipe, live=live)
    st.caption(
        "Real numbers of a real network (8 tanh units, orthogonal recurrent weights, a sine as "
        "input). Drag the slider through 1 and look at the last panel."
    )


moving_picture()


for start in range(0, len(DOORS), ABREAST):
    doors = DOORS[start : start + ABREAST]
    for column, (page, title, sentence) in zip(st.columns(ABREAST), doors, strict=False):
        with column.container(border=True, height="stretch"):
            st.page_link(f"pages/{page}.py", label=f"**{title}**")
            st.markdown(sentence)
