"""Before a network can learn, its gradient must reach back to where the answer lies."""

from dataclasses import fields, replace

import streamlit as st

from explorer import controls
from explorer.cells import CELLS
from explorer.checkpoints import engine
from explorer.controls import lessons
from explorer.film import Reel, Slider
from explorer.learning.optimisers import OPTIMISERS
from explorer.learning.rules import RULES
from explorer.learning.tasks import TASKS
from explorer.recipes.training import NEWEST, UNCLIPPED, TrainingRecipe
from explorer.recipes.training_presets import DEFAULT, PRESETS
from explorer.recipes.training_stages import linked, stages
from explorer.scenes import training as scenes
from explorer.scenes.example import example, example_axis, example_panels, example_side
from explorer.scenes.signals import cell_terms

PAGE = "training"
HELD = (
    "The link of *Take home* holds the update and every change of the settings on the way: opened, "
    "it trains again to the same losses and weights. They are the same to the last bit on the same "
    "kind of machine; another one may round differently, and training can make that grow."
)
UNLINKED = (
    "No link holds this run: a seed exploded and went on after the settings had been changed or "
    "updates taken back, or the settings were changed too often. The link opens a new run with "
    "the settings shown here."
)
controls.heading("Watch it learn", __doc__)


def trainings(recipe: TrainingRecipe):
    by, _ = engine.chosen(recipe.engine, RULES[recipe.rule])
    return by(recipe.trainings())


def asked(recipe: TrainingRecipe) -> TrainingRecipe:
    before = recipe.task
    recipe = controls.choose(PAGE, recipe, ("task",))
    if recipe.task != before:
        # Each task has a length of its own that is neither trivial nor hopeless.
        known = {f.name: f.default for f in fields(TASKS[recipe.task])}
        length = known.get("T", known.get("delay", recipe.T))
        recipe = replace(recipe, T=length)
        st.session_state[f"{PAGE}.T"] = length
    return controls.choose(PAGE, recipe, ("T", "bits") if recipe.asks("bits") else ("T",))


def chosen() -> TrainingRecipe:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = asked(recipe)
        recipe = controls.choose(PAGE, recipe, ("cell", "H"))
        recipe = controls.choose(PAGE, recipe, ("rule",))
        if recipe.has("k1") or recipe.has("every"):
            recipe = controls.choose(PAGE, recipe, ("k1",))
        if recipe.has("groups"):
            recipe = controls.choose(PAGE, recipe, ("groups",))
        recipe = controls.choose(PAGE, recipe, ("optimiser",))
        kind = CELLS[recipe.cell]
        own = ("activation",) if "activation" in kind.__dataclass_fields__ else ()
        keep = ("memory",) if kind.keep else ()
        bias = ("bias",) if kind.keep and recipe.memory == "bias" else ()
        recipe = controls.more(
            PAGE,
            recipe,
            (
                *keep,
                *bias,
                *own,
                "recurrent",
                "gain",
                "clipped",
                "schedule",
                "B",
                "seeds",
                "seed",
                *(["engine"] if engine.installed() else []),
            ),
        )
    controls.keep(PAGE, recipe, DEFAULT, live=True)  # the run's update belongs to the address
    return recipe


def sliders(recipe: TrainingRecipe) -> tuple[Slider, ...]:
    rate = Slider(
        "rate", "learning rate", "η", min(1e-5, recipe.rate), max(1.0, recipe.rate), 0.02,
        recipe.rate, digits=5, log=True, marks=((1e-3, "10⁻³"), (1e-2, "10⁻²"), (0.1, "0.1")),
    )  # fmt: skip
    clip = Slider(
        "clip", f"clip the {recipe.clipped} at", "θ", 0.001, UNCLIPPED, 0.02, recipe.clip,
        digits=3, log=True, marks=((0.001, "10⁻³"), (1.0, "1"), (UNCLIPPED, "off")), top="off",
    )  # fmt: skip
    window = Slider(
        "k2", "each window looks back", "k₂", 1, 200, 0.02, recipe.k2, digits=0, log=True,
        marks=((1, "1"), (10, "10"), (100, "100")),
    )  # fmt: skip
    return (rate, clip, *([window] if recipe.has("k2") else []))


@st.fragment
def lesson() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    kept = recipe.cursor
    recipe, live = controls.dragged(PAGE, recipe)
    recipe = replace(recipe, cursor=lessons.scrubbed(PAGE, kept))
    controls.keep(PAGE, recipe, DEFAULT, live=True)
    with st.container():  # for the bar, while a link is trained again
        run, refusal = lessons.course(PAGE, recipe, trainings)
    _, unread = stages(recipe)
    _, remark = engine.chosen(recipe.engine, RULES[recipe.rule])
    recipe = lessons.opened(PAGE, recipe, run)
    if refusal:
        lessons.switch(PAGE, False)
    if lessons.playing(PAGE):
        run = lessons.onward(PAGE, recipe, run)
    there = linked(recipe, run)
    controls.keep(PAGE, recipe, DEFAULT, live or lessons.playing(PAGE), there)
    controls.not_in_link("" if there else UNLINKED)

    history, task = run.first, run.first.training.task
    with st.container():  # however much is said, the pictures keep their place
        controls.said(recipe.remark())
        controls.said(remark)
        controls.said(refusal)
        controls.said(run.trouble)
        controls.noted(lessons.enough(run))
        for sentence in unread:
            controls.said(sentence)
        controls.noted(lessons.behind(PAGE, run))
    lessons.buttons(PAGE, recipe, run, refusal, trainings)
    threshold = recipe.clip if recipe.clip < UNCLIPPED and recipe.clipped == "norm" else None
    values, bars = scenes.spectra(run)
    st.session_state[f"{PAGE}.shown"] = int(run.marks[-1])
    controls.show(
        PAGE,
        Reel(
            axis=scenes.course_axis(run),
            panels=(
                scenes.learning_curves(run),
                *scenes.ribbon(run),
                *scenes.gradient_curve(run, threshold),
                *scenes.weights_curves(run),
                *scenes.saturation_curves(run),
                *values,
            ),
            side=bars,
            sliders=sliders(recipe),
            cursor=10**9 if recipe.cursor == NEWEST else recipe.cursor,
            title=f"{CELLS[recipe.cell].name} network learns {task.name}",
            text=scenes.course_summary(run),
            precise=False,
            terms=cell_terms(history.at(history.N).model.cell)
            | {"L": f"loss: {task.objective.name} of the outputs."},
        ),
    )
    at = history.N if recipe.cursor == NEWEST else min(recipe.cursor, history.N)
    torch = recipe.engine == "torch" and not remark
    where = "by the automatic differentiation of PyTorch" if torch else "in NumPy"
    controls.truth(
        f"✓ real · trained here · update {history.N} · seed {recipe.seed} · float32",
        f"Trained just now, {where}, from the first weights on; nothing is replayed from a "
        "recording. Every batch is drawn from the seed and the number of its update. "
        + (HELD if there else UNLINKED)
        + f"\n\n**{RULES[recipe.rule].name}**: {RULES[recipe.rule].about} "
        f"({RULES[recipe.rule].source}). **{OPTIMISERS[recipe.optimiser].name}** "
        f"({OPTIMISERS[recipe.optimiser].source}): ${OPTIMISERS[recipe.optimiser].latex}$.",
    )
    st.markdown(scenes.outcome(run))

    at = lessons.example_at(PAGE, at)
    st.subheader(f"One example, read by the network of update {at}", anchor=False)
    model = history.at(at).model
    controls.network(PAGE, model.cell.name, model.cell, model.readout)
    trace, one, y, flow = example(model, run.examples, task)
    controls.film_beside(
        PAGE,
        "example",
        Reel(
            axis=example_axis(trace),
            panels=example_panels(trace, one, y, flow, task),
            side=example_side(trace),
            title=f"One sequence of the task {task.name}",
            text=f"What the network of update {at} does with one sequence: {task.about}",
            precise=not lessons.playing(PAGE),
        ),
    )
    lessons.go_on(PAGE)


# However many controls there are, what goes on by itself keeps its place.
with st.container():
    chosen()
with st.container():
    lesson()

controls.notice(
    "- **Watch the ribbon.** While the loss lies on its plateau the gradient has faded to less "
    "than a thousandth four fifths of the way back. The ribbon brightens from above to below, and "
    "only then does the loss fall: *GRU adds* within 300 updates, *LSTM adds* later.\n"
    "- **Simple network fails.** Its ribbon stays dark below, and its loss stays that of who knows "
    "nothing. *IRNN*, the same network with ReLU and the identity to start from, has a ribbon that "
    "is bright from the first update on, and learns the task over 30 steps.\n"
    "- **One bias decides.** *Gates half open*: none of three LSTMs learns to keep one bit for 30 "
    "steps. *Gates open*: with a forget bias of 3 all of them do, within a hundred updates.\n"
    "- **Short window.** Windows of 10 steps never see the bit, 30 steps ago. Let each window look "
    "back 30 steps, start over, and the same networks learn.\n"
    "- **Clipping.** Strong recurrent weights make steep walls: *Not clipped*, steps throw the "
    "loss to more than three times that of guessing; *Clipped*, none goes so far, and all five "
    "seeds learn within a hundred updates.\n"
    "- **Two units** hold one bit: in the state plane below a single point of rest splits, and two "
    "that draw in are left. Scrub training time to see when.\n"
    "- **Nothing is lost.** Pause, change the learning rate, take updates back, go on from an "
    "earlier one: the last three runs are kept while you try another, and every update can be "
    "shown again."
)
st.caption(
    "Adam 0.01 or 0.003, clipped at 1, batches of 32, unless the preset says otherwise. Solved "
    "means: the mean loss of 20 batches, none of them seen before, is below what the task asks for."
)
