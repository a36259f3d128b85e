"""The race of the learning rules: asked for, run seed by seed, judged, and its winners kept."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from explorer.cells import Cell
from explorer.controls.badge import truth
from explorer.controls.hidden import not_in_link
from explorer.controls.take_home import chart
from explorer.controls.weights_home import networks
from explorer.learning.model import Model
from explorer.learning.race import Run, advantage, advantage_by_second, best, entrants
from explorer.learning.rules.ekf import EKF
from explorer.numerals import numeral
from explorer.readout import Readout
from explorer.recipes.learning_rules import OBJECTIVE, LearningRules


@st.cache_data(max_entries=512, show_spinner=False)
def run(recipe: LearningRules, seed: int, k: int) -> Run:
    """Return how one rule fares along the stream of a seed."""
    batch = recipe.stretch(recipe.samples, seed)
    return entrants(recipe.filter())[k].run(recipe.model(seed), batch, OBJECTIVE)


# Frozen records may be shared; the activation of a cell is a function, which no copy can hold.
@st.cache_resource(max_entries=16, show_spinner="Learning once more what was raced …")
def learnt(recipe: LearningRules, seed: int, k: int) -> tuple[Cell, Readout]:
    """Return the network that a rule has made along the stream of a seed."""
    batch = recipe.stretch(recipe.samples, seed)
    model = entrants(recipe.filter())[k].learnt(recipe.model(seed), batch, OBJECTIVE)
    return model.cell, model.readout


def race(page: str, recipe: LearningRules, live: bool) -> None:
    """Let the rules race once somebody asks for it, and show how they stand after every seed."""
    st.markdown(
        "Every rule starts from the same weights and sees every sample once. SGD and Adam descend "
        "the gradient of RTRL at every step, each at four learning rates, of which the best is "
        "chosen with hindsight, seed by seed. The Kalman filter runs once."
    )
    seeds = recipe.affordable_seeds()
    if seeds == 0:
        by_unit = "" if recipe.groups == "unit" else ", or let the filter couple by unit"
        st.info(
            f"With {recipe.H} units one race would take about {recipe.race_seconds():.0f} s: too "
            f"long to wait for. Take fewer units or samples{by_unit}."
        )
        return
    raced = recipe.raced()
    now = (raced, seeds)
    bar, place = st.empty(), st.empty()
    if st.session_state.get(f"{page}.raced") != now:
        seconds = max(1, round(seeds * recipe.race_seconds()))
        label = f"Start the race (about {seconds} s)"
        bar.button(label, key=f"{page}.start", type="primary", on_click=begin, args=(page, now))
        place.caption("It is computed here and now, on the network and the stream above.")
        return
    not_in_link(
        "The link does not start the race: its button has to be pressed there, and the seconds "
        "are those of the machine on which it runs."
    )
    if live:
        return
    if seeds < recipe.seeds:
        st.caption(f"{seeds} seeds: more would be slow at this size.")
    films: list[list[Run]] = []
    count = len(entrants(recipe.filter()))
    for n in range(seeds):
        films.append([])
        for k in range(count):
            bar.progress((n * count + k) / (seeds * count), f"seed {n + 1} of {seeds}")
            films[-1].append(run(raced, raced.seed + n, k))
        with place.container():
            standing(page, recipe, films)
    bar.empty()
    crowned(page, raced, films)


def taken_home(page: str, recipe: LearningRules, model: Model) -> None:
    """Remember the network before learning and, after a race, the best learner of each rule."""
    found = {"before learning": lambda: (model.cell, model.readout)}
    raced, winners = st.session_state.get(f"{page}.winners", (None, {}))
    if raced == (recipe.raced(), recipe.affordable_seeds()):
        found |= winners
    networks(page, found)


def crowned(page: str, raced: LearningRules, films: list[list[Run]]) -> None:
    """Remember the best learner of each rule and seed; whoever wants one has it learn again."""
    winners = {}
    for seed, runs in enumerate(films, raced.seed):
        for rule, chosen in best(runs).items():
            if np.isfinite(chosen.late):
                rate = f", {chosen.setting}" if chosen.setting else ""
                title = f"after {rule}{rate}, seed {seed}"
                winners[title] = partial(learnt, raced, seed, runs.index(chosen))
    st.session_state[f"{page}.winners"] = ((raced, len(films)), winners)


def begin(page: str, asked: tuple[LearningRules, int]) -> None:
    """Ask for a race; meant for a button."""
    st.session_state[f"{page}.raced"] = asked


def standing(page: str, recipe: LearningRules, films: list[list[Run]]) -> None:
    """Show errors by samples and by seconds, the best settings, and who is ahead by how much."""
    from explorer.figures.race import race as figure

    found = [best(runs) for runs in films]
    ours_first = sorted(found[0], key=lambda rule: rule != EKF.name)
    lines = {rule: [seed[rule] for seed in found] for rule in ours_first}
    ratios = [advantage(runs) for runs in films]
    dark, guess = st.context.theme.type == "dark", recipe.guess()
    for column, by in zip(st.columns(2), ("samples", "seconds"), strict=True):
        drawn = figure(lines, by, guess, dark)
        chart(page, f"{by}.{len(films)}", f"Error by {by}", drawn, column)
    own = f"R = {recipe.R} P₀, Q = {recipe.Q} P₀"
    rows = [
        f"| {rule} | {', '.join(dict.fromkeys(run.setting for run in runs)) or own} "
        f"| {numeral(np.median([run.late for run in runs]))} "
        f"| {numeral(1e3 * np.median([run.seconds[-1] / len(run.loss) for run in runs]))} ms |"
        for rule, runs in lines.items()
    ]
    st.markdown(
        "| rule | best setting of each seed | error on the last quarter | time per sample |\n"
        "|---|---|--:|--:|\n" + "\n".join(rows)
    )
    slower = [advantage_by_second(runs) for runs in films]
    seeds = f"{len(ratios)} seed{'s' * (len(ratios) > 1)}"
    if min(ratios) > 0:
        st.markdown(
            f"After as many **samples** the error of the best rival is **{between(ratios)} times** "
            f"that of the filter, after as many **seconds {between(slower)} times** ({seeds})."
        )
    else:
        st.info(
            "On at least one seed the filter went astray: it trusted its errors too much. Raise "
            "R, let it couple by unit, or lower Q."
        )
    truth(
        "✓ real · measured on this server · float64",
        "Computed when you pressed the button, kept for those who ask for the same. The seconds "
        "are those of this server, every run by itself. A curve is the mean squared error over the "
        "last 40 samples, the line the median over the seeds, the band reaches from the lowest to "
        "the highest. Filter: Puskorius & Feldkamp 1994; Williams 1992.",
    )


def between(values: list[float]) -> str:
    """Return a range of numbers as it is said."""
    low, high = min(values), max(values)
    return numeral(low) if len(values) == 1 else f"{numeral(low)} to {numeral(high)}"
