"""A gate is a number between 0 and 1: it lets through, it blocks, and at either end it is stuck."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.dynamics import saturation
from explorer.film import Bars, Reel
from explorer.recipe import Recipe
from explorer.trace import Trace

PAGE = "gates"
DEFAULT = Recipe(
    cell="LSTM", H=16, T=60, D=2, recurrent="orthogonal", memory="bias", bias=1.0, gain=1.5,
    cursor=30,
)  # fmt: skip

controls.heading("Gates", __doc__)


@st.fragment
def gates() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.choose(PAGE, recipe, ("hold",))
        if recipe.hold != "none":
            recipe = controls.choose(PAGE, recipe, ("hold_unit", "hold_from", "hold_to"))
        recipe = controls.more(
            PAGE, recipe, (*controls.fitting(recipe), "recurrent", "scale", "seed")
        )
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    kind, sequence, trace = CELLS[recipe.cell], recipe.sequence(), recipe.trace()
    clamps, remark = recipe.surgery(trace.cell, trace.T)
    controls.said(sequence.remark)
    controls.said(remark)
    if not kind.gates:
        st.info(
            f"The {kind.name} network has no gates: its whole state is written anew at every step. "
            "Choose another cell to see some."
        )
    gradients = recipe.gradients(trace)
    changed, flow = (), scenes.gradient_norms(gradients)
    if clamps:
        before = replace(recipe, hold="none").trace()
        changed = scenes.change(before, trace, min(recipe.unit, recipe.H) - 1)
        flow = scenes.gradient_change(recipe.gradients(before), gradients)
    panels = (
        *scenes.read(trace, sequence, recipe.input),
        *scenes.gates(trace),
        *scenes.states(trace),
        *changed,
        *scenes.saturated(trace),
        flow,
    )
    controls.show(
        PAGE,
        Reel(
            axis=scenes.time_axis(trace, sequence),
            panels=panels,
            side=(*(Bars(slot) for slot in kind.slots), scenes.trajectory(trace)),
            sliders=(
                *controls.held(recipe, trace.cell),
                *controls.keep_bias(recipe, kind),
                controls.strength(recipe),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, trace.T),
            pick=(kind.slots[0], min(recipe.unit, recipe.H) - 1),
            title=f"{kind.name}: every gate at every step",
            text=scenes.summary(trace),
            precise=not live,
            terms=scenes.loss_terms(recipe),
        ),
    )

    controls.badge(recipe, live=live)

    with controls.at_rest(live) as rests:
        if rests:
            stuck(trace)
            controls.step_by_hand(recipe, trace)


def stuck(trace: Trace) -> None:
    meaning, gates = trace.cell.meaning, saturation(trace)
    if not gates:
        return
    st.subheader("How much of each gate is stuck", anchor=False)
    st.markdown(
        "| gate | in its lowest tenth | in its highest tenth | free |\n|---|--:|--:|--:|\n"
        + "\n".join(
            f"| {meaning[found.gate]} *{found.gate}* | {np.mean(found.low):.0%} "
            f"| {np.mean(found.high):.0%} | {1 - np.mean(found.share):.0%} |"
            for found in gates
        )
    )
    st.caption("Share of all units at all steps of the film above.")


gates()

controls.notice(
    "- **Raise the bias of the forget gate** (update gate of a GRU): the gate turns yellow, the "
    "cell state keeps its stripes for longer, and the gradient in the last panel falls slower.\n"
    "- **Lower it below zero**: the memory of an LSTM is wiped at every step, and the gradient "
    "dies with it. A GRU turns into a simple network, h = n.\n"
    "- **Raise the gain**: gates are driven to their ends. A yellow or dark-blue square is a "
    "decision that small changes of the weights no longer move.\n"
    "- **Operate**: hold the forget gate of one unit at 1 from step 20 to 40. It forgets nothing "
    "more, the other units notice, and the dashed curves show what would have been.\n"
    "- **Chrono** gives every unit a time scale of its own: stripes of different lengths."
)
