"""What the page about reservoirs asks and what it waits for: its settings, sliders, slow runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.controls.badge import truth
from explorer.controls.widgets import choose, more, row
from explorer.film import Slider
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.recipes.reservoir import ReservoirRecipe
from explorer.reservoir import Capacity, exponent
from explorer.reservoir.cost import Mark, descended, solved
from explorer.reservoir.forecast import Forecast, nrmse
from explorer.scenes.continued import WAYS
from explorer.shelf import Shelf

HELD_OUT = 2500  # steps of the series beyond the training data, for many starts
KEPT = 64  # trainings
MUCH = 200_000  # units times steps from which on a progress bar is worth its place


def settings(page: str, recipe: ReservoirRecipe) -> ReservoirRecipe:
    """Draw the widgets that belong to the question, the rarer ones one click away."""
    tau = ("tau",) if recipe.series == "mackey-glass" else ()
    wiring = ("wiring", "density") if recipe.wiring == "sparse" else ("wiring",)
    above, further = {
        "echo": (("drive", "N"), ("wiring", "act", "bias", "T", "seed")),
        "memory": (("act", "wiring", "N"), ("delays", "ridge", "bias", "seed")),
        "forecast": (
            ("series", "N", "train"),
            ("ridge", "steps", *tau, "seeds", *wiring, "act", "bias", "seed"),
        ),
        "cost": (
            ("series", "N", "updates", "rate"),
            ("ridge", "train", *tau, "radius", "leak", "feedback", *wiring, "act", "bias", "seed"),
        ),
    }[recipe.view]
    with row():
        return more(page, choose(page, recipe, above), further)


def sliders(recipe: ReservoirRecipe) -> tuple[Slider, ...]:
    """Return the live sliders of a question; a link may ask for more than they offer."""
    wide = {
        name: max(high, getattr(recipe, name))
        for name, high in (("radius", 2.0), ("scale", 3.0), ("feedback", 2.0))
    }
    radius = Slider(
        "radius", "spectral radius", "ρ", 0.0, wide["radius"], 0.01, recipe.radius,
        marks=((1.0, "1"),),
    )  # fmt: skip
    leak = Slider("leak", "leak", "α", 0.0, 1.0, 0.01, recipe.leak)
    if recipe.view == "forecast":
        return (
            radius,
            leak,
            Slider("feedback", "feedback scale", "f", 0.0, wide["feedback"], 0.01, recipe.feedback),
            Slider("threshold", "error threshold", "θ", 0.01, 2.0, 0.01, recipe.threshold),
        )
    scale = Slider("scale", "input scale", "s", 0.0, wide["scale"], 0.01, recipe.scale)
    if recipe.wiring != "sparse":
        return radius, leak, scale
    density = Slider("density", "density", "p", 0.0, 1.0, 0.005, recipe.density, digits=3)
    return radius, leak, scale, density


@st.cache_data(max_entries=32, show_spinner=False)
def remembered(recipe: ReservoirRecipe) -> Capacity:
    """Return the memory capacity of a recipe."""
    return recipe.capacity()


@st.cache_data(max_entries=256, show_spinner=False)
def gone_on(recipe: ReservoirRecipe) -> tuple[Forecast, float]:
    """Return the continuation of a recipe, and the error after 84 steps over many starts."""
    taught = recipe.taught(HELD_OUT)
    return recipe.forecast(taught), nrmse(taught, recipe.scaling)


def over_seeds(recipe: ReservoirRecipe) -> list[tuple[Forecast, float]]:
    """Return the continuations of several seeds, with a bar while they are computed."""
    bar, found = st.empty(), []
    for k in range(recipe.seeds):
        if k and recipe.N * recipe.train > MUCH:
            bar.progress(k / recipe.seeds, f"Teaching reservoir {k + 1} of {recipe.seeds}")
        found.append(gone_on(replace(recipe, seed=(recipe.seed + k) % 10_000)))
    bar.empty()
    return found


Trained = tuple[dict[str, list[Mark]], str, float, Readout]


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf[ReservoirRecipe, Trained]:
    """Return the place for finished trainings, one for all visitors."""
    return Shelf(KEPT)


def trained(recipe: ReservoirRecipe) -> Trained:
    """Train one network in all ways with a bar meanwhile, or take what was trained before.

    Return the marks of each way, a sentence about the solve where one is due, the exponent, and the
    read-out that was solved for.
    """
    kept = shelf()
    done = kept.get(recipe)
    if done is None:
        lesson = recipe.lesson()
        reservoir = recipe.reservoir(0, lesson.series.shape[1])
        mark, fit, trace = solved(reservoir, lesson, float(recipe.ridge))
        ways, bar = {"solve": [mark]}, st.progress(0.0, "The read-out is solved; now by gradients")
        for way in ("readout", "all"):
            ways[way] = []
            for mark in descended(
                reservoir, lesson, recipe.updates, float(recipe.rate), all_weights=way == "all"
            ):
                ways[way].append(mark)
                bar.progress(mark.updates / recipe.updates, f"{WAYS[way]}: update {mark.updates}")
        bar.empty()
        done = ways, fit.remark, exponent(trace, np.random.default_rng(0)), fit.readout
        kept[recipe] = done
    return done


def badge(recipe: ReservoirRecipe, how: str) -> None:
    """Show that the picture is real, and of which network."""
    phi = r"\tanh" if recipe.act == "tanh" else ""
    fed = recipe.view in ("forecast", "cost")
    reads = r"f\, W_{\mathrm{fb}}\, y_{t-1}" if fed else r"s\, W_{\mathrm{in}}\, x_t"
    truth(
        f"✓ real · seed {recipe.seed} · float64",
        f"Computed in NumPy from the settings above; nothing is replayed. {how}\n\n"
        rf"$$h_t = (1 - \alpha)\, h_{{t-1}} + \alpha\, {phi}(\rho W h_{{t-1}} + {reads} + b)$$"
        "\n\nEcho state network of leaky units, *Jaeger 2001; Jaeger et al. 2007*. W is drawn once "
        "and has spectral radius 1 before ρ scales it.",
    )


def table(recipe: ReservoirRecipe, found: list[tuple[Forecast, float]]) -> str:
    """Return a table of how long and how well each seed foresees."""
    steps = [forecast.horizon(recipe.threshold) for forecast, _ in found]
    with np.errstate(divide="ignore"):
        logs = [np.log10(after) for _, after in found]
    rows = [
        (f"{(recipe.seed + k) % 10_000}", f"{count}", minus(log))
        for k, (count, log) in enumerate(zip(steps, logs, strict=True))
    ]
    if len(found) > 1:
        middle = numeral(np.median(steps), 6), minus(float(np.median(logs)))
        rows.append(("**median**", *(f"**{text}**" for text in middle)))
    head = "| seed | steps within the threshold | log₁₀ NRMSE₈₄ |\n|---|--:|--:|\n"
    return head + "\n".join("| " + " | ".join(row) + " |" for row in rows)


def minus(value: float) -> str:
    """Return a number with two decimals, as one writes it."""
    return numeral(value)
