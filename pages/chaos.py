"""Two nearly equal starts part, and gradients grow, at one rate: the leading Lyapunov exponent."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls
from explorer.controls import chaos as asked
from explorer.dynamics import mean_field
from explorer.film import Axis, Play, Reel
from explorer.recipes.chaos import GAINS, LEVELS, SIDE_BY_SIDE, Chaos
from explorer.scenes import chaos as scenes

PAGE = "chaos"
DEFAULT = Chaos()
GAIN, SPECTRUM, INPUT, GRADIENT = (
    replace(DEFAULT, view=view) for view in ("gain", "spectrum", "input", "gradient")
)
PRESETS = {
    "apart": {
        "Chaos": DEFAULT,
        "Calm": replace(DEFAULT, gain=0.8),
        "In between": replace(DEFAULT, gain=1.2),
        "Chaos in an LSTM": replace(DEFAULT, cell="LSTM", gain=6.0),
    },
    "gain": {
        "Four of 100 units": replace(GAIN, N=100, gain=1.5, seed=2),
        "Four of 25 units": replace(GAIN, N=25, gain=1.5),
        "Six sizes": replace(
            GAIN, sizes=("25", "50", "100", "200", "300", "400"), networks=4, N=400
        ),
    },
    "spectrum": {
        "tanh units": SPECTRUM,
        "Calm": replace(SPECTRUM, gain=0.8),
        "LSTM": replace(SPECTRUM, cell="LSTM", N=64, gain=6.0),
        "GRU under input": replace(SPECTRUM, cell="GRU", N=100, gain=6.0, level=0.5, drive="noise"),
    },
    "input": {
        "Silence": INPUT,
        "Tamed by noise": replace(INPUT, level=2.0),
        "Tamed by a sine": replace(INPUT, drive="sine", level=2.0),
    },
    "gradient": {
        "Exploding": GRADIENT,
        "Vanishing": replace(GRADIENT, gain=0.8),
        "An LSTM": replace(GRADIENT, cell="LSTM", N=64, gain=6.0),
        "Under noise": replace(GRADIENT, level=1.5),
    },
}

controls.heading("Will two nearly equal starts part?", __doc__)


def show(recipe: Chaos, live: bool, axis: Axis, panels, title: str, text: str, rate=20.0):
    controls.show(
        PAGE,
        Reel(
            axis=axis,
            panels=panels,
            sliders=asked.sliders(recipe),
            play=Play(auto=recipe == DEFAULT and not live, rate=rate, loop=False),
            cursor=min(max(recipe.cursor, axis.first), axis.first + axis.count - 1),
            title=title,
            text=text,
            precise=not live,
        ),
    )


def starts(recipe: Chaos, live: bool, title: str) -> None:
    found = recipe.parting(live)
    said = scenes.starts_said(found)
    axis = Axis(count=found.trace.T + 1)
    show(recipe, live, axis, scenes.starts(found), title, said)
    controls.said(found.remark)
    asked.badge(
        recipe,
        f"Both runs start after 200 steps that are not shown; the second is pushed by ε in a "
        f"random direction. λ is measured along {recipe.steps} steps, by a gradient that is "
        "renormalised every 25 steps.",
    )
    st.markdown(said)


def apart(recipe: Chaos, live: bool) -> None:
    starts(recipe, live, "Two nearly equal starts")


def gain(recipe: Chaos, live: bool) -> None:
    found = asked.shelf().get(recipe.about("gain"))
    if not live:
        found = asked.waited(
            PAGE, recipe.about("gain"), recipe.gain_sweep,
            lambda sweep: sweep.done / sweep.asked,
            lambda sweep: f"{sweep.done} of {sweep.asked} networks",
        )  # fmt: skip

    def figure():
        from explorer.figures.exponents import exponents  # Plotly is large

        fine = np.linspace(GAINS[0], GAINS[-1], 97)
        return exponents(
            found, "gain g", (fine, mean_field(fine).exponent), recipe.gain,
            dark=st.context.theme.type == "dark",
        )  # fmt: skip

    left, right = st.columns((2.6, 1), gap="medium", vertical_alignment="center")
    asked.beside(PAGE, "gain", "Leading exponent against the gain", live, figure, left)
    near = float(GAINS[int(np.argmin(np.abs(GAINS - recipe.gain)))])
    if found is not None:
        with right:
            st.markdown(f"**How many are chaotic** at g = {near:g}")
            st.markdown(scenes.chaotic_table(found, near, float(mean_field(near).exponent)))
    rates, h = recipe.side_by_side(live)
    show(
        recipe, live, Axis(count=len(h)), scenes.side_by_side(rates, h, recipe.seed),
        f"{SIDE_BY_SIDE} networks of {recipe.N} units at g = {recipe.gain:g}",
        "The first units of networks that differ in their seeds only.",
    )  # fmt: skip
    asked.badge(
        recipe,
        f"Each network is followed for {recipe.steps} steps after 200 that do not count. A line is "
        "the median over networks, its band reaches from the lowest to the highest. Chaotic is "
        "called what has λ above 0.01, because finite runs of networks that turn in circles come "
        "out a little beside 0.",
    )


def spectrum(recipe: Chaos, live: bool) -> None:
    if live:
        *_, found = recipe.spectrum(live=True)
    else:
        found = asked.waited(
            PAGE, recipe.about("spectrum"), recipe.spectrum,
            lambda spectrum: spectrum.times[-1] / recipe.steps,
            lambda spectrum: f"{spectrum.times[-1]} of {recipe.steps} steps",
        )  # fmt: skip
    said = scenes.spectrum_said(found)
    show(recipe, live, scenes.spectrum_axis(found), scenes.spectrum(found),
         "All Lyapunov exponents", said.replace("*", ""), rate=12.0)  # fmt: skip
    controls.said(found.remark)
    asked.badge(
        recipe,
        "All exponents by QR decompositions of long products of Jacobians (Benettin et al. 1980), "
        f"along {recipe.steps} steps after 200 that do not count. Dimension: *Kaplan & Yorke "
        "1979*. The sum of the positive exponents is the entropy rate (*Pesin 1977*) or at least "
        "bounds it (*Ruelle 1978*).",
    )
    st.markdown(said)

    def figure():
        from explorer.figures.convergence import convergence  # Plotly is large

        return convergence(found, dark=st.context.theme.type == "dark")

    if not live:
        st.subheader("How the estimates settle", anchor=False)
    asked.beside(PAGE, "convergence", "How the exponents settle", live, figure)


def tamed(recipe: Chaos, live: bool) -> None:
    starts(recipe, live, "Two nearly equal starts under the same input")
    if live:
        found = None
    else:
        found = asked.waited(
            PAGE, recipe.about("input"), recipe.input_sweep,
            lambda sweep: sweep.done / sweep.asked,
            lambda sweep: f"{sweep.done} of {sweep.asked} networks",
        )  # fmt: skip

    def figure():
        from explorer.figures.exponents import exponents  # Plotly is large

        fine = np.linspace(LEVELS[0], LEVELS[-1], 61)
        theory = None
        if recipe.drive == "own":
            theory = fine, mean_field(recipe.gain, fine).exponent
        return exponents(
            found, "amplitude A of the input", theory, recipe.level,
            dark=st.context.theme.type == "dark",
        )  # fmt: skip

    asked.beside(PAGE, "input", "Leading exponent against the input", live, figure)


def gradient(recipe: Chaos, live: bool) -> None:
    found = recipe.growth()
    twins = replace(recipe, T=min(max(recipe.lags, 10), 600), steps=1).parting(live=True)
    said = scenes.backwards_said(found)
    axis = Axis(count=found.lags + 1, label="steps k, back from the loss or on from the push")
    panels = scenes.backwards(found, twins.distance, recipe.push)
    show(recipe, live, axis, panels, "Gradients back, differences forth", said, rate=40.0)
    asked.badge(
        recipe,
        "Three gradients of random linear losses on the last state go back through one run. λ is "
        "measured forwards along the same run, by two starts that are pulled together every five "
        "steps (*Benettin, Galgani & Strelcyn 1976*); no gradient takes part in it. Slopes leave "
        "out the first 40 lags, in which a gradient turns into the direction that grows.",
    )
    st.markdown(said)
    measured = None
    if not live:
        measured = asked.waited(
            PAGE, recipe.about("gradient"), recipe.growths,
            lambda pair: len(pair[0]) / len(GAINS[::2]),
            lambda pair: f"{len(pair[0])} of {len(GAINS[::2])} gains",
        )  # fmt: skip

    def figure():
        from explorer.figures.slopes import slopes  # Plotly is large

        return slopes(*measured, recipe.gain, dark=st.context.theme.type == "dark")

    asked.beside(PAGE, "slopes", "Slopes of gradients beside the exponent", live, figure)


QUESTIONS = {
    "apart": apart, "gain": gain, "spectrum": spectrum, "input": tamed, "gradient": gradient,
}  # fmt: skip
NOTICE = {
    "apart": (
        "- **The slope is the exponent.** In chaos the distance climbs along λ, on average, until "
        "the two are about as far apart as any two states of the network: strangers.\n"
        "- **A better measurement buys little.** Make ε a million times smaller: the starts stay "
        "together only ln(10⁶)/λ steps longer. That is why nobody can foresee chaos for long.\n"
        "- **Below gain 1** (press *Calm*) every difference fades, and the two become one.\n"
        "- **In between** many networks turn in circles: λ is close to 0, and two starts keep "
        "their distance for ever."
    ),
    "gain": (
        "- **A gain above 1 is not yet chaos.** Theory says so for endless networks only. Over "
        "many seeds at g = 1.5 about one network in six is chaotic at 25 units, two in three at "
        "100, nearly all at 300; a table of a few networks scatters around that.\n"
        "- **Large networks approach the theory from below**: from g = 2 on the median rises "
        "with N and stays under the mean-field line.\n"
        "- **One seed does not speak for its size.** Networks of 25 units at the same gain differ "
        "more from each other than g = 1.5 and g = 2 do in theory."
    ),
    "spectrum": (
        "- **Chaos has many directions.** Raise g: more and more exponents come above 0, and the "
        "dimension rises with them.\n"
        "- **And yet it is a thin set.** At g = 2 the dimension is less than half the number of "
        "units, and the sum of all exponents lies far below 0: volumes shrink at every step.\n"
        "- **Where the sum of the first i meets 0 stands the dimension**; its peak is the entropy "
        "rate, the information about the start that each step brings to light.\n"
        "- **Gated cells are harder to excite**: at g = 2 the LSTM of the preset is calm, at g = 6 "
        "it is chaotic."
    ),
    "input": (
        "- **Chaos can be drowned.** Drag A up: with the very same weights, λ falls below 0, and "
        "two starts meet because both obey the input.\n"
        "- **The input pushes units into saturation**, where their slopes are small; that is all "
        "that a Jacobian knows of it.\n"
        "- **Noise does it, and so does a sine**: each of the three inputs brings λ below 0 at "
        "A = 2.\n"
        "- **Theory foresees the noise**: when each unit has its own, the measured line "
        "keeps within 0.03 of the mean field."
    ),
    "gradient": (
        "- **They are the same number.** Gradients go back through the transposes of the very "
        "Jacobians that carry a difference forwards; the slopes agree.\n"
        "- **Chaos means exploding gradients, calm means vanishing ones.** No trick of the loss "
        "changes it; only the dynamics can.\n"
        "- **A difference stops growing** when it is as large as the network allows; a gradient "
        "does not know that and goes on.\n"
        "- **Gates are no exception**: in an LSTM the two slopes agree just as well."
    ),
}


@st.fragment
def laboratory() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.question(PAGE, recipe)
    controls.presets(PAGE, recipe, PRESETS[recipe.view])
    recipe = asked.settings(PAGE, recipe)
    recipe, live = controls.dragged(PAGE, recipe, pinned="")
    controls.keep(PAGE, recipe, DEFAULT, live)
    controls.networks(
        PAGE,
        {name: lambda one=one: (one.network(), None) for name, one in recipe.shown.items()},
    )
    controls.noted(recipe.remark())
    QUESTIONS[recipe.view](recipe, live)
    controls.notice(NOTICE[recipe.view])


laboratory()

st.subheader("The mathematics", anchor=False)
st.latex(
    r"\begin{aligned} \lambda_1 &= \lim_{t \to \infty} \tfrac{1}{t} \ln \lVert J_t \cdots J_1\, v "
    r"\rVert \\ &= \lim_{t \to \infty} \tfrac{1}{t} \ln \lVert J_1^\top \cdots J_t^\top\, w \rVert "
    r"\end{aligned}"
)
st.latex(
    r"\begin{aligned} q &= g^2\, \mathbb{E} \tanh^2(\sqrt{q}\, z) + A^2 \\ \lambda_1 &= "
    r"\tfrac{1}{2} \ln\left(g^2\, \mathbb{E} (1 - \tanh^2(\sqrt{q}\, z))^2\right) \end{aligned}"
)
st.latex(
    r"\begin{aligned} D_{KY} &= j + \frac{\lambda_1 + \cdots + \lambda_j}{|\lambda_{j+1}|} \\ "
    r"h_{KS} &\le \sum_{\lambda_i > 0} \lambda_i \end{aligned}"
)
st.caption(
    "Lyapunov 1892; Benettin et al. 1976, 1980 (how exponents are computed); Sompolinsky, Crisanti "
    "& Sommers 1988 (mean field); Molgedey, Schuchhardt & Schuster 1992 (noise suppresses chaos); "
    "Kaplan & Yorke 1979 (dimension); Engelken, Wolf & Abbott 2023 (spectra of chaotic networks); "
    "Mikhaeil, Monfared & Durstewitz 2022 (gradients of chaotic networks)."
)
