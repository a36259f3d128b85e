"""BPTT and RTRL find one gradient, truncation sees a part, a Kalman filter makes more of it."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS, Cell
from explorer.film import Play, Reel, Slider, film, pack
from explorer.learning.cost import MEMORY, PATIENCE
from explorer.learning.lags import missing
from explorer.learning.model import Model
from explorer.learning.race import Run, advantage, advantage_by_second, best, entrants
from explorer.learning.rtrl import SensitivityTrace
from explorer.learning.rules.ekf import EKF
from explorer.learning.truncation import truncated
from explorer.readout import Readout
from explorer.recipes.learning_rules import (
    LONGEST,
    OBJECTIVE,
    SHORTEST,
    LearningRules,
    Lesson,
)
from explorer.scenes import rules

PAGE = "learning_rules"
DEFAULT = LearningRules()
PRESETS = {
    "One network, one stream": DEFAULT,
    "One linear unit": replace(
        DEFAULT, H=1, T=200, stream="constant", loss="last", activation="identity",
        recurrent="identity", window=10,
    ),
    "Nothing fades": replace(
        DEFAULT, T=60, loss="last", activation="identity", gain=1.0, window=20
    ),
    "Too dear for RTRL": replace(DEFAULT, cell="LSTM", H=64, T=120),
}  # fmt: skip
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
LENGTHS = (1, 4, 16, 64, 256, 1024, 4096)

controls.heading("Do all learning rules see the same gradient?", __doc__)


@st.cache_data(max_entries=512, show_spinner=False)
def run(recipe: LearningRules, seed: int, k: int) -> Run:
    batch = recipe.stretch(recipe.samples, seed)
    return entrants(recipe.filter())[k].run(recipe.model(seed), batch, OBJECTIVE)


# Frozen records may be shared; the activation of a cell is a function, which no copy can hold.
@st.cache_resource(max_entries=16, show_spinner="Learning once more what was raced …")
def learnt(recipe: LearningRules, seed: int, k: int) -> tuple[Cell, Readout]:
    batch = recipe.stretch(recipe.samples, seed)
    model = entrants(recipe.filter())[k].learnt(recipe.model(seed), batch, OBJECTIVE)
    return model.cell, model.readout


@st.fragment
def walk() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.choose(PAGE, recipe, ("stream", "loss"))
        own = ("activation",) if "activation" in CELLS[recipe.cell].__dataclass_fields__ else ()
        recipe = controls.more(PAGE, recipe, (*own, "recurrent", "seed"))
    picture, cut, racing, meters = (st.container() for _ in range(4))
    with racing:
        st.subheader("Who learns more from each sample?", anchor=False)
        with controls.row():
            recipe = controls.choose(PAGE, recipe, ("samples", "seeds", "groups", "R", "Q"))
    recipe, live = controls.dragged(PAGE, recipe, pinned="")
    controls.keep(PAGE, recipe, DEFAULT, live)

    lesson = Lesson.of(recipe)
    taken_home(recipe, lesson.model)
    with picture:
        both_ways(recipe, lesson, live)
    with cut:
        through_windows(recipe, lesson)
    with racing:
        race(recipe, live)
    with meters:
        growth(recipe, lesson, live)


def both_ways(recipe: LearningRules, lesson: Lesson, live: bool) -> None:
    trace, back = lesson.film.trace, lesson.gradients
    forward = SensitivityTrace.of(trace, lesson.dL_ds) if recipe.affordable() else None
    seen = back
    if recipe.window < trace.T:
        seen = truncated(trace, lesson.dL_ds, recipe.window)
    difference = apart(forward, back)
    controls.noted(controls.what_left(trace, back))
    if forward is None:
        controls.noted(too_dear(recipe))
    flow = scenes.back_flow(back, lesson.dL_ds, back)
    gathered = rules.gathered(forward, back, seen)
    controls.show(
        PAGE,
        Reel(
            axis=replace(scenes.walk_axis(trace), grows=True),
            panels=(
                scenes.inputs(trace),
                *((gathered,) if gathered is not None else ()),
                *((rules.carried_forward(forward),) if forward is not None else ()),
                flow,
                *scenes.states(trace),
                *scenes.back_heat(back),
            ),
            graph=scenes.walk_graph(trace, "x", flow, lesson.loss),
            sliders=(
                Slider("gain", "gain of the recurrent weights", "g", 0.0, 2.0, 0.01, recipe.gain,
                       marks=((1.0, "1"),)),
                Slider("window", "truncation window", "K", 1, LONGEST, 0.02, recipe.window,
                       digits=0, log=True, marks=((1, "1"), (trace.T, f"T = {trace.T}"))),
                Slider("H", "units", "H", 1, 64, 1, recipe.H, digits=0),
                Slider("T", "steps", "T", SHORTEST, LONGEST, 1, recipe.T, digits=0),
            ),
            play=Play(rate=6),
            cursor=min(recipe.cursor, 2 * scenes.turn(trace)),
            title="One network, one stream, two ways to one gradient",
            text=rules.rules_summary(back, forward, difference),
            precise=not live,
        ),
    )  # fmt: skip
    kind = CELLS[recipe.cell]
    controls.truth(
        f"✓ real · seed {recipe.seed} · float64"
        + (f" · RTRL − BPTT {difference:.0e}" if np.isfinite(difference) else ""),
        "Computed just now, in NumPy, by two programs that share nothing but the cell: one carries "
        "∂s/∂w forward through the Jacobians of the steps, the other carries ∂L/∂s back. "
        f"**{kind.name}**: {kind.variant} *{kind.source}.* The loss is the mean squared error of "
        "predicting the next value of the stream.",
    )
    if forward is not None:
        side_by_side(forward, seen, back)


def apart(forward: SensitivityTrace | None, back) -> float:
    if forward is None:
        return np.nan
    goal = back.dcell.flat()
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return float(np.linalg.norm(forward.gradients[-1] - goal) / np.linalg.norm(goal))


def too_dear(recipe: LearningRules) -> str:
    cost = next(cost for cost in recipe.costs() if cost.rule == "RTRL")
    fits = max((H for H in range(1, recipe.H) if replace(recipe, H=H).affordable()), default=1)
    return (
        f"RTRL would take {controls.counted(cost.multiplications)} multiplications for these "
        f"{recipe.T} steps and keep {controls.sized(cost.bytes)}, too much to wait for: it is left "
        f"out. With up to {fits} units it joins again; what stays quick at this size is "
        "backpropagation, whole or truncated."
    )


def side_by_side(forward: SensitivityTrace, seen, back) -> None:
    rows = []
    for name, array in back.dcell.named().items():
        ours, cut = forward.dcell.named()[name], seen.dcell.named()[name]
        size = np.linalg.norm(array)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            miss, lost = (np.linalg.norm(other - array) / size for other in (ours, cut))
        rows.append(
            f"| `{name}` | {size:.4g} | {np.linalg.norm(ours):.4g} | **{miss:.0e}** "
            f"| {100 * lost:.3g} % |"
        )
    st.markdown(
        "| gradient of | BPTT ‖g‖ | RTRL ‖g‖ | they differ by | the window misses |\n"
        "|---|--:|--:|--:|--:|\n" + "\n".join(rows)
    )


def through_windows(recipe: LearningRules, lesson: Lesson) -> None:
    st.subheader("What does a window miss?", anchor=False)
    trace = lesson.film.trace
    parts = missing(trace, lesson.dL_ds)
    film(
        pack(
            Reel(
                axis=rules.windows_axis(trace),
                panels=(rules.missed(parts, recipe.closed_form()),),
                cursor=min(recipe.window, trace.T),
                title="Part of the gradient that truncation misses, for every window",
                text=f"A window of {min(recipe.window, trace.T)} steps misses "
                f"{parts['all'][min(recipe.window, trace.T) - 1]:.3g} of the gradient.",
            )
        ),
        key=f"{PAGE}.windows.film",
    )
    K = min(recipe.window, trace.T)
    share = parts["all"][K - 1]
    if np.isfinite(share):
        st.markdown(
            f"A window of **K = {K}** misses **{100 * share:.3g} %** of this gradient, "
            "$\\lVert g - g_K \\rVert / \\lVert g \\rVert$."
        )


def race(recipe: LearningRules, live: bool) -> None:
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
    if st.session_state.get(f"{PAGE}.raced") != now:
        seconds = max(1, round(seeds * recipe.race_seconds()))
        label = f"Start the race (about {seconds} s)"
        bar.button(label, key=f"{PAGE}.start", type="primary", on_click=begin, args=(now,))
        place.caption("It is computed here and now, on the network and the stream above.")
        return
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
            standing(recipe, films)
    bar.empty()
    crowned(raced, films)


def taken_home(recipe: LearningRules, model: Model) -> None:
    found = {"before learning": lambda: (model.cell, model.readout)}
    raced, winners = st.session_state.get(f"{PAGE}.winners", (None, {}))
    if raced == (recipe.raced(), recipe.affordable_seeds()):
        found |= winners
    controls.networks(PAGE, found)


def crowned(raced: LearningRules, films: list[list[Run]]) -> None:
    winners = {}
    for seed, runs in enumerate(films, raced.seed):
        for rule, chosen in best(runs).items():
            if np.isfinite(chosen.late):
                rate = f", {chosen.setting}" if chosen.setting else ""
                title = f"after {rule}{rate}, seed {seed}"
                winners[title] = partial(learnt, raced, seed, runs.index(chosen))
    st.session_state[f"{PAGE}.winners"] = ((raced, len(films)), winners)


def begin(race: tuple[LearningRules, int]) -> None:
    st.session_state[f"{PAGE}.raced"] = race


def standing(recipe: LearningRules, films: list[list[Run]]) -> None:
    from explorer.figures.race import race as figure

    found = [best(runs) for runs in films]
    ours_first = sorted(found[0], key=lambda rule: rule != EKF.name)
    lines = {rule: [seed[rule] for seed in found] for rule in ours_first}
    ratios = [advantage(runs) for runs in films]
    dark, guess = st.context.theme.type == "dark", recipe.guess()
    for column, by in zip(st.columns(2), ("samples", "seconds"), strict=True):
        drawn = figure(lines, by, guess, dark)
        controls.chart(PAGE, f"{by}.{len(films)}", f"Error by {by}", drawn, column)
    own = f"R = {recipe.R} P₀, Q = {recipe.Q} P₀"
    rows = [
        f"| {rule} | {', '.join(dict.fromkeys(run.setting for run in runs)) or own} "
        f"| {np.median([run.late for run in runs]):.2e} "
        f"| {1e3 * np.median([run.seconds[-1] / len(run.loss) for run in runs]):.2f} ms |"
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
    controls.truth(
        "✓ real · measured on this server · float64",
        "Computed when you pressed the button, kept for those who ask for the same. The seconds "
        "are those of this server, every run by itself. A curve is the mean squared error over the "
        "last 40 samples, the line the median over the seeds, the band reaches from the lowest to "
        "the highest. Filter: Puskorius & Feldkamp 1994; Williams 1992.",
    )


def between(values: list[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.3g}" if len(values) == 1 else f"{low:.3g} to {high:.3g}"


def growth(recipe: LearningRules, lesson: Lesson, live: bool) -> None:
    st.subheader("What does each rule cost?", anchor=False)
    costs, measured = recipe.costs(), recipe.measured(lesson)
    kept = [
        f"| {cost.rule} | {controls.meter(cost.bytes, 100, MEMORY)} {controls.sized(cost.bytes)} "
        f"| {controls.sized(measured[cost.rule]) if cost.rule in measured else '–'} "
        f"| ${tex(cost.kept)}$ |"
        for cost in costs
    ]
    done = [
        f"| {cost.rule} | {controls.meter(cost.multiplications, 1000, PATIENCE)} "
        f"{controls.counted(cost.multiplications)} | ${tex(cost.done)}$ |"
        for cost in costs
    ]
    st.markdown(f"For {recipe.T} steps of this network with {recipe.H} units:")
    left, right = st.columns(2)
    left.markdown("| rule | keeps | measured | formula |\n|---|---|---|---|\n" + "\n".join(kept))
    right.markdown("| rule | multiplications | formula |\n|---|---|---|\n" + "\n".join(done))
    beyond = [cost.rule for cost in costs if not cost.interactive]
    if beyond:
        st.info(
            f"At this size one would have to wait for {listed(beyond)}. What stays interactive: "
            "truncated backpropagation; for a filter, coupling by unit and following each "
            "influence back through a window."
        )
    st.caption(
        "Counted from the arrays of the network; measured are the arrays themselves. A full bar is "
        f"what one may wait for: {controls.counted(PATIENCE)} multiplications a sequence, "
        f"{controls.sized(MEMORY)}. T steps; K the window; M entries of the matrices; F numbers "
        "that a step leaves in the film; S entries of the state; P weights of the cell; N with "
        "those of the read-out; n weights into one unit; O outputs."
    )
    if live:
        return
    from explorer.figures.rule_costs import rule_costs

    dark = st.context.theme.type == "dark"
    grown = {
        ("bytes", "units H"): (SIZES, [recipe.costs(H=H) for H in SIZES], recipe.H),
        ("bytes", "steps T"): (LENGTHS, [recipe.costs(T=T) for T in LENGTHS], recipe.T),
        ("multiplications", "units H"): (SIZES, [recipe.costs(H=H) for H in SIZES], recipe.H),
    }
    columns = st.columns(3)
    for column, ((quantity, label), (sizes, found, now)) in zip(
        columns, grown.items(), strict=True
    ):
        drawn = rule_costs(sizes, found, quantity, label, now, dark)
        title = f"{quantity.capitalize()} against {label[-1]}"
        controls.chart(PAGE, f"{quantity}.{label[-1]}", title, drawn, column)


def listed(names: list[str]) -> str:
    """Return names as a sentence lists them."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def tex(letters: str) -> str:
    """Return a formula of a cost as LaTeX."""
    swaps = {"·": r"\,", "²": "^2", "Σ": r"\textstyle\sum "}
    for old, new in swaps.items():
        letters = letters.replace(old, new)
    return letters


walk()

controls.notice(
    "- **One gradient, two ways to it.** The two curves of *gradient gathered so far* both end at "
    "1: RTRL when the stream ends, BPTT only when it is back at the start. The numbers differ by "
    "rounding.\n"
    "- **RTRL could learn at every step.** On the way it knows the whole gradient of all losses so "
    "far; BPTT knows nothing before the end.\n"
    "- **A window sees a part.** For one linear unit under a constant input it misses a share of "
    "wᴷ of the gradient of W_xh: press *One linear unit*.\n"
    "- **A Kalman filter makes more of every error.** On the first preset it errs less than a "
    "tenth as much as the best SGD and the best Adam after as many samples. Its P₀, R and Q are "
    "guesses that matter: with R = P₀ it learns more slowly.\n"
    "- **What you pay.** BPTT keeps more with every step; RTRL keeps the same however long the "
    "stream, but 8 times as much and 16 times the work for twice the units."
)
if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    st.markdown("RTRL carries $M_t = \\partial s_t / \\partial w$ forward:")
    st.latex(r"M_t = J_t M_{t-1} + \frac{\partial s_t}{\partial w}\bigg|_{s_{t-1}}")
    st.latex(
        r"\frac{\partial L}{\partial w} = "
        r"\sum_t \frac{\partial L}{\partial s_t}\bigg|_{\text{direct}} M_t"
    )
    st.markdown("The filter takes in each error $e$ by $H = \\partial y / \\partial w$:")
    st.latex(r"K = P H \left(R + H^{\top} P H\right)^{-1}")
    st.latex(r"w \leftarrow w + K e, \qquad P \leftarrow P - K H^{\top} P + Q")
    st.caption(
        "Werbos 1990 (BPTT); Williams & Zipser 1989 (RTRL); Williams & Peng 1990 (truncation); "
        "Singhal & Wu 1989, Williams 1992, Puskorius & Feldkamp 1994 (Kalman filter). Only the "
        "ratios of P₀, R and Q matter: multiply all three and every weight moves as before."
    )
