"""Random weights can remember and foresee: only the read-out is learned, in a single solve."""

from dataclasses import replace

import streamlit as st

from explorer import controls
from explorer.controls import reservoir as asked
from explorer.controls import reservoir_answers as answers
from explorer.recipes.reservoir import ReservoirRecipe

PAGE = "reservoir"
DEFAULT = ReservoirRecipe()
MEMORY, FORECAST, COST = (replace(DEFAULT, view=view) for view in ("memory", "forecast", "cost"))
LINEAR = replace(MEMORY, act="identity", delays=100, ridge="0")
PRESETS = {
    "echo": {
        "Echo": DEFAULT,
        "Chaos": replace(DEFAULT, radius=1.8, drive="silence"),
        "Tamed by its input": replace(DEFAULT, radius=1.8, scale=3.0),
    },
    "memory": {
        "tanh units": MEMORY,
        "Linear ring": replace(LINEAR, N=48, wiring="ring", leak=1.0, radius=0.95, bias=0.0),
        "Linear, sparse": LINEAR,
    },
    "forecast": {
        "Mackey-Glass": FORECAST,
        "Lorenz": replace(FORECAST, series="lorenz", feedback=0.5, ridge="1e-8"),
        "400 units": replace(FORECAST, N=400, train=3000, ridge="1e-12"),
    },
    "cost": {
        "Mackey-Glass": COST,
        "Lorenz": replace(COST, series="lorenz", feedback=0.5),
    },
}

controls.heading("Must every weight be trained?", __doc__)

QUESTIONS = {
    "echo": answers.meet, "memory": answers.remember, "forecast": answers.foresee,
    "cost": answers.compare,
}  # fmt: skip
NOTICE = {
    "echo": (
        "- **Forgetting the start is what makes it useful**, the *echo-state property*: λ is the "
        "slope of the distance on its log axis; below 0 the input alone decides the state.\n"
        "- **The radius alone does not decide.** Press *Chaos*: at ρ = 1.8, in silence, the two "
        "starts never meet. Press *Tamed by its input*: a strong input brings λ below 0 and the "
        "starts together, with the very same weights.\n"
        "- **A leak is a time scale.** Lower α: every unit keeps more of what it was, and the two "
        "starts take longer to meet."
    ),
    "memory": (
        "- **Memory is bounded by the number of units.** The linear ring of N units has a capacity "
        "of N: it hands the input round, and the read-out of delay k looks at unit k.\n"
        "- **Squashing costs memory.** Raise the input scale of tanh units: the capacity falls. "
        "Linear units remember more.\n"
        "- **A sparse linear reservoir stays below N**: some directions of its states are too "
        "small for float64 to tell apart. The solve is singular; the smallest read-out is taken."
    ),
    "forecast": (
        "- **Fed with its own output, it goes on alone**, and the error grows from step to step, "
        "as it must in chaos.\n"
        "- **More units see further.** With 50 the forecast is lost early; 400 bring the error "
        "after 84 steps below a thousandth.\n"
        "- **No echo, no forecast.** Raise ρ to 1.8: λ under the true series is above 0, and the "
        "network, left alone, goes astray at once.\n"
        "- **A large ridge ends it early**: small weights cannot read the fine differences."
    ),
    "cost": (
        "- **One solve beats sixty updates.** The read-out alone is a linear problem with one best "
        "answer; the error that gradients through time have reached by then is many times larger.\n"
        "- **Adam on the read-out alone is slow** on the very same problem: the states are nearly "
        "copies of each other, and a gradient hardly sees what tells them apart.\n"
        "- **All weights learn faster per update** than the read-out alone does by Adam: there are "
        "two hundred times as many of them."
    ),
}


@st.fragment
def experiment() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.question(PAGE, recipe)
    controls.presets(PAGE, recipe, PRESETS[recipe.view])
    recipe = asked.settings(PAGE, recipe)
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)
    controls.said(recipe.remark())
    QUESTIONS[recipe.view](PAGE, recipe, live)
    controls.notice(NOTICE[recipe.view])


experiment()

if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    st.latex(
        r"\begin{aligned} h_t &= (1 - \alpha)\, h_{t-1} + \alpha \tanh(a_t) \\ a_t &= "
        r"\rho W h_{t-1} + s\, W_{\mathrm{in}} x_t "
        r"\\ &\quad + f\, W_{\mathrm{fb}} y_{t-1} + b \end{aligned}"
    )
    st.latex(r"W_{hy} = Y H^{\top} \left(H H^{\top} + \lambda I\right)^{-1}")
    st.latex(r"\mathrm{MC} = \sum_k \mathrm{corr}^2\left(x_{t-k},\; w_k^{\top} h_t\right) \le N")
    st.caption(
        "Jaeger 2001 (echo state networks), Jaeger 2002 (memory capacity), Jaeger et al. 2007 "
        "(leaky units), Rodan & Tino 2011 (the ring). H and Y are the states and targets of all "
        "training steps, centred; the solve goes through singular values, so that a singular one "
        "has an answer too. Series: Mackey & Glass 1977, Lorenz 1963."
    )
