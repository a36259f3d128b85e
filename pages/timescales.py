"""Leak, forget gate, clock, spectral radius: each memory has a half-life, and all fit one axis."""

import streamlit as st

from explorer import controls, scenes
from explorer.film import Reel, Slider
from explorer.numerals import numeral
from explorer.recipes.timescales import SETTLE, SIZE, Timescales

PAGE = "timescales"
DEFAULT = Timescales()
DRAWS = 3

controls.heading("How long does it remember?", __doc__)


@st.fragment
def timescales() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("periods", "recurrent"))
        recipe = controls.more(PAGE, recipe, ("H", "T", "seed"))
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    # While a thumb is dragged one draw of the weights is followed; the others join at rest.
    draws = [recipe.mechanisms(draw) for draw in range(1 if live else DRAWS)]
    found = {
        one.key: [recipe.followed(drawn[k], draw) for draw, drawn in enumerate(draws)]
        for k, one in enumerate(draws[0])
    }
    home = scenes.forgetful(draws)
    controls.networks(PAGE, {name: lambda one=one: (one, None) for name, one in home.items()})
    scale = scenes.half_lives(recipe, draws[0], found)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.share_axis(recipe),
            panels=(*scenes.shares(draws[0], found), scenes.ticking(recipe, SETTLE)),
            scale=scale,
            sliders=(
                Slider("leak", "leak", "α", 0.01, 1.0, 0.01, recipe.leak),
                Slider(
                    "bias", "bias of the forget gate", "b_f", -4.0, 8.0, 0.05, recipe.bias,
                    marks=((0.0, "0"), (1.0, "1")),
                ),
                Slider("coupling", "LSTM: radius of its matrices", "U", 0.0, 1.0, 0.01,
                       recipe.coupling),
                Slider("radius", "spectral radius", "ρ", 0.0, 1.2, 0.005, recipe.radius,
                       marks=((1.0, "1"),), digits=3),
                Slider("drive", "size of the input", "x", 0.0, 3.0, 0.01, recipe.drive),
            ),
            cursor=min(recipe.cursor, recipe.T),
            title="What is left of a push, step by step",
            text=scenes.timescales_summary(scale),
            precise=not live,
        ),
    )  # fmt: skip
    controls.truth(
        f"✓ measured · seed {recipe.seed} · float64",
        f"Each network runs {SETTLE} steps; then its state is pushed by {numeral(SIZE)} in "
        f"eight random directions, for {DRAWS} drawings of its weights (one while you drag), and "
        "the pushed and the unpushed network go on side by side. The dot is the median of their "
        "half-lives, the bar reaches from the shortest to the longest. All biases but "
        "the forget gate's are 0. "
        "The leaky units, $h_t = (1 - \\alpha) h_{t-1} + \\alpha \\tanh(a_t)$, have no recurrent "
        "weights (Jaeger et al. 2007); the echo state network is the same with recurrent weights "
        "of spectral radius ρ (Jaeger 2001); the clocks are one Clockwork network (Koutník et al. "
        "2014) whose groups' own blocks have spectral radius ρ, each group followed by itself.",
    )
    with controls.at_rest(live) as rests:
        if rests:
            formulas(scale, draws[0], recipe)


def formulas(scale, draws, recipe: Timescales) -> None:
    st.subheader("The formulas", anchor=False)
    st.markdown(
        "| steps until half is forgotten | formula | measured |\n|---|--:|--:|\n"
        + "\n".join(
            # Name and formula in one cell, which can break between them on a phone.
            f"| {one.name}: ${one.latex}$ | {scenes.steps_said(mark.formula, 'never')} "
            f"| {scenes.steps_said(mark.measured, f'> {recipe.T}')} |"
            for one, mark in zip(draws, scale.marks, strict=True)
        )
    )


timescales()

controls.notice(
    "- **Without input the leak, the spectral radius and the clock of period 1 sit on their "
    "formulas.** Nothing but one factor acts at every step, and half is gone after "
    "log ½ / log factor.\n"
    "- **A clock multiplies time.** A group of period 16 forgets as a group of period 1 does, only "
    "at every sixteenth step: its line is a staircase.\n"
    "- **Raise the size of the input**: tanh saturates, its slopes fall below 1, and the networks "
    "that depend on ρ forget faster than their formulas say. The leak does not care.\n"
    "- **Raise U of the LSTM**: the forget gate is only the direct path. What comes back through "
    "the hidden state is added to it, and the memory can last longer than the gate alone says.\n"
    "- **Choose Gaussian weights**: the spectral radius is that of the slowest direction. Most "
    "pushes die sooner.\n"
    "- **An echo state network has leak and radius at once**: its formula is that of its slowest "
    "direction; with rotating (complex) eigenvalues most directions are much faster."
)
