"""One cell, seven wirings: how it is wired decides which inputs an answer can hear."""

from dataclasses import replace

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.film import Slider
from explorer.learning import uses
from explorer.recipes.sequence_maps import SequenceMaps
from explorer.scenes.wiring import Scene, heard_by, reel, strongest
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES

PAGE = "sequence_maps"
DEFAULT = SequenceMaps()

controls.heading("Which wiring fits which task?", __doc__)


@st.cache_data(max_entries=128, show_spinner="Training, about a second …")
def trained(use: str, wiring: str, cell: str, seed: int, depth: int):
    return uses.trained(USES[use], WIRINGS[wiring], CELLS[cell], seed, depth)


@st.fragment
def sequence_maps() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.choose(PAGE, recipe, ("wiring",))
    recipe = controls.choose(PAGE, recipe, ("cell",))
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("network",))
        if recipe.network == "trained":
            if len(recipe.uses) > 1:
                recipe = controls.choose(PAGE, recipe, ("use",))
            recipe = controls.choose(PAGE, recipe, ("read",))
        else:
            recipe = controls.choose(PAGE, recipe, ("text",))
        recipe = controls.choose(PAGE, recipe, ("gradient",))
        recipe = controls.more(PAGE, recipe, ("seed", "depth", "answers"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    learnt = None
    if recipe.network == "trained":
        use = recipe.task
        learnt = trained(use.key, recipe.wiring, recipe.cell, recipe.seed, recipe.depth)
        if use.key != recipe.use:
            controls.noted(f"This wiring is shown at {use.title}; {USES[recipe.use].title} needs "
                           "another one.")  # fmt: skip
    controls.said(recipe.heard().remark)
    scene = Scene.of(recipe, recipe.trace(learnt.network if learnt else recipe.drawn()))
    controls.show(PAGE, replace(reel(scene, recipe.cursor), sliders=sliders(recipe),
                                precise=not live))  # fmt: skip
    told(recipe, learnt)
    st.markdown(hearing(scene, recipe))
    if learnt:
        score(recipe, learnt)


def sliders(recipe: SequenceMaps) -> tuple[Slider, ...]:
    if recipe.network == "trained":
        return ()
    return (
        Slider("gain", "gain of the recurrent weights", "g", 0.0, 4.0, 0.01, recipe.gain,
               marks=((1.0, "1"),)),
        Slider("H", "units", "H", 1, 16, 1, recipe.H, digits=0),
    )  # fmt: skip


def told(recipe: SequenceMaps, learnt) -> None:
    kind, cell = recipe.wired, CELLS[recipe.cell]
    state = "trained just now" if learnt else "weights as drawn"
    controls.truth(
        f"✓ real · {state} · seed {recipe.seed} · float64",
        f"**{kind.title}**, {kind.source}, made of {cell.name} cells ({cell.source}): {cell.variant}"
        "\n\nStates, outputs and every gradient arrow are computed just now, in NumPy, from the "
        "network that the controls describe. An arrow back is the norm of $\\partial y_k$ carried "
        "along that arrow alone, over all components of the output's scores $y_k$.",
    )


def hearing(scene: Scene, recipe: SequenceMaps) -> str:
    column = min(max(recipe.cursor, 1), scene.columns) - 1
    k = scene.T_out if recipe.gradient == "all" else scene.output_at(column)
    name = "The sum of all outputs" if k == scene.T_out else f"Output {k + 1} of {scene.T_out}"
    heard, T_in = heard_by(scene, k), scene.found.inputs.shape[1]
    if not heard:
        return f"**{name}** hears none of the {T_in} inputs."
    most, size = strongest(scene, k)
    deaf = [t for t in range(1, T_in + 1) if t not in heard]
    rest = f"; it is deaf to {steps(deaf)}" if deaf else ""
    word = controls.plain(scene.words[most - 1])
    return (
        f"**{name}** hears {steps(heard)} of {T_in}{rest}. It hears “{word}” (input {most}) most: "
        f"a small push there moves it at most {size:.2g} times as far."
    )


def steps(found) -> str:
    if len(found) == 1:
        return f"input {found[0]}"
    return f"inputs {found[0]} to {found[-1]}"


def score(recipe: SequenceMaps, learnt) -> None:
    use = recipe.task
    st.subheader(f"The task: {use.title}", anchor=False)
    st.markdown(use.about)
    st.markdown(
        f"| | right, on examples never seen |\n|---|--:|\n"
        f"| this network, seed {recipe.seed} | **{learnt.accuracy:.0%}** |\n"
        f"| always the commonest answer | {learnt.baseline:.0%} |\n"
    )


sequence_maps()
