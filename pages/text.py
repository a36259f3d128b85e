"""To say the next letter well, a network keeps letters long gone; its gradient tells which."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.controls import followed, lessons, pupil, reader
from explorer.controls.alone import on_its_own
from explorer.film import Reel, Slider
from explorer.recipes.text import LONGEST_LINK, TYPED, TextRecipe
from explorer.text.reading import Reading
from explorer.text.tracking import tracked

PAGE = "text"
WRITING = f"{PAGE}.writing"
DEFAULT = TextRecipe()

controls.heading("What does a network read in a text?", __doc__)


def pasted(recipe: TextRecipe) -> tuple[TextRecipe, str | None]:
    if recipe.topic != TYPED:
        return recipe, None
    memory = st.session_state
    # The recipe carries no more than a link does; the visitor comes back to all of it.
    before = memory.get(f"{PAGE}.pasted", "")
    same = before[:LONGEST_LINK] == recipe.text
    memory.setdefault(f"{PAGE}.text", before if same else recipe.text)
    whole = st.text_area(
        "Your text", key=f"{PAGE}.text", height=110,
        help="The network reads it and can learn from it. It stays in this session; a link "
        f"carries its first {LONGEST_LINK:,} letters.",
    )  # fmt: skip
    memory[f"{PAGE}.pasted"] = whole
    return replace(recipe, text=whole[:LONGEST_LINK]), whole


def chosen() -> str:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell", "weights"))
        if reader.learns(recipe):
            recipe = controls.choose(PAGE, recipe, ("H",))
        recipe = controls.choose(PAGE, recipe, ("topic",))
        recipe = controls.more(PAGE, recipe, ("start", "T", "written", "seed"))
    recipe, own = pasted(recipe)
    controls.keep(PAGE, recipe, DEFAULT)
    whole, remark = recipe.whole(own)
    controls.said(remark)
    return whole


def thumbs() -> TextRecipe:
    recipe = controls.opening(PAGE, DEFAULT)
    recipe, live = controls.dragged(PAGE, recipe, slots=True)
    heard, held = controls.dragged(WRITING, recipe)
    recipe = replace(recipe, temperature=heard.temperature)
    controls.keep(PAGE, recipe, DEFAULT, live or held)
    return recipe


@st.fragment
def text(whole: str) -> None:
    recipe = thumbs()
    rate = ()
    if reader.learns(recipe):
        history = pupil.history(PAGE, recipe, whole)
        if pupil.refusal(whole):
            lessons.switch(PAGE, False)
        if lessons.playing(PAGE):
            history = pupil.onward(PAGE, recipe, whole, history)
        if recipe.weights != "own":
            controls.said(
                f"No {CELLS[recipe.cell].name} network was trained beforehand, so this one knows "
                "nothing yet: let it learn from the text below."
            )
        controls.said(pupil.refusal(whole))
        controls.said(history.trouble)
        controls.noted(pupil.enough(history))
        pupil.buttons(PAGE, recipe, whole, history)
        controls.not_in_link(
            f"The link does not hold what the network learned here in {history.N} "
            f"update{'s' * (history.N != 1)}: it opens with an untrained one. While no setting is "
            "changed, the same number of updates gives the same network." * bool(history.N)
        )
        model, vocabulary = history.last.model, history.training.task.vocabulary
        how = f"learned here, {history.N} updates"
        rate = (
            Slider(
                "rate", "learning rate", "η", 1e-4, 10.0, 0.05, recipe.rate, digits=4, log=True,
                marks=((1e-3, "10⁻³"), (0.01, "10⁻²"), (0.1, "0.1"), (1.0, "1")),
            ),
        )  # fmt: skip
    else:
        history, (model, vocabulary) = None, reader.beforehand(recipe.cell)
        how = "trained beforehand"

    if recipe.topic == TYPED and whole != recipe.text and len(whole) > LONGEST_LINK:
        controls.not_in_link(f"The link holds the first {LONGEST_LINK:,} letters of your text.")
    words, remark = recipe.stretch(whole)
    controls.said(remark)
    reading = Reading.of(model, vocabulary, words)
    controls.network(PAGE, model.cell.name, model.cell, model.readout)
    controls.said(scenes.strangers(reading) if reading.unknown > reader.MANY else "")
    cell, cursor = model.cell, min(recipe.cursor, reading.T)
    slot = recipe.slot if recipe.slot in cell.slots else cell.slots[0]
    odds, guesses = scenes.expected(reading.p, vocabulary.shown, reading.followed)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.letters_axis(reading.T),
            panels=(
                *scenes.letter_units(reading),
                scenes.surprise(reading),
                scenes.reach(
                    reader.remembered(recipe.cell, words)
                    if history is None
                    else reader.influence(reading)
                ),
                scenes.told(reading),
                odds,
            ),
            passage=scenes.passage(reading, guesses, "unit"),
            sliders=rate,
            cursor=cursor,
            pick=(slot, min(recipe.unit, cell.widths[slot]) - 1),
            title=f"{cell.name} reading, letter by letter",
            text=scenes.reading_summary(reading),
            precise=not lessons.playing(PAGE),
        ),
    )
    controls.truth(
        f"✓ real · {cell.name}, {cell.H} units · {how} · seed {recipe.seed} · float32",
        reader.facts(reading, history, recipe),
    )
    st.markdown(f"**{scenes.surprise_said(reading)}**")

    if history is not None and history.N:
        axis, curve = scenes.lesson_curve(history)
        st.subheader("How far it has learned", anchor=False)
        controls.film_beside(
            PAGE,
            "loss",
            Reel(axis=axis, panels=(curve,), cursor=10**9, title="The loss while it learns"),
        )

    on_its_own(WRITING, recipe, reading, cursor)
    followed.units(PAGE, recipe, tracked(reading, np.random.default_rng(recipe.seed)))
    lessons.go_on(PAGE)


# However many controls there are, what goes on by itself keeps its place.
with st.container():
    TEXT = chosen()
with st.container():
    text(TEXT)

controls.notice(
    "- **Scrub through a word**: its first letter surprises most, and the further the word goes "
    "on, the surer is the next.\n"
    "- **Colour by influence, relative**, and move the cursor: of sixty letters three carry a "
    "third of the sum or more. **Absolute** shows what relative hides: where the next letter is "
    "all but certain, nothing before it matters much.\n"
    "- **Is the gradient right?** Exchange letters for others and see what happens to the bet: of "
    "the five letters with the largest influence about four are also among the five that "
    "matter most.\n"
    "- **Temperature 0**: the likeliest letter each time, and sooner or later it goes round in a "
    "circle. **Temperature 2**: the spelling dissolves.\n"
    "- **Reading its own letters** it soon speaks of something else, and the true text then "
    "surprises it several times as much: what it was never shown in training is its own mistakes.\n"
    "- **Click one of the units below the film**: the text is coloured by a unit that nobody told "
    "what a vowel is, or how long a word has lasted.\n"
    "- **Take your own text**, choose *learns here* and press *Learn*: the guesses turn from noise "
    "into words while you watch."
)
