"""Your own trained network, opened up: every gate, every gradient and every exponent of it."""

import streamlit as st

from explorer import controls, scenes
from explorer.checkpoints import networks
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
LISTED = 200  # arrays in the table of what was found
ENTER = {"letters": "Letters enter as", "numbers": "It reads rows of"}
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
        heads, tables = upload.heads(found), upload.embeddings(found)
        blank = False
        if recipe.input == "numbers":
            recipe = controls.choose(PAGE, recipe, ("numbers",))
            blank = not recipe.numbers.strip()
        elif recipe.input == "letters":
            recipe = controls.choose(PAGE, recipe, ("text", "alphabet"))
        if recipe.input == "letters" or blank:
            if len(tables) > 1:
                shown = {name: short(found, name) or "one input each" for name in tables}
                recipe = controls.among(PAGE, recipe, "embedding", ENTER[recipe.input], shown)
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

    head = recipe.head if recipe.head in heads else next(iter(heads))
    table = recipe.embedding if recipe.embedding in tables else next(iter(tables))
    table = table if blank or recipe.input == "letters" else ""
    sequence = recipe.sequence(found.D, numbers, tables[table])
    controls.said(sequence.remark)
    readout = heads[head]
    unused = upload.unused(found, head, table)
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
    controls.noted(controls.plain(yours.not_applied(unused, found.notes)))
    said = [yours.assumed(found, head, table, recipe.activation)]
    if found.kind == "RNN":
        said.append(yours.other_activation(study, recipe.activation))
    if blank:
        said.append(given(found, table, sequence))
    st.caption(controls.plain(" ".join(said)))
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
        yours.origin(found, unused, bool(upload.remarks), upload.ours),
        "The weights are those of the file; everything else is computed now, in NumPy and double "
        "precision: gates that PyTorch does not show, and gradients carried back through every "
        "layer. In the tests the same networks agree with PyTorch to 10⁻¹². What the file leaves "
        "open, and what of it is not applied, stands above the picture."
        + (
            " An LSTM that projects its state by W_hr is shown as the plain LSTM of the state "
            "m = o ⊙ tanh(c), with W_hr folded into the matrices: the same function."
            if found.projected
            else ""
        ),
    )
    st.markdown(note)
    contents_of(upload, found, unused)


def short(found, name):
    """Return the name of an array without what it shares with the layer, such as model_state."""
    return name.removeprefix(f"{found.prefix.rstrip('.').rpartition('.')[0]}.")


def given(found, table, sequence):
    """Say what the network reads before it is given anything."""
    if table:
        return (
            f"It reads the rows {sequence.words[0]} to {sequence.words[-1]} of {table} one after "
            "another, because no sequence has been given yet."
        )
    return f"It reads pulses on its {found.D} inputs, because no sequence has been given yet."


def contents_of(upload, found, unused):
    """Show what was found in the file, used and not, and the way to its fixed points."""
    st.page_link(
        "pages/fixed_points.py",
        label="Where does this layer come to rest? Its fixed points",
        query_params={"net": "yours"},
    )
    with st.expander("What was found in the file"):
        contents = upload.contents
        listed = [
            (name, shape, unused.get(name, "used")) for name, shape in contents.shapes.items()
        ]
        listed.sort(key=lambda row: row[2] != "used")
        lines = [
            f"| {controls.plain(name)} | {' × '.join(f'{n}' for n in shape) or 'one number'} "
            f"| {'used' if role == 'used' else f'not used: {role}'} |"
            for name, shape, role in listed[:LISTED]
        ]
        st.markdown("| array | shape | in the picture |\n|---|---|---|\n" + "\n".join(lines))
        if contents.count > len(lines):
            st.caption(f"and {contents.count - len(lines)} arrays more.")
        for path, kind in list(contents.closed.items())[:20]:
            st.caption(controls.plain(f"Not opened: {path or 'the file'}, an object ({kind})."))
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
