"""A gradient is gathered on the way back: each step adds its share to every weight it has used."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.film import Bars, Play, Reel
from explorer.gradients import GradientTrace
from explorer.learning.gradient_check import gradient_check
from explorer.learning.losses import Loss
from explorer.learning.truncation import truncated
from explorer.recipe import UNCLIPPED, Recipe

PAGE = "backpropagation"
DEFAULT = Recipe(
    cell="Elman", H=4, T=12, D=2, recurrent="orthogonal", scale="radius", gain=0.95, cursor=18
)
PRESETS = {
    "One late loss": DEFAULT,
    "A loss at every step": replace(DEFAULT, loss="every"),
    "Cut off": replace(DEFAULT, loss="every", window=3, gain=1.2),
    "Explodes, clipped": replace(DEFAULT, activation="identity", gain=1.6, clip=1.0),
}

controls.heading("Where does a gradient come from?", __doc__)


@st.fragment
def walk() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    opened = len(recipe.sequence().xs) + 1
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell", "loss"))
        if recipe.loss == "unit":
            recipe = controls.choose(PAGE, recipe, ("at", "of"))
        recipe = controls.sequence(PAGE, recipe)
        own = controls.fitting(recipe)
        recipe = controls.more(PAGE, recipe, ("H", *own, "recurrent", "scale", "seed"))
    picture, hand, weight = st.container(), st.container(), st.container()
    with weight:
        st.subheader("One weight and its shares", anchor=False)
        recipe = controls.chosen_weight(PAGE, recipe)
    recipe, live = controls.dragged(PAGE, recipe)
    kind, sequence, trace = CELLS[recipe.cell], recipe.sequence(), recipe.trace()
    old = controls.told_turn(PAGE, opened)
    recipe = replace(recipe, cursor=scenes.same_place(recipe.cursor, old, scenes.turn(trace)))
    controls.keep(PAGE, recipe, DEFAULT, live)

    controls.said(sequence.remark)
    loss, full = recipe.objective(), recipe.gradients(trace)
    dL_ds = loss.gradient(trace)
    cut = full if recipe.window >= trace.T else truncated(trace, dL_ds, recipe.window)
    threshold = np.inf if recipe.clip >= UNCLIPPED else recipe.clip
    flow = scenes.back_flow(cut, dL_ds, full)
    cursor = min(recipe.cursor, 2 * scenes.turn(trace))
    with picture:
        controls.noted(controls.what_left(trace, full))
        controls.show(
            PAGE,
            Reel(
                axis=scenes.walk_axis(trace, sequence),
                panels=(
                    *scenes.read(trace, sequence, recipe.input),
                    *scenes.states(trace),
                    *scenes.back_heat(cut),
                    flow,
                    *scenes.share_curves(cut, full),
                ),
                side=(Bars("h"), Bars("back_h")),
                graph=scenes.walk_graph(trace, "x", flow, loss.value(trace)),
                sliders=(
                    controls.window(recipe, trace.T),
                    controls.threshold(recipe),
                    controls.strength(recipe),
                    *controls.keep_bias(recipe, kind),
                    *controls.sizes(recipe)[1:],
                ),
                play=Play(rate=3),
                cursor=cursor,
                pick=(kind.slots[0], min(recipe.unit, recipe.H) - 1),
                title=f"{kind.name} network: forward to the loss, and back",
                text=scenes.walk_summary(trace, cut),
                precise=not live,
                terms=scenes.loss_terms(recipe),
            ),
        )
        controls.badge(recipe, live=live)
    t = scenes.on_the_way_back(trace, cursor)
    with hand:
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader("What the update becomes", anchor=False)
            controls.update(recipe, full, cut, threshold)
        with right:
            st.subheader("What every weight is owed so far", anchor=False)
            controls.owed(cut, t)
        with controls.at_rest(live) as rests:
            if rests and t is not None:
                controls.step_back_by_hand(recipe, cut, dL_ds, t)
            elif rests and cursor == scenes.turn(trace):
                controls.loss_by_hand(trace, loss)
            elif rests:
                controls.step_by_hand(recipe, trace)
    with weight, controls.at_rest(live, ".weight") as rests:
        if rests:
            controls.one_weight(recipe, cut, t)

    st.subheader("Is this gradient right?", anchor=False)
    with controls.at_rest(live, ".check", "The check runs when the thumb rests.") as rests:
        if rests:
            is_right(recipe, full, loss)


def is_right(recipe: Recipe, full: GradientTrace, loss: Loss) -> None:
    draw = st.session_state.setdefault(f"{PAGE}.draw", 0)
    controls.not_in_link("The link checks the first eight weights that were drawn." * bool(draw))
    check = gradient_check(full, loss, np.random.default_rng([recipe.seed, 3, draw]))
    controls.checked(check)
    st.caption(
        "Eight weights of this network, drawn at random: each is moved a little up and down, the "
        "whole run is repeated, and the slope of the loss is compared with the full gradient."
    )
    st.button("Draw other weights", key=f"{PAGE}.again", on_click=again)


def again() -> None:
    st.session_state[f"{PAGE}.draw"] = st.session_state.get(f"{PAGE}.draw", 0) + 1


walk()

controls.notice(
    "- **Play it.** Forward the states fill in; at the loss the walk turns, and every state gives "
    "way to its gradient: the local error plus what one Jacobian has made of the gradient one step "
    "later.\n"
    "- **The weights are shared, so the shares add up.** Each step back adds its share to every "
    "array; the sum over all steps *is* the gradient. The share of $W_{hh}$ at step 1 is nothing: "
    "the state before it is 0, so there was nothing to weigh.\n"
    "- **A window turns the update, clipping does not.** Shorten K: early shares are missing, and "
    "the update points elsewhere. Lower θ: it gets shorter and points where it did.\n"
    "- **What a window misses can be told exactly** for one linear unit under a constant input: a "
    "share of wᴷ. With w = 0.9 a window of 10 misses 35% of the gradient.\n"
    "- **A loss at every step** keeps the gradient at early states alive: they have errors of "
    "their own and need not wait for the last one.\n"
    "- ***Explodes, clipped* sets φ to the identity** and the spectral radius to "
    f"{PRESETS['Explodes, clipped'].gain:g}. Switch φ back to tanh: its slopes, at most 1, shrink "
    "the gradient of each step."
)
st.subheader("The mathematics", anchor=False)
st.latex(
    r"\frac{\partial L}{\partial s_t} = \underbrace{\frac{\partial L}{\partial s_t}\bigg|_{"
    r"\text{direct}}}_{\text{local error}} + \underbrace{J_{t+1}^{\top} \frac{\partial L}{"
    r"\partial s_{t+1}}}_{\text{from the future}}"
)
st.latex(
    r"\frac{\partial L}{\partial W_{hh}} = \sum_{t=1}^{T} \underbrace{\frac{\partial L}{"
    r"\partial a_t}\, h_{t-1}^{\top}}_{\text{share of step } t}"
)
st.latex(r"\text{window } K: \; \sum_{t} \sum_{k = t-K+1}^{t} \text{share of } k \text{ in } L_t")
st.latex(
    r"\text{clipping: } \; g \leftarrow \min\!\left(1, \frac{\theta}{\lVert g \rVert}\right) g"
)
st.caption(
    "The loss at step t is carried back through the K steps t, t − 1, …, t − K + 1; earlier steps "
    "get nothing of it. The norm that is clipped is that of all arrays together. Werbos 1990; "
    "Williams & Peng 1990 (truncation); Pascanu, Mikolov & Bengio 2013 (clipping)."
)
