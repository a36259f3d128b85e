"""Five experiments on the leading Lyapunov exponent: each a film, what it says, and a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import streamlit as st

from explorer.controls import live as in_film
from explorer.controls.chaos import badge, beside, counted, shelf, sliders, waited
from explorer.controls.text import said
from explorer.dynamics import mean_field
from explorer.dynamics.portions import last
from explorer.dynamics.sweeps import Sweep
from explorer.film import Axis, Curves, Heat, Play, Reel
from explorer.recipes.chaos import GAINS, LEVELS, SIDE_BY_SIDE, Chaos
from explorer.scenes import chaos as scenes


def show(
    page: str, recipe: Chaos, live: bool, axis: Axis, panels: tuple[Curves | Heat, ...], title: str,
    text: str, rate: float = 20.0,
) -> None:  # fmt: skip
    """Show the film of an experiment, with the sliders of its question."""
    in_film.show(
        page,
        Reel(
            axis=axis,
            panels=panels,
            sliders=sliders(recipe),
            play=Play(auto=recipe == Chaos() and not live, rate=rate, loop=False),
            cursor=min(max(recipe.cursor, axis.first), axis.first + axis.count - 1),
            title=title,
            text=text,
            precise=not live,
        ),
    )


def starts(page: str, recipe: Chaos, live: bool, title: str) -> bool:
    """Show two runs from nearly the same start, how fast they part; return whether that is all."""
    if live:
        found, finished = recipe.parting(live), True
    else:
        found, finished = counted(page, recipe, "starts", recipe.partings)
    if found is None:
        return finished
    words = scenes.starts_said(found)
    axis = Axis(count=found.trace.T + 1)
    show(page, recipe, live, axis, scenes.starts(found), title, words)
    said(found.remark)
    badge(
        recipe,
        f"Both runs start after 200 steps that are not shown; the second is pushed by ε in a "
        f"random direction. λ is measured along {recipe.steps} steps, by a gradient that is "
        "renormalised every 25 steps. Its standard error comes from the means of 20 (or 10) parts "
        "of these steps.",
    )
    st.markdown(words)
    return finished


def apart(page: str, recipe: Chaos, live: bool) -> None:
    """Show whether two nearly equal starts part."""
    starts(page, recipe, live, "Two nearly equal starts")


def surveyed(page: str, recipe: Chaos, begin: Callable[[], Iterator[Sweep]]) -> Sweep:
    """Return exponents of many networks, with a bar that counts them."""
    return waited(
        page, recipe, begin,
        lambda sweep: sweep.share,
        lambda sweep: f"{sweep.done} of {sweep.asked} networks",
    )  # fmt: skip


def gain(page: str, recipe: Chaos, live: bool) -> None:
    """Show from which gain on networks are chaotic: many exponents, a few runs side by side."""
    above, below = st.container(), st.container()
    with below:
        finished = networks(page, recipe, live)
    kept = shelf().get(recipe.about("gain"))
    if not (finished or kept):
        return
    with above:
        found = kept if live else surveyed(page, recipe.about("gain"), recipe.gain_sweep)

    def figure():
        from explorer.figures.exponents import exponents  # Plotly is large

        fine = np.linspace(GAINS[0], GAINS[-1], 97)
        return exponents(
            found, "gain g", (fine, mean_field(fine).exponent), recipe.gain,
            dark=st.context.theme.type == "dark",
        )  # fmt: skip

    left, right = above.columns((2.6, 1), gap="medium", vertical_alignment="center")
    beside(page, "gain", "Leading exponent against the gain", live, figure, left)
    near = float(GAINS[int(np.argmin(np.abs(GAINS - recipe.gain)))])
    if found is not None:
        with right:
            st.markdown(f"**How many are chaotic** at g = {near:g}")
            st.markdown(scenes.chaotic_table(found, near, float(mean_field(near).exponent)))


def networks(page: str, recipe: Chaos, live: bool) -> bool:
    """Show runs of a few networks at the gain; return whether all of it is there."""
    if live:
        found, finished = recipe.side_by_side(live), True
    else:
        found, finished = counted(page, recipe, "beside", recipe.beside)
    if found is None:
        return finished
    measured, h = found
    show(
        page, recipe, live, Axis(count=len(h)), scenes.side_by_side(measured, h, recipe.seed),
        f"{SIDE_BY_SIDE} networks of {recipe.N} units at g = {recipe.gain:g}",
        "The first units of networks that differ in their seeds only.",
    )  # fmt: skip
    badge(
        recipe,
        f"Each network is followed for {recipe.steps} steps after 200 that do not count. A line is "
        "the median over networks, its band reaches from the lowest to the highest. Chaotic is "
        "called what has λ above 0.01, because finite runs of networks that turn in circles come "
        "out a little beside 0.",
    )
    return finished


def spectrum(page: str, recipe: Chaos, live: bool) -> None:
    """Show in how many directions starts part: all exponents, and how their estimates settle."""
    if live:
        *_, found = recipe.spectrum(live=True)
    else:
        found = waited(
            page, recipe.about("spectrum"), recipe.spectrum,
            lambda spectrum: spectrum.times[-1] / recipe.steps,
            lambda spectrum: f"{spectrum.times[-1]} of {recipe.steps} steps",
        )  # fmt: skip
    words = scenes.spectrum_said(found)
    show(page, recipe, live, scenes.spectrum_axis(found), scenes.spectrum(found),
         "All Lyapunov exponents", words.replace("*", ""), rate=12.0)  # fmt: skip
    said(found.remark)
    badge(
        recipe,
        "All exponents by QR decompositions of long products of Jacobians (Benettin et al. 1980), "
        f"along {recipe.steps} steps after 200 that do not count. Dimension: *Kaplan & Yorke "
        "1979*. The sum of the positive exponents is the entropy rate (*Pesin 1977*) or at least "
        "bounds it (*Ruelle 1978*).",
    )
    st.markdown(words)

    def figure():
        from explorer.figures.convergence import convergence  # Plotly is large

        return convergence(found, dark=st.context.theme.type == "dark")

    if not live:
        st.subheader("How the estimates settle", anchor=False)
    beside(page, "convergence", "How the exponents settle", live, figure)


def tamed(page: str, recipe: Chaos, live: bool) -> None:
    """Show whether an input tames it: two starts, and exponents against its amplitude."""
    alone, above = recipe.asked, st.container()  # where a bar is seen without scrolling
    if not starts(page, alone, live, "Two nearly equal starts under the same input"):
        return
    with above:
        found = None if live else surveyed(page, recipe.about("input"), recipe.input_sweep)

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

    beside(page, "input", "Leading exponent against the input", live, figure)


def gradient(page: str, recipe: Chaos, live: bool) -> None:
    """Show that gradients go back at the rate at which differences go forth."""
    above = st.container()
    if live:
        both, finished = last(recipe.backwards(live)), True
    else:
        both, finished = counted(page, recipe, "backwards", recipe.backwards)
    if both is None:
        return
    found, ahead = both
    words = scenes.backwards_said(found)
    axis = Axis(count=recipe.lags + 1, label="steps k, back from the loss or on from the push")
    panels = scenes.backwards(found, ahead, recipe.push)
    show(page, recipe, live, axis, panels, "Gradients back, differences forth", words, rate=40.0)
    badge(
        recipe,
        "Three gradients of random linear losses on the last state go back through one run. λ is "
        "measured forwards along the same run, by two starts that are pulled together every five "
        "steps (*Benettin, Galgani & Strelcyn 1976*); no gradient takes part in it. Slopes leave "
        "out the first 40 lags, in which a gradient turns into the direction that grows.",
    )
    st.markdown(words)
    if not finished:
        return
    measured = None
    if not live:
        with above:
            measured = waited(
                page, recipe.about("gradient"), recipe.growths, lambda part: part.share,
                lambda part: f"{len(part.found[0])} of {len(GAINS[::2])} gains",
            ).found  # fmt: skip
        if not measured[0]:
            return

    def figure():
        from explorer.figures.slopes import slopes  # Plotly is large

        return slopes(*measured, recipe.gain, dark=st.context.theme.type == "dark")

    beside(page, "slopes", "Slopes of gradients beside the exponent", live, figure)


QUESTIONS: dict[str, Callable[[str, Chaos, bool], None]] = {
    "apart": apart, "gain": gain, "spectrum": spectrum, "input": tamed, "gradient": gradient,
}  # fmt: skip
