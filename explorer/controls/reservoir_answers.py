"""Four questions to a reservoir, answered: each a film, where it comes from, and what it says."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.controls import live as in_film
from explorer.controls.reservoir import badge, over_seeds, remembered, sliders, table, trained
from explorer.controls.take_home import chart
from explorer.controls.text import noted, said
from explorer.controls.weights_home import network
from explorer.film import Axis, Bars, Curves, Heat, Plane, Reel
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.recipes.reservoir import ReservoirRecipe
from explorer.reservoir import exponent, linear_capacity
from explorer.reservoir.units import LeakyUnits
from explorer.scenes import continued, echo


def show(
    page: str, recipe: ReservoirRecipe, live: bool, axis: Axis, panels: tuple[Curves | Heat, ...],
    title: str, text: str, side: tuple[Bars | Plane, ...] = (),
) -> None:  # fmt: skip
    """Show the film of an answer, with the sliders of its question."""
    in_film.show(
        page,
        Reel(
            axis=axis,
            panels=panels,
            side=side,
            sliders=sliders(recipe) if recipe.view != "cost" else (),
            cursor=min(recipe.cursor, axis.count - 1),
            title=title,
            text=text,
            precise=not live,
        ),
    )


def kept(page: str, cell: LeakyUnits, readout: Readout | None = None) -> None:
    """Remember the reservoir for whoever takes it home."""
    network(page, cell.name, cell.known, readout)


def meet(page: str, recipe: ReservoirRecipe, live: bool) -> None:
    """Show whether two starts meet under one input."""
    found = recipe.meeting()
    kept(page, found.trace.cell)
    words = echo.meeting_summary(found)
    axis, panels = Axis(count=recipe.T + 1), echo.two_starts(found)
    show(page, recipe, live, axis, panels, "Two starts under one input", words, echo.two_bars())
    badge(
        recipe,
        "The exponent is measured along the run of the first start, continued for 600 steps beyond "
        "the film, by a tangent vector that is renormalised at every step.",
    )
    st.markdown(words)
    noted(echo.unstable(found.exponent))


def remember(page: str, recipe: ReservoirRecipe, live: bool) -> None:
    """Show how much of its input the reservoir remembers, delay by delay."""
    found = recipe.capacity(quick=True) if live else remembered(recipe.without_view())
    formula = None if live else linear_capacity(recipe.reservoir(1), recipe.delays)
    kept(page, recipe.reservoir(1).cell, found.fit.readout)
    said(found.fit.remark)
    text = f"Memory capacity {numeral(found.total)} of at most {recipe.N}."
    axis, panels = echo.memory_axis(found), echo.memory(found, formula)
    show(page, recipe, live, axis, panels, "Memory capacity against the delay", text)
    badge(
        recipe,
        "The input is white, from U(-1, 1). There is one read-out for each delay, all from one "
        "solve; the share recalled is the squared correlation of read-out and delayed input on "
        "data that the solve has not seen. The formula: leverage of each delay's column.",
    )
    noted(echo.unstable(found.exponent))
    st.markdown(
        f"All delays from 0 to {recipe.delays} together: **{numeral(found.total)}** of at most "
        f"N = {recipe.N}; without delay 0, the input just read, "
        f"{numeral(found.total - found.recalled[0])}."
        + ("" if formula is None else f" An endless record would give {numeral(formula.sum(), 4)}.")
    )


def foresee(page: str, recipe: ReservoirRecipe, live: bool) -> None:
    """Show how long the network goes on alone as the series does."""
    taught = recipe.taught(recipe.steps)
    found = recipe.forecast(taught)
    kept(page, taught.reservoir.cell, taught.fit.readout)
    said(taught.fit.remark)
    seeds = [] if live else over_seeds(recipe.without_view())
    horizon = found.horizon(recipe.threshold)
    within = "all" if horizon == len(found.truth) else f"the first {horizon}"
    words = (
        f"Alone, the network stays within {numeral(recipe.threshold, 6)} standard deviations of "
        f"the truth for {within} of {len(found.truth)} steps."
    )
    others = [other.error for other, _ in seeds[1:]]
    show(
        page, recipe, live, continued.continued_axis(taught, found),
        continued.continued(taught, found, recipe.scaling, others, recipe.threshold),
        "A series continued by the network alone", words,
        (continued.attractor(taught, found, recipe.scaling, recipe.tau),),
    )  # fmt: skip
    badge(
        recipe,
        f"Over the first {continued.LEAD} steps shown the network hears the true series; from then "
        "on its own output is fed back. The read-out comes from one ridge solve.",
    )
    st.markdown(words)
    noted(echo.unstable(exponent(taught.trace, np.random.default_rng(recipe.seed))))
    if seeds:
        st.markdown(table(recipe, seeds))
        st.caption(
            "Each seed draws another reservoir and another stretch of the series. NRMSE₈₄: error "
            "after 84 steps alone, in standard deviations of the series, over 50 starts in "
            "held-out data; Jaeger 2001 reports −3.55 for Mackey-Glass with 400 units."
        )


def compare(page: str, recipe: ReservoirRecipe, live: bool) -> None:
    """Show what one solve reaches, and what gradients for all weights do."""
    ways, remark, rate, readout = trained(recipe.without_view())
    kept(page, recipe.reservoir(0, readout.b_y.size).cell, readout)
    said(remark)
    text = "The read-out solved at once, against gradients through time for all weights."
    axis, panels = Axis(recipe.updates + 1, label="update"), continued.course(ways, recipe.updates)
    show(page, recipe, live, axis, panels, "Error and work against the number of updates", text)
    badge(
        recipe,
        "All three ways start from the same reservoir and predict the next step of the same series "
        "from its true past; the error is that on 500 steps held out, in standard deviations. Adam "
        "sees all training data at every update, in pieces of 100 steps of which the first 20 do "
        "not count, and starts from a read-out of zeros; its error is measured at every fifth "
        "update. The seconds are those of this server while it trained, without the measuring.",
    )
    noted(echo.unstable(rate))
    # Plotly is large; who asks another question does not wait for it.
    from explorer.figures.training_cost import training_cost

    figure = training_cost(continued.spent(ways), dark=st.context.theme.type == "dark")
    chart(page, "cost", "Error against the time of training", figure)
    st.markdown(continued.bill(ways))
