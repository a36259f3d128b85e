"""Your own trained network, opened up: every gate, every gradient and every exponent of it."""

import streamlit as st

from explorer import controls, scenes
from explorer.checkpoints import networks
from explorer.checkpoints.layers import label
from explorer.checkpoints.refused import ACCEPTED
from explorer.checkpoints.study import Study
from explorer.controls import uploads
from explorer.film import Bars, Reel
from explorer.recipes.your_model import LOSSES, YourModel
from explorer.scenes import yours
from explorer.sequences import GENERATED

PAGE = "your_model"
DEFAULT = YourModel()

FILE = (
    "The link holds the settings, not your file: it opens with an example of ours until the same "
    "file is opened there."
)
TABLE = "The link does not hold your table of numbers either: it has to be opened there again."
controls.heading("Your model", __doc__)


@st.fragment
def model() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    upload = uploads.network(PAGE)
    modules = {found.prefix: found for found in upload.modules}
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("view", "input"))
        shown = {prefix: module.said for prefix, module in modules.items()}
        recipe = controls.among(PAGE, recipe, "module", "Layer in the file", shown, 230)
        found = modules.get(recipe.module, upload.modules[0])
        names = (("layer",) if found.depth > 1 else ()) + (("way",) if found.directions > 1 else ())
        names += ("activation",) if found.kind == "RNN" else ()
        recipe = controls.choose(PAGE, recipe, names)
        network = networks.imported(found, recipe.activation)
        heads = [*upload.heads(found.P * found.directions), ""]
        tables = [*upload.embeddings(found.D), ""]
        if recipe.input == "numbers":
            recipe = controls.choose(PAGE, recipe, ("numbers",))
        elif recipe.input == "letters":
            recipe = controls.choose(PAGE, recipe, ("text", "alphabet"))
            if len(tables) > 1:
                shown = {name: short(found, name) or "one input each" for name in tables}
                recipe = controls.among(PAGE, recipe, "embedding", "Letters enter as", shown)
        if len(heads) > 1:
            shown = {name: short(found, name) or "none" for name in heads}
            recipe = controls.among(PAGE, recipe, "head", "Read-out", shown, 150)
        drawn = ("T", "seed") if recipe.input in GENERATED else ()
        recipe = controls.more(PAGE, recipe, (*drawn, "loss"))
    numbers = uploads.numbers(PAGE) if recipe.input == "file" else None
    recipe, live = controls.dragged(
        PAGE, recipe, pinned="at" if recipe.view == "matrix" else "unit"
    )
    controls.keep(PAGE, recipe, DEFAULT, live)

    sequence = recipe.sequence(found.D, numbers, upload.embedding(recipe.embedding, found.D))
    controls.said(sequence.remark)
    readout = upload.head(recipe.head, found.P * found.directions)
    controls.not_in_link("" if upload.ours else FILE)
    controls.not_in_link(TABLE if numbers is not None else "")
    study = Study.of(network, sequence.xs, readout, recipe.loss)
    way = int(recipe.way == "backward" and found.directions > 1)
    layer = min(recipe.layer, found.depth) - 1
    trace, gradients = study.film(layer, way)
    st.session_state["yours.cell"] = trace.cell
    st.session_state["yours.ways"] = found.directions
    st.session_state["yours.ours"] = upload.ours
    controls.said(controls.what_left(trace, gradients))
    read = sequence if trace is study.trace.films[0][way] else None
    panels, note = {
        "film": lambda: yours.signals(trace, gradients, study.y, read, way),
        "matrix": lambda: yours.matrix(trace, recipe.at, recipe.cursor),
        "spectrum": lambda: yours.spectrum(trace),
        "exponents": lambda: yours.exponents(trace, recipe.seed),
    }[recipe.view]()
    where = f"{found.said}{f', layer {layer + 1}' if found.depth > 1 else ''}"
    film = recipe.view == "film"
    controls.show(
        PAGE,
        Reel(
            axis=yours.reading_axis(trace, sequence, way),
            panels=panels,
            side=(*(Bars(slot) for slot in trace.cell.slots), scenes.trajectory(trace))
            if film
            else (),
            cursor=min(recipe.cursor, trace.T),
            pick=(trace.cell.slots[0], min(recipe.unit, trace.cell.H) - 1) if film else None,
            title=f"{where}{', read from the end' if way else ''}",
            text=scenes.summary(trace),
            precise=not live,
            terms={"L": f"loss: L = u·y of {LOSSES[recipe.loss]}, u = (1, …, 1)/√n, n outputs."},
        ),
    )
    controls.truth(
        f"✓ real · {'the example, trained beforehand' if upload.ours else 'your file'} · float64",
        "The weights are those of the file; everything else is computed now, in NumPy and double "
        "precision: gates that PyTorch does not show, and gradients carried back through every "
        "layer. In the tests the same networks agree with PyTorch to 10⁻¹²."
        + (
            " An LSTM that projects its state by W_hr is shown as the plain LSTM of the state "
            "m = o ⊙ tanh(c), with W_hr folded into the matrices: the same function."
            if found.projected
            else ""
        ),
    )
    st.markdown(note)
    shapes_of(found)


def short(found, name):
    """Return the name of an array without what it shares with the layer, such as model_state."""
    return name.removeprefix(f"{found.prefix.rstrip('.').rpartition('.')[0]}.")


def shapes_of(found):
    """Show what was found in the file, and the way to its places of rest."""
    st.page_link(
        "pages/fixed_points.py",
        label="Where does this layer come to rest? Its fixed points",
        query_params={"net": "yours"},
    )
    with st.expander("What was found in the file"):
        lines = [
            f"| {controls.plain(found.prefix + name + label(k, way))} "
            f"| {' × '.join(f'{n}' for n in array.shape)} |"
            for k, parts in enumerate(found.parts)
            for way, part in enumerate(parts)
            for name, array in part.items()
        ]
        st.markdown("| array | shape |\n|---|---|\n" + "\n".join(lines))
        st.caption(ACCEPTED)


model()

controls.notice(
    "- **Start with the gates.** One that is yellow or dark blue throughout has nothing left to "
    "decide; your network may do without it.\n"
    "- **Follow the gradient to the left.** Where its line has fallen by many powers of ten, the "
    "inputs there cannot have taught the network anything by this loss.\n"
    "- **Read your own sequence**: numbers, letters, or a file. The link keeps all settings, but "
    "never your model: that stays in your session."
)
