"""A gate is a number between 0 and 1: it lets through, it blocks, and at either end it is stuck."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.cells.rule_cell import RuleCell
from explorer.dynamics import saturation
from explorer.film import Bars, Reel
from explorer.numerals import percent
from explorer.recipe import Recipe
from explorer.rules.expressions import blend, name, printed
from explorer.trace import Trace

PAGE = "gates"
DEFAULT = Recipe(
    cell="LSTM", H=16, T=60, D=2, recurrent="orthogonal", memory="bias", bias=1.0, gain=1.5,
    cursor=30,
)  # fmt: skip

RAISED = (
    "- **Raise the bias of the {gate}**: the gate turns yellow, the {slot} "
    "keeps its stripes for longer, and the gradient in the last panel falls slower."
)
WIPED = (
    "- **Lower it below zero**: the {slot} is wiped at every step, and the gradient dies with it."
)
REPLACED = (
    "- **Lower it below zero**: the past is wiped at every step, and the network turns into a "
    "simple one, {equation}."
)
GAIN = (
    "- **Raise the gain**: gates are driven to their ends. A yellow or dark-blue square is a "
    "decision that small changes of the weights no longer move."
)
HELD = (
    "- **Operate**: hold the {gate} {symbol} of one unit at {kept} from step 20 to 40. In these "
    "steps it {open}, the other units react, and the dashed curves show the run without this."
)
CHRONO = "- **Chrono** gives every unit a time scale of its own: stripes of different lengths."
UNGATED = (
    "- **No gate of the {name} network is moved by its weights.** Choose another cell, such as "
    "the LSTM, to see one that is."
)
CLOCK = (
    "- **The {gate} {symbol} follows the number of the step alone.** No weight moves it, so it "
    "is not counted as stuck."
)

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
    controls.notice(notes(trace.cell))


def stuck(trace: Trace) -> None:
    meaning, gates = trace.cell.meaning, saturation(trace)
    if not gates:
        return
    st.subheader("How much of each gate is stuck", anchor=False)
    st.markdown(
        "| gate | in its lowest tenth | in its highest tenth | free |\n|---|--:|--:|--:|\n"
        + "\n".join(
            f"| {meaning[found.gate]} *{found.gate}* | {percent(np.mean(found.low))} "
            f"| {percent(np.mean(found.high))} | {percent(found.free)} |"
            for found in gates
        )
    )
    st.caption("Share of all units at all steps of the film above.")


def notes(cell: RuleCell) -> str:
    """Return the notes on the gates that this cell has."""
    rule, said = cell.rule, []
    soft = [gate for gate in cell.gates if rule.is_sigmoid(name(gate))]
    for slot, (gate, keeps) in rule.keepers.items():
        words = {
            "gate": cell.meaning[gate], "slot": cell.meaning[slot], "symbol": gate,
            "kept": int(keeps), "open": "forgets nothing" if keeps else "keeps its value",
        }  # fmt: skip
        if gate == cell.keep:
            parts = blend(rule.line(slot).expression)
            said += [RAISED, WIPED if parts is None else REPLACED, HELD, CHRONO]
            fresh = [printed(part) for part in parts or () if printed(part) != f"{slot}_prev"]
            words["equation"] = f"{slot} = {fresh[-1] if fresh else ''}"
        else:
            said.append(HELD)
        said = [text.format(**words) for text in said]
    if soft:
        said.insert(2 * bool(cell.keep), GAIN)
    else:
        said.append(UNGATED.format(name=cell.name))
    said += [CLOCK.format(gate=cell.meaning[gate], symbol=gate) for gate in cell.undriven]
    return "\n".join(said)


gates()
