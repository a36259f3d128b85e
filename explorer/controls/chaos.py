"""What the page about chaos asks and what it waits for: its question, widgets, sliders, charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import streamlit as st

from explorer.controls.badge import truth
from explorer.controls.take_home import chart
from explorer.controls.watched import resume, watched
from explorer.controls.widgets import choose, more, row
from explorer.dynamics.portions import Part
from explorer.film import Slider
from explorer.recipes.chaos import Chaos
from explorer.shelf import Shelf

T = TypeVar("T")
KEPT = 32  # finished computations
ABOVE = {
    "apart": ("cell", "N"),
    "gain": ("sizes", "N"),
    "spectrum": ("cell", "N"),
    "input": ("drive", "N"),
    "gradient": ("cell", "N"),
}
FURTHER = {
    "apart": ("drive", "T", "steps", "seed"),
    "gain": ("networks", "T", "steps", "seed"),
    "spectrum": ("drive", "steps", "seed"),
    "input": ("networks", "T", "steps", "seed"),
    "gradient": ("drive", "lags", "seed"),
}
DRAGGED = {
    "apart": ("gain", "push", "level"),
    "gain": ("gain",),
    "spectrum": ("gain", "level"),
    "input": ("level", "gain"),
    "gradient": ("gain", "level"),
}


def settings(page: str, recipe: Chaos) -> Chaos:
    """Draw the widgets that belong to the question, the rarer ones one click away."""
    with row():
        return more(page, choose(page, recipe, ABOVE[recipe.view]), FURTHER[recipe.view])


def sliders(recipe: Chaos) -> tuple[Slider, ...]:
    """Return the live sliders of a question; a link may ask for more than they offer."""
    every = {
        "gain": Slider(
            "gain", "gain of the recurrent weights", "g", 0.0, max(6.0, recipe.gain), 0.01,
            recipe.gain, marks=((1.0, "1"),),
        ),
        "push": Slider(
            "push", "first distance", "ε", 1e-14, 1.0, 0.1, recipe.push, digits=3, log=True,
            marks=((1e-8, "10⁻⁸"),),
        ),
        "level": Slider(
            "level", "amplitude of the input", "A", 0.0, max(3.0, recipe.level), 0.01, recipe.level,
            marks=((0.0, "none"),),
        ),
    }  # fmt: skip
    return tuple(every[name] for name in DRAGGED[recipe.view])


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf[Chaos, Any]:
    """Return the place for finished computations, one for all visitors."""
    return Shelf(KEPT)


def counted(
    page: str, recipe: Chaos, name: str, begin: Callable[[], Iterator[Part[T]]]
) -> tuple[T | None, bool]:
    """Return what the film is drawn of, None where there is nothing yet, and whether that is all.

    It is larger than the numbers of a chart, so that a session keeps no more than the last.
    """

    def told(part: Part[T]) -> str:
        return f"{part.share:.0%} of the way"

    page = f"{page}.{name}"
    part, finished = watched(page, recipe.about(name), begin, lambda part: part.share, told, 1)
    if not finished:
        nothing = "Stopped before there was anything to show: "
        some = "Stopped. What follows is what had been found by then: "
        st.info(f"{nothing if part.found is None else some}{told(part)}.")
        st.button("Go on", key=f"{page}.resume", on_click=resume, args=(page,))
    return part.found, finished


def waited(
    page: str,
    recipe: Chaos,
    begin: Callable[[], Iterator[T]],
    share: Callable[[T], float],
    told: Callable[[T], str],
) -> T:
    """Return what a long computation has found, with a bar meanwhile; say so if it was stopped."""
    kept = shelf()
    if (done := kept.get(recipe)) is not None:
        return done
    found, finished = watched(page, recipe, begin, share, told)
    if not finished:
        st.info(f"Stopped. What follows is what had been found by then: {told(found)}.")
        st.button("Go on", key=f"{page}.resume", on_click=resume, args=(page,))
        return found
    kept[recipe] = found
    return found


def beside(
    page: str, name: str, title: str, live: bool, make: Callable[[], Any], place: Any = st
) -> None:
    """Draw a chart; while a thumb is held it stays as it was, for Plotly cannot follow a thumb."""
    drawn = st.session_state.get(f"{page}.charts", {}).get(name)
    figure = drawn[1] if live and drawn is not None else None if live else make()
    if figure is not None:
        chart(page, name, title, figure, place)


def badge(recipe: Chaos, how: str) -> None:
    """Show that the picture is real, and of which network."""
    truth(
        f"✓ real · seed {recipe.seed} · float64",
        f"Computed in NumPy from the settings above; nothing is replayed. {how}\n\n"
        r"$$h_t = \tanh(g\, J\, h_{t-1} + A\, x_t), \qquad J_{ij} \sim N(0, 1/N)$$"
        "\n\n$h$ is the state, $J$ the recurrent matrix, $x$ the input. Without one, $u = g J h$ "
        "obeys $u' = g J \\tanh(u)$, the network of *Sompolinsky, Crisanti & "
        "Sommers 1988* in discrete time; it has the same exponents. Other cells: each gate has a "
        "recurrent matrix of its own drawn in this way; no biases.",
    )
