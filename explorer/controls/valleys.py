"""How good a memory is: the valleys that nobody dug, and how many pictures fit in it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.controls.badge import truth
from explorer.controls.take_home import chart
from explorer.controls.text import plain
from explorer.memory import attractors, capacity
from explorer.numerals import numeral, percent
from explorer.recipes.hopfield import Hopfield, Memories
from explorer.scenes import tenths
from explorer.shapes import Array

LOADS = np.arange(0.02, 0.63, 0.04)
SEEDS = 6
ENDS = {
    "memory": "a memory",
    "negative": "the negative of a memory",
    "mixture": "a mixture of three memories",
    "other": "something else that nobody stored",
}


def valleys(recipe: Hopfield, memories: Memories, W: Array) -> None:
    """Show where random pictures end, and where the mixtures of three lie."""
    st.subheader("Valleys that nobody dug", anchor=False)
    count = attractors.census(memories.patterns, W, np.random.default_rng([recipe.seed, 3]))
    st.markdown(
        "| 200 random pictures end in | share | mean energy |\n|---|--:|--:|\n"
        + "\n".join(
            f"| {title} | {percent(count.share[kind])} | {tenths(count.energy[kind])} |"
            if kind in count.energy
            else f"| {title} | 0% | |"
            for kind, title in ENDS.items()
        )
    )
    found = attractors.mixtures(memories.patterns, W)
    if found:
        st.markdown(
            "| majority of three | at rest? | overlaps | energy |\n|---|---|--:|--:|\n"
            + "\n".join(
                f"| {', '.join(plain(memories.names[k]) for k in one.of)} "
                f"| {'yes' if one.fixed else 'no'} "
                f"| {', '.join(numeral(m, 2) for m in one.overlap)} "
                f"| {tenths(one.energy)} |"
                for one in found
            )
        )
        held = [memories.patterns[k] for k in found[0].of]
        energies = ", ".join(f"{tenths(-0.5 * x @ W @ x)}" for x in held)
        st.caption(f"The three memories of the first row lie at energies {energies}.")


@st.cache_data(max_entries=32, show_spinner="Filling networks with random pictures …")
def measured(N: int, seed: int) -> capacity.Capacity:
    """Return the overlap that stays at each load, for all three rules."""
    return capacity.curve(N, LOADS, SEEDS if N < 400 else SEEDS // 2, seed)


def load_curve(page: str, recipe: Hopfield) -> None:
    """Measure for those who ask how many pictures fit, and draw it."""
    st.subheader("How many pictures fit?", anchor=False)
    if not st.toggle("Measure the load curve", key=f"{page}.load"):
        st.caption(
            "Random pictures, three rules, several seeds; a few seconds at 400 units. Its size "
            "stands under *More*."
        )
        return
    # Plotly is large; who does not ask for the figure does not wait for it.
    from explorer.figures import load_curve as figures

    N = int(recipe.holds)
    found = measured(N, recipe.seed)
    dark = st.context.theme.type == "dark"
    drawn = figures.load_curve(found, capacity.mean_field(), N, dark=dark)
    chart(page, "load", "Overlap with the memories against the load", drawn)
    some = next(iter(found.overlap.values())).shape[1]
    truth(
        f"✓ real · {some} seeds · N = {N}",
        "Each point: networks filled with random pictures, up to 12 of which are followed from "
        "themselves until they rest. The band reaches from the lowest to the highest seed. The "
        "long dashes are the theory of infinitely many units (Amit, Gutfreund & Sompolinsky 1985), "
        "which ends at 0.138; a finite network gives way gradually.",
    )
