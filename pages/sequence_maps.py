"""One cell, seven wirings: how it is wired decides which inputs an answer can hear."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls
from explorer.cells import CELLS
from explorer.film import Slider
from explorer.learning import uses
from explorer.numerals import numeral
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.scenes.wiring import Scene, heard_by, strongest, weights_reached
from explorer.scenes.wiring_film import reel
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES

PAGE = "sequence_maps"
DEFAULT = SequenceMaps()

controls.heading("Which wiring fits which task?", __doc__)


# Frozen records may be shared; the activation of a cell is a function, which no copy can hold.
@st.cache_resource(max_entries=128, show_spinner="Training, about a second …")
def trained(use: str, wiring: str, cell: str, seed: int, depth: int):
    return uses.trained(USES[use], WIRINGS[wiring], CELLS[cell], seed, depth)


@st.fragment
def sequence_maps() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.choose(PAGE, recipe, ("wiring",))
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("network",))
        if recipe.network == "trained":
            if len(recipe.uses) > 1:
                recipe = controls.choose(PAGE, recipe, ("use",))
            recipe = controls.choose(PAGE, recipe, ("read",))
        else:
            recipe = controls.choose(PAGE, recipe, ("text",))
        recipe = controls.choose(PAGE, recipe, ("gradient",))
        recipe = controls.more(PAGE, recipe, ("cell", "seed", "depth", "answers"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    # In one place, so that the film below keeps its own whether or not there is something to say.
    with st.container():
        learnt = learning(recipe)
        controls.said(recipe.heard().remark)
    net = learnt.network if learnt else recipe.drawn()
    scene = Scene.of(recipe, recipe.trace(net))
    controls.network(PAGE, recipe.wired.title, getattr(net, "stack", net), net.readout)
    controls.show(
        PAGE,
        replace(reel(scene, recipe.cursor), sliders=sliders(recipe), precise=not live),
    )
    truth(recipe, learnt)
    k = scene.T_out if recipe.gradient == "all" else scene.output_at(column(scene, recipe))
    kind = recipe.wired
    st.markdown(
        f"**{kind.title.capitalize()}** is used for {kind.uses} (*{kind.source}*). "
        f"{hearing(scene, k)} {reaching(scene, k)}"
    )
    if learnt:
        st.markdown(score(recipe, learnt))
    with controls.at_rest(live) as rests:
        if rests:
            tasks(recipe)


def learning(recipe: SequenceMaps):
    if recipe.network == "drawn":
        return None
    use = recipe.task
    if use.key != recipe.use and len(recipe.uses) > 1:
        controls.noted(
            f"{USES[recipe.use].title.capitalize()} needs another wiring, so this one is shown at "
            f"{use.title}."
        )
    return trained(use.key, recipe.wiring, recipe.cell, recipe.seed, recipe.depth)


def sliders(recipe: SequenceMaps) -> tuple[Slider, ...]:
    if recipe.network == "trained":
        return ()
    return (
        Slider("gain", "gain of the recurrent weights", "g", 0.0, 4.0, 0.01, recipe.gain,
               marks=((1.0, "1"),)),
        Slider("H", "units", "H", 1, 16, 1, recipe.H, digits=0),
    )  # fmt: skip


def column(scene: Scene, recipe: SequenceMaps) -> int:
    return min(max(recipe.cursor, 1), scene.columns) - 1


def truth(recipe: SequenceMaps, learnt) -> None:
    kind, cell = recipe.wired, CELLS[recipe.cell]
    state = f"trained here, {len(learnt.losses)} updates" if learnt else "weights as drawn"
    controls.truth(
        f"✓ real · {cell.name} · {state} · seed {recipe.seed} · float64",
        f"**{kind.title}** ({kind.source}), made of {cell.name} cells: {cell.variant} "
        f"*{cell.source}.*\n\nStates, outputs and every arrow back are computed, in NumPy, from "
        "the network that the controls describe. An arrow back shows the norm of the gradient of "
        "the output's scores $y_k$ carried along that arrow alone, over all components of $y_k$; "
        "equal to differences and to PyTorch in our tests.",
    )


def hearing(scene: Scene, k: int) -> str:
    name = "The sum of all outputs" if k == scene.T_out else f"Output {k + 1} of {scene.T_out}"
    if not np.isfinite(scene.found.inputs[k]).all():
        return f"**{name}**: its gradient has left the range of float64."
    heard, T_in = heard_by(scene, k), scene.found.inputs.shape[1]
    if not heard:
        return f"**{name}** hears none of the {T_in} inputs."
    most, size = strongest(scene, k)
    deaf = [t for t in range(1, T_in + 1) if t not in heard]
    rest = f" and is deaf to {steps(deaf)}" if deaf else ""
    word = controls.plain(scene.words[most - 1])
    return (
        f"**{name}** hears {steps(heard)} of {T_in}{rest}; most of all “{word}” (input {most}): a "
        f"small push there moves it at most {numeral(size, 2)} times as far."
    )


def steps(found) -> str:
    if len(found) == 1:
        return f"input {found[0]}"
    return f"inputs {found[0]} to {found[-1]}"


def reaching(scene: Scene, k: int) -> str:
    parts = ", ".join(f"{name} {numeral(size, 2)}" for name, size in weights_reached(scene, k))
    return f"At the weights the gradient of ½‖y‖² has the norm: {parts}."


def score(recipe: SequenceMaps, learnt) -> str:
    use = recipe.task
    return (
        f"**{use.title.capitalize()}.** {use.about} On examples that it has never seen this "
        f"network is right in **{learnt.accuracy:.0%}** ({use.scored}); always giving the "
        f"commonest answer is right in {learnt.baseline:.0%}."
    )


def tasks(recipe: SequenceMaps) -> None:
    st.subheader("What each wiring is for", anchor=False)
    blank = replace(recipe, network="trained", read="")
    controls.presets(
        PAGE,
        recipe,
        {use.title: replace(blank, wiring=use.wiring, use=key) for key, use in USES.items()}
        | {"one direction, tagging by what follows": replace(blank, wiring="aligned", use="right")},
    )
    rows = []
    for wiring, key in uses.shown_pairs():
        found = uses.measured(wiring, key, recipe.cell)
        title = USES[key].title + ("" if USES[key].wiring == wiring else " (one direction only)")
        numbers = "– | |"
        if found is not None:
            right, ignorant = found
            numbers = (
                f"**{np.median(right):.0%}**\u00a0({100 * right.min():.0f}"
                f"\u2060–\u2060{100 * right.max():.0f}) | "
                f"{ignorant:.0%} |"
            )
        rows.append(f"| {title}: {WIRINGS[wiring].title} | {numbers}")
    st.markdown(
        f"| use: wiring | {CELLS[recipe.cell].name} | one answer |\n"
        "|---|--:|--:|\n" + "\n".join(rows)
    )
    st.caption(
        "Right answers on examples held out, median and range over five seeds, beside always "
        "giving the one commonest answer. Measured beforehand, with the training that the buttons "
        "run here: about a second, 12 units, Adam."
    )


sequence_maps()

controls.notice(
    "- **Go from aligned to bidirectional**: the last panel fills up. In one direction no output "
    "hears a later input, and the triangle above the diagonal is grey: exactly 0. The second "
    "direction adds that triangle.\n"
    "- **Time runs one way.** The backward film is turned round, so that both directions stand on "
    "the same step; only its arrows run to the left.\n"
    "- **One to many, many to one** are a column and a row of the same picture: one input that "
    "must last for all outputs, one output that must remember all inputs.\n"
    "- **In the encoder–decoder everything passes through one arrow.** All that the decoder will "
    "ever know of the sentence is one state; every gradient to an input goes back through it. The "
    "dashed arrows carry a choice, and a choice has no gradient.\n"
    "- **Train one direction on tagging by what follows**: it stays near guessing on the words "
    "that only the next word explains, and with the second direction it makes hardly a mistake. "
    "No training helps a network that cannot hear.\n"
    "- **For the next word two directions would be cheating**: the word to be guessed is among the "
    "inputs that each output hears."
)

if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    left, right = st.columns(2, gap="large")
    left.latex(
        r"\begin{aligned}"
        r"\overrightarrow{s}_t &= f(\overrightarrow{s}_{t-1}, x_t), \quad "
        r"\overleftarrow{s}_t = f(\overleftarrow{s}_{t+1}, x_t) \\ "
        r"y_t &= V\,[\overrightarrow{h}_t;\, \overleftarrow{h}_t] + b \end{aligned}"
    )
    left.caption("Two directions: the same rule, the second on the reversed sequence.")
    right.latex(
        r"\begin{aligned}"
        r"s^{(l)}_t &= f(s^{(l)}_{t-1}, h^{(l-1)}_t) \\ "
        r"s^{\mathrm{dec}}_0 &= s^{\mathrm{enc}}_T, \quad x^{\mathrm{dec}}_{t+1} = "
        r"\mathrm{onehot}(\arg\max y_t) \end{aligned}"
    )
    right.caption(
        "Deep: a layer reads the states of the one below. Decoder: it starts where the other "
        "ended, and reads its own last answer."
    )
