"""A recurrent network is one cell used again at every step: the same weights, a new state."""

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.film import Bars, Graph, Reel
from explorer.recipe import Recipe

PAGE = "unrolling"
DEFAULT = Recipe(
    cell="Elman", H=4, T=12, D=1, input="words", text="I love to cook and my friends love to eat",
    recurrent="orthogonal", scale="radius", gain=0.95, cursor=1,
)  # fmt: skip

controls.heading("Unrolling", __doc__)


@st.fragment
def unrolling() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.weight(PAGE, recipe)
        recipe = controls.more(
            PAGE, recipe, (*controls.fitting(recipe), "recurrent", "scale", "seed")
        )
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    kind, sequence, trace = CELLS[recipe.cell], recipe.sequence(), recipe.trace()
    controls.said(sequence.remark)
    controls.said(recipe.idle(trace.cell))
    norms = scenes.gradient_norms(recipe.gradients(trace))
    states = scenes.states(trace)
    output = scenes.outputs(trace, recipe.readout())
    controls.show(
        PAGE,
        Reel(
            axis=scenes.time_axis(trace, sequence),
            panels=(*scenes.read(trace, sequence, recipe.input), *states, output, norms),
            side=(Bars("h"), scenes.trajectory(trace)),
            graph=Graph(
                x="x",
                states=kind.slots,
                output=output.key,
                gradient=norms.key,
                **scenes.loss_node(recipe, trace),
            ),
            sliders=(
                controls.strength(recipe),
                *controls.weight_slider(recipe, trace.cell),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, trace.T),
            pick=(kind.slots[0], min(recipe.unit, recipe.H) - 1),
            title=f"{kind.name} network, unrolled over {trace.T} steps",
            text=scenes.summary(trace),
            precise=not live,
            terms=scenes.loss_terms(recipe),
        ),
    )
    controls.badge(recipe, live=live)
    with controls.at_rest(live) as rests:
        if rests:
            controls.step_by_hand(recipe, trace)
            st.markdown("**Every product in it:** a row of each matrix times what it reads")
            controls.products_by_hand(recipe, trace, sequence.features)
            controls.shared_weights(trace, recipe.readout())


unrolling()

controls.notice(
    "- **Nothing is new at step 2 but the state.** The three matrices stand once in memory and "
    "are used at every step; set one weight of $W_{hh}$ and *every step after the first changes* "
    "(the first has no past yet to weigh).\n"
    "- **Repeated words meet a different state.** Put the same word twice in your sentence and "
    "compare the two columns of h: the input is equal, the answer is not.\n"
    "- **Shrink the spectral radius** and the state forgets its past within a few steps; watch the "
    "gradient panel fall more steeply at the same time."
)
