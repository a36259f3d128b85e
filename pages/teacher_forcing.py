"""Fed by a teacher a network looks better than it is: left to eat its own output, it strays."""

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.film import Reel, Slider
from explorer.numerals import numeral
from explorer.recipes.teacher_forcing import PUPILS, REGIMES, STARTS, TeacherForcing, ranks
from explorer.shapes import Array

PAGE = "teacher_forcing"
DEFAULT = TeacherForcing()

controls.heading("What if it must eat its own output?", __doc__)


@st.cache_data(max_entries=64, show_spinner=False)
def against_the_dial(recipe: TeacherForcing) -> dict[str, Array]:
    return recipe.against_the_dial()


@st.fragment
def forcing() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell", "trained"))
        recipe = controls.more(PAGE, recipe, ("pupil", "T", "seed"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    run = recipe.run()
    net = run.network
    controls.network(PAGE, net.cell.name, net.cell, net.readout)
    # While a thumb is dragged only this pupil is run; the others join at rest.
    everyone = [] if live else recipe.runs()
    whole, given = recipe.gradient(run), recipe.gradient(run, outputs=False)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.answer_axis(run),
            panels=(
                scenes.fed(run),
                *scenes.answers(run),
                scenes.errors(run, everyone, recipe.cell),
                scenes.hidden(run),
                scenes.gradient_paths(whole, given),
                scenes.at_meals(whole),
            ),
            side=(scenes.pen_path(run),),
            sliders=(
                Slider("forcing", "fed by the teacher", "p", 0.0, 1.0, 0.01, recipe.forcing,
                       marks=((0.0, "free"), (1.0, "forced"))),
                Slider("warm", "first steps, always fed", "", 1, 64, 1, recipe.warm, digits=0),
            ),
            cursor=min(max(recipe.cursor, 1), run.T),
            title="A network that eats its own output",
            text=scenes.forcing_summary(recipe, run),
            precise=not live,
            terms={"L": "loss: squared error of the last output."},
        ),
    )  # fmt: skip
    controls.truth(
        f"✓ run just now · trained beforehand · seed {recipe.seed} · float64",
        f"The weights were trained beforehand by our own code, {PUPILS} times from different "
        "seeds, by `assets/make/forcing.py`, with 16 units, 800 updates of Adam and the exact "
        "gradient through every output that was eaten; how each was fed in training is what "
        "“trained” says. *Scheduled sampling* throws a coin at every step, and the teacher's share "
        "falls from 1 to 0 in the course of training (Bengio et al. 2015). Everything drawn here "
        f"is computed now: {STARTS} runs from different places of the line, errors as their "
        "median, the gradient of the last answer's squared error by backpropagation. Teacher "
        "forcing: Williams & Zipser 1989.",
    )
    if not live:
        st.subheader("The dial, and how each was trained", anchor=False)
        curves = against_the_dial(recipe.of_the_dial())
        reel = Reel(
            axis=scenes.dial_axis(len(curves[recipe.trained])),
            panels=(scenes.dial_curves(curves, recipe.trained),),
            cursor=scenes.dial_tick(recipe.forcing, len(curves[recipe.trained])),
            title="Error against the share of steps that the teacher feeds",
            text=dial_sentence(curves, recipe),
        )
        controls.film_beside(PAGE, "dial", reel)
        st.markdown(dial_sentence(curves, recipe))
        st.markdown(compared(curves))


def dial_sentence(curves: dict[str, Array], recipe: TeacherForcing) -> str:
    """Return in words how much worse each way of training fares without a teacher."""
    said = [
        f"*{REGIMES[regime]}*: {numeral(np.median(rows[-1]))} with the teacher, "
        f"{numeral(np.median(rows[0]))} without "
        f"({numeral(np.median(rows[0]) / np.median(rows[-1]))} times)"
        for regime, rows in curves.items()
    ]
    who = f"the {CELLS[recipe.cell].name} pupils (median of {PUPILS})"
    return f"Mean error of {who}: {'; '.join(said)}."


def compared(curves: dict[str, Array]) -> str:
    """Return in words which way of training has which error at both ends of the dial."""
    last = len(curves) - 1

    def place(rank: int) -> str:
        return {0: "the smallest error", last: "the largest error"}.get(rank, "an error between")

    said = []
    for regime, (taught, left) in ranks(curves).items():
        ends = (
            f"{place(taught)} at both ends"
            if place(taught) == place(left)
            else f"{place(taught)} with the teacher, {place(left)} without"
        )
        said.append(f"- *{REGIMES[regime]}*: {ends}")
    change = np.median(curves["scheduled"][0]) / np.median(curves["forced"][0]) - 1
    way = "less" if change < 0 else "more"
    return (
        "Compared with each other:\n"
        + "\n".join(said)
        + f"\n\nWithout the teacher the error with {REGIMES['scheduled']} is "
        f"{abs(change):.0%} {way} than after training by the teacher alone."
    )


forcing()

controls.notice(
    "- **Turn the dial from forced to free.** With the teacher every small error is forgotten at "
    "once, for the next step starts from the truth. Without, each step starts from the last "
    "error: the pen leaves its line. That is *exposure bias*: in training the network has never "
    "seen its own mistakes.\n"
    "- **Change how it was trained.** Which way of training has the smallest error with the "
    "teacher, and which without, depends on the cell, on T and on the first steps: the list under "
    "the dial is computed from the errors of this run.\n"
    "- **Look at the gradient.** A teacher's step cuts the way back through the output. In a "
    "Jordan network there is no other way: fully forced, the gradient of the last error reaches "
    "the last answer and nothing before it, and backpropagation through time is the gradient of a "
    "single step. The other cells still carry it through their states.\n"
    "- **A longer lesson** moves the place where the errors begin to grow."
)

if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    # One formula a line: two beside each other are wider than a phone.
    st.latex(r"e_t = m_t\, y^*_{t-1} + (1 - m_t)\, y_{t-1}")
    st.latex(r"m_t \in \{0, 1\}, \quad P(m_t = 1) = p")
    st.latex(
        r"\frac{\partial L}{\partial y_{t-1}} = \underbrace{\frac{\partial L_{t-1}}{\partial "
        r"y_{t-1}}}_{\text{its own error}} + \underbrace{(1 - m_t)}_{\text{cut where forced}} "
        r"\frac{\partial L}{\partial e_t}"
    )
