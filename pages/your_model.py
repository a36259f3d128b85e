"""Your own trained network, opened up: every gate, every gradient and every exponent of it."""

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.assets import asset
from explorer.checkpoints import networks, safetensors, state_dicts
from explorer.checkpoints.layers import label, recurrent
from explorer.checkpoints.refused import ACCEPTED, Refused
from explorer.checkpoints.study import Study, Upload, opened
from explorer.checkpoints.tables import rows
from explorer.dynamics.itemised import chain, itemised
from explorer.dynamics.lyapunov import lyapunov_spectrum
from explorer.dynamics.spectra import affordable, decomposable, spectra
from explorer.film import Bars, Reel
from explorer.recipes.your_model import YourModel
from explorer.scenes import yours
from explorer.sequences import GENERATED
from explorer.wiring.stack import Layer, Stack

PAGE = "your_model"
DEFAULT = YourModel()

controls.heading("Your model", __doc__)


@st.cache_data
def example() -> bytes:
    """Return a network of ours as a file, for those who have none at hand."""
    model = asset("flip_flop-GRU-16").model.astype(np.float64)
    stack = Stack((Layer(model.cell),))
    return safetensors.write(state_dicts.state_dict(stack, model.readout))


def brought() -> Upload:
    """Return what the visitor has brought, else the example; a bad file changes nothing."""
    memory = st.session_state
    with controls.row():
        file = st.file_uploader(
            "A PyTorch state dict (.pt, .pth) or .safetensors, up to 50 MB",
            key=f"{PAGE}.file",
            width=560,
            help="It stays in the memory of your session, is never written to disk, and code in "
            "it is never run.",
        )
        aside = st.container(width=300, gap=None)
    if file is not None and file.file_id != memory.get(f"{PAGE}.seen"):
        memory[f"{PAGE}.seen"] = file.file_id
        memory.pop(f"{PAGE}.refused", None)
        try:
            with st.spinner("Opening the file apart from the app …"):
                memory[f"{PAGE}.upload"] = opened(file.name, file.getvalue())
        except Refused as refusal:
            memory[f"{PAGE}.refused"] = f"{file.name}: {refusal}"
    if file is None:
        memory.pop(f"{PAGE}.refused", None)
    controls.said(memory.get(f"{PAGE}.refused", ""))
    upload = memory.get(f"{PAGE}.upload")
    if upload is None or not upload.modules:
        for remark in upload.remarks if upload else ():
            controls.said(remark)
        with aside:
            st.download_button(
                "Until then: a GRU of ours, trained beforehand",
                example(), "three_bits.safetensors",
                icon=":material/download:", type="tertiary", on_click="ignore",
            )  # fmt: skip
        found, _ = recurrent(safetensors.read(example()))
        tables = {k: v for k, v in safetensors.read(example()).items() if k.startswith("head")}
        return Upload("the example", tuple(found), tables=tables, ours=True)
    for remark in upload.remarks:
        controls.said(remark)
    return upload


def table_of_numbers(recipe: YourModel) -> np.ndarray | None:
    """Return the rows of an uploaded file of numbers, if the model is to read one."""
    if recipe.input != "file":
        return None
    memory = st.session_state
    file = st.file_uploader(
        "A table of numbers (.csv, .npy, .npz), a row for each step", key=f"{PAGE}.numbers_file"
    )
    if file is not None and file.file_id != memory.get(f"{PAGE}.numbers_seen"):
        memory[f"{PAGE}.numbers_seen"] = file.file_id
        try:
            memory[f"{PAGE}.rows"] = rows(file.getvalue())
            memory.pop(f"{PAGE}.no_rows", None)
        except ValueError as trouble:
            memory[f"{PAGE}.no_rows"] = f"{file.name}: {trouble}"
    controls.said(memory.get(f"{PAGE}.no_rows", ""))
    return memory.get(f"{PAGE}.rows")


@st.fragment
def model() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    upload = brought()
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
    numbers = table_of_numbers(recipe)
    recipe, live = controls.dragged(
        PAGE, recipe, pinned="at" if recipe.view == "matrix" else "unit"
    )
    controls.keep(PAGE, recipe, DEFAULT, live)

    sequence = recipe.sequence(found.D, numbers, upload.embedding(recipe.embedding, found.D))
    controls.said(sequence.remark)
    readout = upload.head(recipe.head, found.P * found.directions)
    study = Study.of(network, sequence.xs, readout, recipe.loss)
    way = int(recipe.way == "backward" and found.directions > 1)
    layer = min(recipe.layer, found.depth) - 1
    trace, gradients = study.film(layer, way)
    st.session_state["yours.cell"] = trace.cell
    controls.said(controls.what_left(trace, gradients))
    panels, note = VIEWS[recipe.view](recipe, study, sequence, trace, gradients, way)
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
        ),
    )
    controls.truth(
        f"✓ real · {'the example, trained beforehand' if upload.ours else 'your file'} · float64",
        "The weights are those of the file; everything else is computed now, in NumPy and double "
        "precision: gates that PyTorch does not show, and gradients carried back through every "
        "layer. In the tests the same networks agree with PyTorch to 1e-12."
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


def film_of(recipe, study, sequence, trace, gradients, way):
    """Return the signals of one layer."""
    del recipe
    panels = (
        scenes.inputs(trace, sequence if trace is study.trace.films[0][way] else None),
        *scenes.gates(trace),
        *scenes.states(trace),
        yours.said(study.y, way),
        scenes.gradient_norms(gradients),
    )
    return panels, (
        "Gates are recomputed at every step; the gradient is that of the loss on the outputs, "
        "carried back through all layers above."
    )


def matrix_of(recipe, study, sequence, trace, gradients, way):
    """Return the itemised matrix of one layer, and the links of the chosen entry."""
    del study, sequence, gradients, way
    if affordable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the matrix", affordable(trace.T, trace.cell.S))
    t = min(recipe.at, trace.T)
    k = min(recipe.cursor, t)
    parts = chain(trace, t, k)
    panels = (*scenes.triangle(itemised(trace), trace.cell), *scenes.links(parts, t, k))
    return panels, scenes.verdict(parts)


def spectrum_of(recipe, study, sequence, trace, gradients, way):
    """Return the spectra of the Jacobians of one layer."""
    del recipe, study, sequence, gradients, way
    if decomposable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the spectra", decomposable(trace.T, trace.cell.S))
    return yours.spectrum_panels(spectra(trace)), (
        "A gradient is multiplied by these matrices on its way back: it cannot grow by more than "
        "the largest singular value at a step, nor shrink by more than the smallest."
    )


def exponents_of(recipe, study, sequence, trace, gradients, way):
    """Return the Lyapunov exponents of one layer along the sequence."""
    del study, sequence, gradients, way
    if affordable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the exponents", affordable(trace.T, trace.cell.S))
    rng = np.random.default_rng(recipe.seed)
    count = min(trace.cell.S, 16)
    found = lyapunov_spectrum(trace.cell, trace.x[:, 0], trace.s[0, 0], warmup=0, rng=rng,
                              count=count)  # fmt: skip
    verdict = "grow" if found.leading > 0 else "fade"
    return yours.exponent_panels(found, trace.T), (
        f"Along these {trace.T} steps small differences {verdict}: the leading exponent is "
        f"**{found.leading:.3f}** nats per step, a factor of {np.exp(found.leading):.3f}. "
        f"{found.remark}"
    )


def too_long(trace, what, steps):
    """Return the states alone, and a sentence that says what would not be interactive, and how."""
    count = "a single step" if steps == 1 else f"{steps} steps"
    return (scenes.states(trace)[0],), (
        f"With {trace.cell.S} numbers of state {what} of {trace.T} steps would take too long to "
        f"wait for, so only the states are shown: shorten the sequence to {count}."
    )


VIEWS = {
    "film": film_of, "matrix": matrix_of, "spectrum": spectrum_of, "exponents": exponents_of,
}  # fmt: skip


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
