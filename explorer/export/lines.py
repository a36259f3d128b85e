"""What each page computes, as the lines of Python that compute and print its main numbers.

Each is written as the page does it, with ``recipe`` for the page's settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from explorer.assets import names
from explorer.recipe import UNCLIPPED


@dataclass(frozen=True)
class Lines:
    """Imports of a script, and what it does; a remark stands above it as a comment."""

    imports: tuple[str, ...]
    body: str
    remark: str = ""


RUN = """\
trace = recipe.trace()  # the whole run: trace.s, trace.gates, trace.slot(name)
gradients = recipe.gradients(trace)  # of the loss, carried back to every state
for slot in trace.cell.slots:
    print(f"{slot}_T =", trace.slot(slot)[-1, 0])
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
"""


def one_run(recipe: Any) -> Lines:
    """Print the last state and the gradient's norm at every state."""
    return Lines((), RUN)


def unrolling(recipe: Any) -> Lines:
    """Print what the read-out says, too."""
    said = 'print("y_T =", recipe.readout()(trace.slot("h"))[-1, 0])\n'
    return Lines((), RUN + said)


def vanishing_gradients(recipe: Any) -> Lines:
    """Print the curve of every cell."""
    return Lines(
        ("from dataclasses import replace\n", "from explorer.dynamics.decay import decay"),
        """\
for cell in recipe.cells:
    gradients = replace(recipe, cell=cell).gradients()
    print(f"{cell}: |dL/ds_t| for t = 0 .. T =", gradients.norm())
    print(f"{cell}: half-life in steps =", decay(gradients).half_life)
""",
    )


def backpropagation(recipe: Any) -> Lines:
    """Print the loss, the gradient as the window leaves it, and what clipping does."""
    most = "np.inf" if recipe.clip >= UNCLIPPED else "recipe.clip"
    return Lines(
        (
            "from explorer.learning.clipping import clipped",
            "from explorer.learning.truncation import truncated",
        ),
        f"""\
trace, loss = recipe.trace(), recipe.objective()
if recipe.window >= trace.T:
    gradients = recipe.gradients(trace)
else:
    gradients = truncated(trace, loss.gradient(trace), recipe.window)
for slot in trace.cell.slots:
    print(f"{{slot}}_T =", trace.slot(slot)[-1, 0])
print("L =", loss.value(trace))
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
for name, array in gradients.dcell.named().items():
    print(f"|dL/d{{name}}| =", np.linalg.norm(array))
print("clipping multiplies by =", clipped(gradients.dcell, {most})[1])
""",
    )


def gradient_matrix(recipe: Any) -> Lines:
    """Print the itemised matrix and the links of the chosen entry."""
    return Lines(
        ("from explorer.dynamics.itemised import chain, itemised",),
        """\
trace = recipe.trace()
print("|dL_t/ds_k|, a row for each t = 1 .. T =", itemised(trace).whole)
t = min(recipe.at, trace.T)
links = chain(trace, t, min(recipe.cursor, t))
print(f"from t = {t} back, slope of each step =", links.slope)
print(f"from t = {t} back, weight of each step =", links.weight)
""",
    )


def nudge(recipe: Any) -> Lines:
    """Print what the push did and what the gradient had foreseen."""
    return Lines(
        ("from explorer.dynamics.nudge import nudge",),
        """\
trace = recipe.trace()
k, unit = min(recipe.cursor, trace.T), min(recipe.unit, recipe.H) - 1
slots = list(trace.cell.slots)
slot = slots.index(recipe.slot) if recipe.slot in slots else 0
pushed = nudge(trace, k, slot * recipe.H + unit, recipe.push)
print("|what the push changed| from step k on =", np.linalg.norm(pushed.true, axis=1))
print("|what was foreseen| from step k on =", np.linalg.norm(pushed.foreseen, axis=1))
""",
    )


def cell_duel(recipe: Any) -> Lines:
    """Print every contender's size and gradients."""
    return Lines(
        ("from explorer.duel import runs",),
        """\
for cell, run in runs(recipe).items():
    print(f"{cell}: units =", run.trace.cell.H)
    print(f"{cell}: parameters =", run.parameters)
    print(f"{cell}: |dL/ds_t| for t = 0 .. T =", run.gradients.norm())
""",
        "A pinned run A is a run of its own: pin nothing and take its script."
        if recipe.pin
        else "",
    )


def recurrence(recipe: Any) -> Lines:
    """Print how far apart the two orders are, in both networks."""
    return Lines(
        ("from explorer.orders import Reading, distances, second",),
        """\
sequence = recipe.sequence()
moved, _ = second(recipe, sequence)
first, other = Reading.of(recipe, sequence), Reading.of(recipe, moved)
print("second order:", ascii(moved.words))
print("bag of words: apart at t = 0 .. T =", distances(first.bag, other.bag))
print("recurrent: apart at t = 0 .. T =", distances(first.trace.s, other.trace.s))
""",
    )


def history(recipe: Any) -> Lines:
    """Print where each of the ten networks ends."""
    return Lines(
        ("from explorer.recipes.history import IDEAS",),
        """\
for idea in IDEAS:
    print(f"{idea.year} {idea.name}: last state =", idea.run(recipe).states[-1])
""",
    )


def sequence_maps(recipe: Any) -> Lines:
    """Print what a wiring says and how far each output hears each input."""
    made = "network = recipe.drawn()\n"
    imports = ("from explorer.wiring.paths import paths",)
    if recipe.network == "trained":
        imports = (
            "from explorer.cells import CELLS",
            "from explorer.learning.uses import trained",
            *imports,
        )
        made = (
            "kind = CELLS[recipe.cell]\n"
            "learnt = trained(recipe.task, recipe.wired, kind, recipe.seed, recipe.depth)\n"
            "network = learnt.network\n"
        )
    return Lines(
        imports,
        f"""\
{made}trace = recipe.trace(network)
print("y, a row for each output =", trace.y[:, 0])  # a trained one's before its softmax
print("|dy_k/dx_t|, a row for each output =", paths(trace).inputs[:-1])
""",
    )


def learning_rules(recipe: Any) -> Lines:
    """Print the gradient as it is found backwards and, where affordable, forwards."""
    forward = """\
forward = SensitivityTrace.of(lesson.film.trace, lesson.dL_ds)
for name, norms in forward.norms.items():
    print(f"|ds_t/dw| of {name} for t = 1 .. T =", norms[1:])
for name, array in forward.dcell.named().items():
    print(f"RTRL: |dL/d{name}| =", np.linalg.norm(array))
"""
    affordable = recipe.affordable()
    more = ("from explorer.learning.rtrl import SensitivityTrace",) if affordable else ()
    return Lines(
        (*more, "from explorer.recipes.learning_rules import Lesson"),
        """\
lesson = Lesson.of(recipe)
print("L =", lesson.loss)
print("|dL/ds_t| for t = 0 .. T =", lesson.gradients.norm())
for name, array in lesson.gradients.dcell.named().items():
    print(f"BPTT: |dL/d{name}| =", np.linalg.norm(array))
"""
        + (forward if affordable else ""),
        "The race is not in it; explorer.learning.race runs it.",
    )


def teacher_forcing(recipe: Any) -> Lines:
    """Print what the pupil wrote, its error, and the gradient of the last one."""
    return Lines(
        (),
        """\
run = recipe.run()
print("y, a row for each step =", run.y[:, 0])
print("error, median over the starts =", np.median(run.error, axis=1))
print("mean error =", run.error.mean())
""",
    )


def timescales(recipe: Any) -> Lines:
    """Print the half-life of every way of forgetting, measured and by its formula."""
    return Lines(
        (),
        """\
draws = [recipe.mechanisms(draw) for draw in range(3)]
for k, one in enumerate(draws[0]):
    found = [recipe.followed(drawn[k], draw) for draw, drawn in enumerate(draws)]
    lives = np.concatenate([film.half_life for film in found])
    print(f"{one.name}: steps until half is forgotten =", np.median(lives))
    print(f"{one.name}: by the formula =", one.formula)
""",
    )


RESERVOIR = {
    "echo": """\
found = recipe.meeting()
print("exponent =", found.exponent)
print("distance at t = 0 .. T =", found.distance)
""",
    "memory": """\
found = recipe.capacity()
print("capacity =", found.total)
print("recalled, delay by delay =", found.recalled)
""",
    "forecast": """\
found = recipe.forecast(recipe.taught(recipe.steps))
print("steps within the threshold =", found.horizon(recipe.threshold))
print("error, step by step =", found.error)
""",
    "cost": """\
lesson = recipe.lesson()
reservoir = recipe.reservoir(0, lesson.series.shape[1])
mark, fit, trace = solved(reservoir, lesson, float(recipe.ridge))
print("error after one solve =", mark.error)
for name, every in {"the read-out": False, "all weights": True}.items():
    *_, mark = descended(reservoir, lesson, recipe.updates, float(recipe.rate), all_weights=every)
    print(f"Adam on {name}: error after the last update =", mark.error)
""",
}


def reservoir(recipe: Any) -> Lines:
    """Print the answer to the question that is asked."""
    needed = ("from explorer.reservoir.cost import descended, solved",)
    return Lines(needed if recipe.view == "cost" else (), RESERVOIR[recipe.view])


def hopfield(recipe: Any) -> Lines:
    """Print the energy and the overlaps along the recall."""
    return Lines(
        (),
        """\
memories = recipe.stored()
recall = recipe.recall(memories)
print("energy, flip by flip =", recall.energy)
for name, pattern in zip(memories.names, memories.patterns, strict=True):
    print(f"overlap with {name}, flip by flip =", recall.x @ pattern / len(pattern))
""",
    )


def training(recipe: Any) -> Lines:
    """Print the loss of the first updates."""
    return Lines(
        (),
        """\
updates = 8  # as many as you like
course = recipe.course().ahead(lambda done: done >= updates)
for k, history in enumerate(course.histories):
    print(f"seed {recipe.seed + k}: loss of the first {updates} updates =", history.loss)
""",
        "The same as on the page where no setting was changed while it learned.",
    )


def text(recipe: Any) -> Lines | None:
    """Print how surprised a network trained beforehand is; what learned on a page stays there."""
    if recipe.weights != "trained" or f"characters-{recipe.cell}" not in names():
        return None
    return Lines(
        (
            "from explorer.assets import asset",
            "from explorer.text.reading import Reading",
            "from explorer.text.vocabulary import Vocabulary",
        ),
        """\
kept = asset(f"characters-{recipe.cell}")
whole, _ = recipe.whole()
letters, _ = recipe.stretch(whole)
reading = Reading.of(kept.model, Vocabulary(kept.about["letters"]), letters)
print("mean surprise in nats a letter =", reading.loss)
print("surprise, letter by letter =", reading.surprise)
""",
    )


def fixed_points(recipe: Any) -> Lines | None:
    """Print the places of rest; a network of the visitor's own has left with its file."""
    if recipe.network == "yours":
        return None
    return Lines(
        (),
        """\
cell, _ = recipe.build()
*_, found = recipe.sought(cell, given=recipe.given(cell))
print("fixed points =", len(found))
print("starts =", found.starts)
print("|s*| of each =", np.linalg.norm(found.points, axis=1))
print("largest |eigenvalue| of each =", np.abs(found.eigenvalues[:, 0]))
""",
    )


CHAOS = {
    "apart": """\
found = recipe.parting()
print("leading exponent =", found.exponent)
print("distance at t = 0 .. T =", found.distance)
""",
    "gain": """\
*_, found = recipe.gain_sweep()
print("gains =", found.along)
for N, exponents in found.exponents.items():
    print(f"N = {N}: median exponent at each gain =", np.median(exponents, axis=0))
""",
    "spectrum": """\
*_, found = recipe.spectrum()
print("exponents =", found.exponents)
""",
    "gradient": """\
found = recipe.growth()
print("leading exponent =", found.exponent)
print("norms of the gradients, lag by lag =", found.norms)
""",
}
CHAOS["input"] = (
    CHAOS["apart"]
    + """\
*_, found = recipe.input_sweep()
print("amplitudes =", found.along)
for N, exponents in found.exponents.items():
    print(f"N = {N}: median exponent at each amplitude =", np.median(exponents, axis=0))
"""
)


def chaos(recipe: Any) -> Lines:
    """Print the answer to the question that is asked."""
    return Lines((), CHAOS[recipe.view])


def phase_portrait(recipe: Any) -> Lines:
    """Print the places of rest and where every run ends."""
    return Lines(
        (),
        """\
whole, _ = recipe.portrait()
print("fixed points, a row for each =", whole.found.points)
print("|eigenvalues|, a row for each =", np.abs(whole.found.eigenvalues))
print("last state of each run =", whole.orbits[:, -1])
print("attracting point that each comes to, -1 for none =", whole.ends)
""",
    )


def bifurcations(recipe: Any) -> Lines:
    """Print where branches of fixed points meet, and the run that sweeps along them."""
    return Lines(
        ("from explorer.recipes.bifurcations import UNCLIPPED",),
        """\
for k, branch in enumerate(recipe.branches()):
    for event in branch.events:
        print(f"branch {k + 1}, {event.kind}: {recipe.moving} =", event.p)
run = recipe.swept()
print("parameter of the slow run, up and down =", run.p)
print("state at the end of each value, a row for each =", run.s)
theta = np.inf if recipe.clip >= UNCLIPPED else recipe.clip
for name, most in {"not clipped": np.inf, "clipped": theta}.items():
    places, losses, norms = recipe.wall.descend(recipe.lw, recipe.lb, recipe.rate, most, 60)
    print(f"at the wall, {name}: loss of every update =", losses)
""",
    )


def your_model(recipe: Any) -> Lines:
    """Open the visitor's file, which must lie beside the script, and run the chosen layer."""
    numbers = 'rows(Path("numbers.csv").read_bytes())' if recipe.input == "file" else "None"
    more = ("from explorer.checkpoints.tables import rows",) if recipe.input == "file" else ()
    return Lines(
        (
            "from pathlib import Path\n",
            "from explorer.checkpoints.networks import imported",
            "from explorer.checkpoints.study import Study, opened",
            *more,
        ),
        f"""\
file = Path("three_bits.safetensors")  # the file that you brought
upload = opened(file.name, file.read_bytes())
modules = {{found.prefix: found for found in upload.modules}}
found = modules.get(recipe.module, upload.modules[0])
network = imported(found, recipe.activation)
table = upload.embedding(recipe.embedding, found.D)
sequence = recipe.sequence(found.D, {numbers}, table)
readout = upload.head(recipe.head, found.P * found.directions)
study = Study.of(network, sequence.xs, readout, recipe.loss)
way = int(recipe.way == "backward" and found.directions > 1)
trace, gradients = study.film(min(recipe.layer, found.depth) - 1, way)
for slot in trace.cell.slots:
    print(f"{{slot}}_T =", trace.slot(slot)[-1, 0])
print("|dL/ds_t| for t = 0 .. T =", gradients.norm())
print("output at t = 1 .. T =", study.y[:, 0])
""",
    )


LINES: dict[str, Callable[[Any], Lines | None]] = {
    "home": one_run,
    "gates": one_run,
    **{
        found.__name__: found
        for found in (
            unrolling, vanishing_gradients, backpropagation, gradient_matrix, nudge, cell_duel,
            recurrence, history, sequence_maps, learning_rules, teacher_forcing, timescales,
            reservoir, hopfield, training, text, fixed_points, chaos, phase_portrait,
            bifurcations, your_model,
        )
    },
}  # fmt: skip
