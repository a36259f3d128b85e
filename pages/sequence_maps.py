"""One cell, seven wirings: how it is wired decides which inputs an answer can hear."""

from dataclasses import replace

import streamlit as st

from explorer import controls
from explorer.cells import CELLS
from explorer.controls.hearing import hearing, reaching
from explorer.controls.wiring_uses import learning, score, tasks
from explorer.film import Slider
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.scenes.wiring import Scene
from explorer.scenes.wiring_film import reel

PAGE = "sequence_maps"
DEFAULT = SequenceMaps()

controls.heading("Which wiring fits which task?", __doc__)


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
            tasks(PAGE, recipe)


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
    state = f"trained here, {len(learnt.losses)} updates" if learnt else "random weights"
    controls.truth(
        f"✓ real · {cell.name} · {state} · seed {recipe.seed} · float64",
        f"**{kind.title}** ({kind.source}), made of {cell.name} cells: {cell.variant} "
        f"*{cell.source}.*\n\nStates, outputs and every arrow back are computed, in NumPy, from "
        "the network that the controls describe. An arrow back shows the norm of the gradient of "
        "the output's scores $y_k$ carried along that arrow alone, over all components of $y_k$; "
        "equal to differences and to PyTorch in our tests.",
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
