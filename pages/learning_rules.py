"""BPTT and RTRL find one gradient, truncation sees a part, a Kalman filter makes more of it."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.controls import costs, race
from explorer.film import Play, Reel, Slider
from explorer.learning.lags import missing
from explorer.learning.rtrl import SensitivityTrace
from explorer.learning.truncation import truncated
from explorer.numerals import numeral
from explorer.recipes.learning_rules import LONGEST, SHORTEST, LearningRules, Lesson
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

controls.heading("Do all learning rules see the same gradient?", __doc__)


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
    race.taken_home(PAGE, recipe, lesson.model)
    with picture:
        both_ways(recipe, lesson, live)
    with cut:
        through_windows(recipe, lesson)
    with racing:
        race.race(PAGE, recipe, live)
    with meters:
        costs.growth(PAGE, recipe, lesson, live)


def both_ways(recipe: LearningRules, lesson: Lesson, live: bool) -> None:
    trace, back = lesson.film.trace, lesson.gradients
    forward = SensitivityTrace.of(trace, lesson.dL_ds) if recipe.affordable() else None
    seen = back
    if recipe.window < trace.T:
        seen = truncated(trace, lesson.dL_ds, recipe.window)
    difference = lesson.apart(forward)
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
            terms={"L": "loss: mean squared error of the predictions."},
        ),
    )  # fmt: skip
    kind = CELLS[recipe.cell]
    controls.truth(
        f"✓ real · seed {recipe.seed} · float64"
        + (f" · RTRL − BPTT {numeral(difference, 1)}" if np.isfinite(difference) else ""),
        "Computed just now, in NumPy, by two programs that share nothing but the cell: one carries "
        "∂s/∂w forward through the Jacobians of the steps, the other carries ∂L/∂s back. "
        f"**{kind.name}**: {kind.variant} *{kind.source}.* The loss is the mean squared error of "
        "predicting the next value of the stream.",
    )
    if forward is not None:
        st.markdown(rules.compared(forward, seen, back))


def too_dear(recipe: LearningRules) -> str:
    cost = next(cost for cost in recipe.costs() if cost.rule == "RTRL")
    fits = max((H for H in range(1, recipe.H) if replace(recipe, H=H).affordable()), default=1)
    return (
        f"RTRL would take {controls.counted(cost.multiplications)} multiplications for these "
        f"{recipe.T} steps and keep {controls.sized(cost.bytes)}, too much to wait for: it is left "
        f"out. With up to {fits} units it joins again; what stays quick at this size is "
        "backpropagation, whole or truncated."
    )


def through_windows(recipe: LearningRules, lesson: Lesson) -> None:
    st.subheader("What does a window miss?", anchor=False)
    trace = lesson.film.trace
    parts = missing(trace, lesson.dL_ds)
    K = min(recipe.window, trace.T)
    share = parts["all"][K - 1]
    controls.film_beside(
        PAGE,
        "windows",
        Reel(
            axis=rules.windows_axis(trace),
            panels=(rules.missed(parts, recipe.closed_form()),),
            cursor=K,
            title="Part of the gradient that truncation misses, for every window",
            text=f"A window of {K} steps misses {numeral(share)} of the gradient.",
        ),
    )
    if np.isfinite(share):
        st.markdown(
            f"A window of **K = {K}** misses **{numeral(100 * share)}%** of this gradient, "
            "$\\lVert g - g_K \\rVert / \\lVert g \\rVert$."
        )


walk()

controls.notice(
    "- **One gradient, two ways to it.** The two curves of *gradient gathered so far* both end at "
    "1: RTRL when the stream ends, BPTT only when it is back at the start. The numbers differ by "
    "rounding.\n"
    "- **RTRL could learn at every step.** On the way it knows the whole gradient of all losses so "
    "far; BPTT knows nothing before the end.\n"
    "- **A window sees a part.** For one linear unit under a constant input it misses a share of "
    "wᴷ of the gradient of $W_{xh}$: press *One linear unit*.\n"
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
