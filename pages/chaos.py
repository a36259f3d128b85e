"""Two nearly equal starts part, and gradients grow, at one rate: the leading Lyapunov exponent."""

from dataclasses import replace

import streamlit as st

from explorer import controls
from explorer.controls import chaos as asked
from explorer.controls import experiments
from explorer.recipes.chaos import Chaos

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
    experiments.QUESTIONS[recipe.view](PAGE, recipe, live)
    controls.notice(NOTICE[recipe.view])


laboratory()

st.subheader("The mathematics", anchor=False)
st.markdown(
    "**The leading exponent** $\\lambda_1$, in nats per step. $J_t$ is the Jacobian of step $t$: "
    "how the new state answers to a small change of the old one. The product of all carries a "
    "difference $v$ forwards; transposed, it carries a gradient $w$ back."
)
st.latex(
    r"\begin{aligned} \lambda_1 &= \lim_{t \to \infty} \tfrac{1}{t} \ln \lVert J_t \cdots J_1\, v "
    r"\rVert \\ &= \lim_{t \to \infty} \tfrac{1}{t} \ln \lVert J_1^\top \cdots J_t^\top\, w \rVert "
    r"\end{aligned}"
)
st.markdown(
    "**The mean field**: what $\\lambda_1$ comes to in an endless network of tanh units. $g$ is "
    "the gain, $A$ the amplitude of noise that each unit hears for itself, $q$ the variance of "
    "what drives a unit, $z$ a standard normal number, $\\mathbb{E}$ the mean over it."
)
st.latex(
    r"\begin{aligned} q &= g^2\, \mathbb{E} \tanh^2(\sqrt{q}\, z) + A^2 \\ \lambda_1 &= "
    r"\tfrac{1}{2} \ln\left(g^2\, \mathbb{E} (1 - \tanh^2(\sqrt{q}\, z))^2\right) \end{aligned}"
)
st.markdown(
    "**Dimension and entropy rate.** Of all exponents, the largest first, $j$ are as many as add "
    "up to no less than 0. $D_{KY}$ is the Kaplan-Yorke dimension, $h_{KS}$ the entropy rate "
    "(Kolmogorov and Sinai), in nats per step."
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
