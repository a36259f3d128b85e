"""Random weights can remember and foresee: only the read-out is learned, in a single solve."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls
from explorer.controls import reservoir as asked
from explorer.film import Axis, Reel
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.recipes.reservoir import ReservoirRecipe
from explorer.reservoir import exponent, linear_capacity
from explorer.reservoir.units import LeakyUnits
from explorer.scenes import continued, echo

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


def show(recipe: ReservoirRecipe, live: bool, axis: Axis, panels, title: str, text: str, side=()):
    controls.show(
        PAGE,
        Reel(
            axis=axis,
            panels=panels,
            side=side,
            sliders=asked.sliders(recipe) if recipe.view != "cost" else (),
            cursor=min(recipe.cursor, axis.count - 1),
            title=title,
            text=text,
            precise=not live,
        ),
    )


def kept(cell: LeakyUnits, readout: Readout | None = None) -> None:
    controls.network(PAGE, cell.name, cell.known, readout)


def meet(recipe: ReservoirRecipe, live: bool) -> None:
    found = recipe.meeting()
    kept(found.trace.cell)
    said = echo.meeting_summary(found)
    axis, panels = Axis(count=recipe.T + 1), echo.two_starts(found)
    show(recipe, live, axis, panels, "Two starts under one input", said, echo.two_bars())
    asked.badge(
        recipe,
        "The exponent is measured along the run of the first start, continued for 600 steps beyond "
        "the film, by a tangent vector that is renormalised at every step.",
    )
    st.markdown(said)
    controls.noted(echo.unstable(found.exponent))


def remember(recipe: ReservoirRecipe, live: bool) -> None:
    found = recipe.capacity(quick=True) if live else asked.remembered(recipe.without_view())
    formula = None if live else linear_capacity(recipe.reservoir(1), recipe.delays)
    kept(recipe.reservoir(1).cell, found.fit.readout)
    controls.said(found.fit.remark)
    text = f"Memory capacity {found.total:.2f} of at most {recipe.N}."
    axis, panels = echo.memory_axis(found), echo.memory(found, formula)
    show(recipe, live, axis, panels, "Memory capacity against the delay", text)
    asked.badge(
        recipe,
        "The input is white, from U(-1, 1). There is one read-out for each delay, all from one "
        "solve; the share recalled is the squared correlation of read-out and delayed input on "
        "data that the solve has not seen. The formula: leverage of each delay's column.",
    )
    controls.noted(echo.unstable(found.exponent))
    st.markdown(
        f"All delays from 0 to {recipe.delays} together: **{found.total:.2f}** of at most "
        f"N = {recipe.N}; without delay 0, the input just read, "
        f"{found.total - found.recalled[0]:.2f}."
        + ("" if formula is None else f" An endless record would give {formula.sum():.3f}.")
    )


def foresee(recipe: ReservoirRecipe, live: bool) -> None:
    taught = recipe.taught(recipe.steps)
    found = recipe.forecast(taught)
    kept(taught.reservoir.cell, taught.fit.readout)
    controls.said(taught.fit.remark)
    seeds = [] if live else asked.over_seeds(recipe.without_view())
    horizon = found.horizon(recipe.threshold)
    within = "all" if horizon == len(found.truth) else f"the first {horizon}"
    said = (
        f"Alone, the network stays within {numeral(recipe.threshold, 6)} standard deviations of "
        f"the truth "
        f"for {within} of {len(found.truth)} steps."
    )
    others = [other.error for other, _ in seeds[1:]]
    show(
        recipe, live, continued.continued_axis(taught, found),
        continued.continued(taught, found, recipe.scaling, others, recipe.threshold),
        "A series continued by the network alone", said,
        (continued.attractor(taught, found, recipe.scaling, recipe.tau),),
    )  # fmt: skip
    asked.badge(
        recipe,
        f"Over the first {continued.LEAD} steps shown the network hears the true series; from then "
        "on its own output is fed back. The read-out comes from one ridge solve.",
    )
    st.markdown(said)
    controls.noted(echo.unstable(exponent(taught.trace, np.random.default_rng(recipe.seed))))
    if seeds:
        st.markdown(asked.table(recipe, seeds))
        st.caption(
            "Each seed draws another reservoir and another stretch of the series. NRMSE₈₄: error "
            "after 84 steps alone, in standard deviations of the series, over 50 starts in "
            "held-out data; Jaeger 2001 reports −3.55 for Mackey-Glass with 400 units."
        )


def compare(recipe: ReservoirRecipe, live: bool) -> None:
    ways, remark, rate, readout = asked.trained(recipe.without_view())
    kept(recipe.reservoir(0, readout.b_y.size).cell, readout)
    controls.said(remark)
    text = "The read-out solved at once, against gradients through time for all weights."
    axis, panels = Axis(recipe.updates + 1, label="update"), continued.course(ways, recipe.updates)
    show(recipe, live, axis, panels, "Error and work against the number of updates", text)
    asked.badge(
        recipe,
        "All three ways start from the same reservoir and predict the next step of the same series "
        "from its true past; the error is that on 500 steps held out, in standard deviations. Adam "
        "sees all training data at every update, in pieces of 100 steps of which the first 20 do "
        "not count, and starts from a read-out of zeros; its error is measured at every fifth "
        "update. The seconds are those of this server while it trained, without the measuring.",
    )
    controls.noted(echo.unstable(rate))
    # Plotly is large; who asks another question does not wait for it.
    from explorer.figures.training_cost import training_cost

    figure = training_cost(continued.spent(ways), dark=st.context.theme.type == "dark")
    controls.chart(PAGE, "cost", "Error against the time of training", figure)
    st.markdown(continued.bill(ways))


QUESTIONS = {"echo": meet, "memory": remember, "forecast": foresee, "cost": compare}
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
    QUESTIONS[recipe.view](recipe, live)
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
