"""Random weights can remember and foresee: only the read-out is learned, in a single solve."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls
from explorer.controls.widgets import restore
from explorer.film import Axis, Reel, Slider
from explorer.recipes.reservoir import VIEWS, ReservoirRecipe
from explorer.reservoir import linear_capacity
from explorer.reservoir.cost import Mark, descended, solved
from explorer.reservoir.forecast import nrmse
from explorer.scenes import reservoir as scenes

PAGE = "reservoir"
DEFAULT = ReservoirRecipe()
PRESETS = {
    "echo": {
        "Echo": DEFAULT,
        "Chaos": replace(DEFAULT, radius=1.8, drive="silence"),
        "Tamed by its input": replace(DEFAULT, radius=1.8, scale=3.0),
    },
    "memory": {
        "tanh units": replace(DEFAULT, view="memory"),
        "Linear ring": replace(DEFAULT, view="memory", N=48, wiring="ring", act="identity",
                               leak=1.0, radius=0.95, delays=100, ridge="0", bias=0.0),
        "Linear, sparse": replace(DEFAULT, view="memory", act="identity", delays=100, ridge="0"),
    },
    "forecast": {
        "Mackey-Glass": replace(DEFAULT, view="forecast"),
        "Lorenz": replace(DEFAULT, view="forecast", series="lorenz", feedback=0.5, ridge="1e-8"),
        "Jaeger's size": replace(DEFAULT, view="forecast", N=400, train=3000, ridge="1e-12"),
    },
    "cost": {"Mackey-Glass": replace(DEFAULT, view="cost"),
             "Lorenz": replace(DEFAULT, view="cost", series="lorenz", feedback=0.5)},
}  # fmt: skip

controls.heading("Must every weight be trained?", __doc__)


def ask(recipe: ReservoirRecipe) -> ReservoirRecipe:
    key = f"{PAGE}.view"
    st.session_state.setdefault(key, recipe.view)
    asked = st.segmented_control(
        "Question", tuple(VIEWS), key=key, format_func=VIEWS.__getitem__,
        on_change=restore, args=(key, recipe.view), label_visibility="collapsed",
    )  # fmt: skip
    return replace(recipe, view=asked or recipe.view)


def sliders(recipe: ReservoirRecipe) -> tuple[Slider, ...]:
    wide = {"radius": max(2.0, recipe.radius), "scale": max(3.0, recipe.scale)}
    own = [Slider("radius", "spectral radius", "ρ", 0.0, wide["radius"], 0.01, recipe.radius,
                  marks=((1.0, "1"),)),
           Slider("leak", "leak", "α", 0.0, 1.0, 0.01, recipe.leak)]  # fmt: skip
    if recipe.view == "forecast":
        high = max(2.0, recipe.feedback)
        own.append(Slider("feedback", "feedback scale", "f", 0.0, high, 0.01, recipe.feedback))
        own.append(Slider("threshold", "error threshold", "θ", 0.01, 2.0, 0.01, recipe.threshold))
    else:
        own.append(Slider("scale", "input scale", "s", 0.0, wide["scale"], 0.01, recipe.scale))
    if recipe.wiring == "sparse" and recipe.view != "forecast":
        own.append(Slider("density", "density", "p", 0.0, 1.0, 0.005, recipe.density, digits=3))
    return tuple(own)


@st.fragment
def experiment() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = ask(recipe)
    controls.presets(PAGE, recipe, PRESETS[recipe.view])
    own = {
        "echo": ("drive", "N"),
        "memory": ("act", "wiring", "N"),
        "forecast": ("series", "N", "train"),
        "cost": ("series", "N", "updates", "rate"),
    }
    tau = ("tau",) if recipe.series == "mackey-glass" else ()
    sparse = ("density",) if recipe.wiring == "sparse" else ()
    further = {
        "echo": ("wiring", "act", "bias", "T", "seed"),
        "memory": ("delays", "ridge", "bias", "seed"),
        "forecast": ("ridge", "steps", *tau, "seeds", "wiring", *sparse, "act", "bias", "seed"),
        "cost": (
            "ridge",
            "train",
            *tau,
            "radius",
            "leak",
            "feedback",
            "wiring",
            *sparse,
            "act",
            "bias",
            "seed",
        ),
    }
    with controls.row():
        recipe = controls.choose(PAGE, recipe, own[recipe.view])
        recipe = controls.more(PAGE, recipe, further[recipe.view])
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)
    controls.said(recipe.remark())
    VIEW[recipe.view](recipe, live)


def echo(recipe: ReservoirRecipe, live: bool) -> None:
    found = recipe.meeting()
    said = scenes.meeting_summary(found)
    controls.show(
        PAGE,
        Reel(
            axis=Axis(count=recipe.T + 1),
            panels=scenes.two_starts(found),
            side=scenes.two_bars(),
            sliders=sliders(recipe),
            cursor=min(recipe.cursor, recipe.T),
            title="Two starts under one input",
            text=said,
            precise=not live,
        ),
    )
    badge(
        recipe,
        "The exponent is measured along the run of the first start and 600 further steps of the "
        "same input, by a tangent vector that is renormalised at every step.",
    )
    st.markdown(said)
    if found.exponent > 0:
        st.info(
            "The reservoir is unstable under this input: a difference does not die out, so its "
            "state says more about where it began than about what it heard."
        )


def memory(recipe: ReservoirRecipe, live: bool) -> None:
    found = remembered(recipe.without_view()) if not live else recipe.capacity(quick=True)
    formula = None if live else linear_capacity(recipe.reservoir(1), recipe.delays)
    controls.said(found.fit.remark)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.memory_axis(found),
            panels=scenes.memory(found, formula),
            sliders=sliders(recipe),
            cursor=min(recipe.cursor, recipe.delays),
            title="Memory capacity against the delay",
            text=f"Memory capacity {found.total:.2f} of at most {recipe.N}.",
            precise=not live,
        ),
    )
    badge(recipe, "Input: white, from U(-1, 1). One read-out for each delay, all from one "
          "solve; the share is the squared correlation of read-out and delayed input on data that "
          "the solve has not seen.")  # fmt: skip
    by_formula = "" if formula is None else (
        f" The formula for linear units gives {formula.sum():.3f} for these delays: a linear "
        f"reservoir whose {recipe.N} directions float64 can tell apart has exactly N in all."
    )  # fmt: skip
    st.markdown(
        f"Total of delays 0 to {recipe.delays}: **{found.total:.2f}** of at most N = {recipe.N} "
        f"(without delay 0, the input just read: {found.total - found.recalled[0]:.2f})."
        + by_formula
    )


@st.cache_data(max_entries=64, show_spinner=False)
def remembered(recipe: ReservoirRecipe):
    return recipe.capacity()


@st.cache_data(max_entries=256, show_spinner=False)
def gone_on(recipe: ReservoirRecipe) -> tuple[np.ndarray, float]:
    """Return the error at every step alone, and after 84 steps over many starts."""
    taught = recipe.taught(HELD_OUT)
    return recipe.forecast(taught).error, nrmse(taught, recipe.scaling)


HELD_OUT = 2500


def forecast(recipe: ReservoirRecipe, live: bool) -> None:
    taught = recipe.taught(recipe.steps)
    found = recipe.forecast(taught)
    controls.said(taught.fit.remark)
    place = st.container()
    errors = [] if live else over_seeds(recipe.without_view())
    others = [error for error, _ in errors[1:]]
    with place:
        axis = scenes.continued_axis(taught, found)
        horizon = found.horizon(recipe.threshold)
        within = "all" if horizon == len(found.truth) else f"the first {horizon}"
        said = (
            f"Alone, the network stays within {recipe.threshold:g} standard deviations of the "
            f"truth for {within} of {len(found.truth)} steps."
        )
        controls.show(
            PAGE,
            Reel(
                axis=axis,
                panels=scenes.continued(taught, found, recipe.scaling, others, recipe.threshold),
                side=(scenes.attractor(taught, found, recipe.scaling, recipe.tau),),
                sliders=sliders(recipe),
                cursor=min(recipe.cursor, axis.count - 1),
                title="A series continued by the network alone",
                text=said,
                precise=not live,
            ),
        )
        badge(recipe, "Up to the dotted start the network hears the true series; from then on its "
              "own output is fed back. The read-out comes from one ridge solve.")  # fmt: skip
        st.markdown(said)
    if errors:
        table(recipe, errors)


def over_seeds(recipe: ReservoirRecipe) -> list[tuple[np.ndarray, float]]:
    bar, found = st.empty(), []
    for k in range(recipe.seeds):
        if k and recipe.N * recipe.train > 200_000:
            bar.progress(k / recipe.seeds, f"Teaching reservoir {k + 1} of {recipe.seeds}")
        found.append(gone_on(replace(recipe, seed=(recipe.seed + k) % 10_000)))
    bar.empty()
    return found


def table(recipe: ReservoirRecipe, errors: list[tuple[np.ndarray, float]]) -> None:
    def steps(error):
        beyond = ~(error <= recipe.threshold)
        return int(np.argmax(beyond)) if beyond.any() else len(error)

    horizons = [steps(error) for error, _ in errors]
    logs = [np.log10(after) for _, after in errors]
    names = [f"seed {(recipe.seed + k) % 10_000}" for k in range(len(errors))]
    many = len(errors) > 1
    st.markdown(
        "| |" + "|".join(names) + ("| median |" if many else "|")
        + "\n|---|" + "--:|" * (len(errors) + many)
        + "\n| steps within the threshold |" + "|".join(f"{h}" for h in horizons)
        + (f"| **{np.median(horizons):g}** |" if many else "|")
        + "\n| log₁₀ NRMSE₈₄ |" + "|".join(f"{v:.2f}" for v in logs)
        + (f"| **{np.median(logs):.2f}** |" if many else "|")
    )  # fmt: skip
    st.caption(
        "Each seed draws another reservoir and another stretch of the series. NRMSE₈₄: error after "
        "84 steps alone, in standard deviations of the series, over 50 starts in held-out data; "
        "Jaeger 2001 reports −3.55 for Mackey-Glass with 400 units."
    )


def cost(recipe: ReservoirRecipe, live: bool) -> None:
    ways, remark = trained(recipe.without_view())
    controls.said(remark)
    controls.show(
        PAGE,
        Reel(
            axis=Axis(count=recipe.updates + 1, label="update"),
            panels=scenes.course(ways, recipe.updates),
            cursor=min(recipe.cursor, recipe.updates),
            title="Error and work against the number of updates",
            text="The read-out solved at once, against gradients through time for all weights.",
            precise=not live,
        ),
    )
    badge(recipe, "All three start from the same reservoir and predict the next step of the same "
          "series from its true past; the error is that on 500 steps held out, in standard "
          "deviations. Adam sees all training data at every update, in pieces of 100 steps of "
          "which the first 20 do not count, and starts from a read-out of zeros; its error is "
          "measured at every fifth update. The seconds are those of this server while it trained, "
          "without the measuring.")  # fmt: skip
    from explorer.figures.training_cost import training_cost

    figure = {
        scenes.WAYS[way]: (
            np.array([mark.seconds for mark in marks]), np.array([mark.error for mark in marks])
        )
        for way, marks in ways.items()
    }  # fmt: skip
    st.plotly_chart(
        training_cost(figure, dark=st.context.theme.type == "dark"),
        theme=None, key=f"{PAGE}.plotly", config={"displayModeBar": False},
    )  # fmt: skip
    last = {way: marks[-1] for way, marks in ways.items()}
    weights = {"solve": read_weights(recipe), "readout": read_weights(recipe)}
    weights["all"] = weights["solve"] + recipe.N * (recipe.N + 2 + outputs(recipe))
    st.markdown(
        "| way | weights trained | updates | seconds | held-out error |\n|---|--:|--:|--:|--:|\n"
        + "\n".join(
            f"| {scenes.WAYS[way]} | {weights[way]:,} | {mark.updates} | {mark.seconds:.2f} "
            f"| {mark.error:.2e} |"
            for way, mark in last.items()
        )
    )


def outputs(recipe: ReservoirRecipe) -> int:
    return 1 if recipe.series == "mackey-glass" else 3


def read_weights(recipe: ReservoirRecipe) -> int:
    return outputs(recipe) * (recipe.N + 1)


def trained(recipe: ReservoirRecipe) -> tuple[dict[str, list[Mark]], str]:
    """Train in all ways, or take what this session has trained before."""
    memory = st.session_state.setdefault(f"{PAGE}.trained", {})
    if recipe not in memory:
        lesson = recipe.lesson()
        reservoir = recipe.reservoir(0, outputs(recipe))
        mark, _, fit = solved(reservoir, lesson, float(recipe.ridge))
        ways, bar = {"solve": [mark]}, st.progress(0.0, "Solved the read-out; now by gradients …")
        for way in ("readout", "all"):
            ways[way] = []
            for mark in descended(
                reservoir, lesson, recipe.updates, float(recipe.rate), all_weights=way == "all"
            ):
                ways[way].append(mark)
                done = mark.updates / recipe.updates
                bar.progress(min(done, 1.0), f"{scenes.WAYS[way]}: update {mark.updates}")
        bar.empty()
        if len(memory) > 8:
            memory.clear()
        memory[recipe] = ways, fit.remark
    return memory[recipe]


def badge(recipe: ReservoirRecipe, how: str) -> None:
    phi = r"\tanh" if recipe.act == "tanh" else ""
    with_feedback = r" + W_{\mathrm{fb}}\, y_{t-1}"
    reads = with_feedback if recipe.view in ("forecast", "cost") else r" + W_{\mathrm{in}}\, x_t"
    controls.truth(
        f"✓ real · seed {recipe.seed} · float64",
        f"Computed just now, in NumPy, from the settings above. {how}\n\n"
        rf"$$h_t = (1 - \alpha)\, h_{{t-1}} + \alpha\, {phi}(\rho W h_{{t-1}}{reads} + b)$$"
        "\n\nEcho state network of leaky units, *Jaeger 2001; Jaeger et al. 2007*. W is drawn "
        "once and scaled to spectral radius 1; nothing but the read-out is trained.",
    )


VIEW: dict[str, Callable[[ReservoirRecipe, bool], None]] = {
    "echo": echo, "memory": memory, "forecast": forecast, "cost": cost,
}  # fmt: skip

experiment()

st.subheader("What to notice", anchor=False)
st.markdown("TODO")
