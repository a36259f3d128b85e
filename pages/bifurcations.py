"""A memory appears at one exact weight, and the state jumps where it vanishes again."""

from dataclasses import replace

import streamlit as st

from explorer import controls
from explorer.controls.watched import breathe, so_far
from explorer.dynamics.continuation import Branch
from explorer.dynamics.sweep import Sweep
from explorer.film import Play, Reel, Slider
from explorer.recipes.bifurcations import UNCLIPPED, Bifurcations, Plane
from explorer.recipes.moving import NETWORKS
from explorer.scenes import bifurcations as scenes
from explorer.scenes.loci import plane_chart
from explorer.scenes.wall import cut_chart, wall_axis, wall_chart, wall_panels, wall_summary
from explorer.shelf import Shelf

PAGE = "bifurcations"
WALL, LINES = f"{PAGE}.wall", f"{PAGE}.lines"
DEFAULT = Bifurcations()
ROTATION = "0.5403 -0.8415; 0.8415 0.5403"
PRESETS = {
    "A memory appears": DEFAULT,
    "Hysteresis": replace(DEFAULT, along="bias", w=2.0),
    "Off centre": replace(DEFAULT, b=0.1),
    "It flips": replace(DEFAULT, w=-1.6),
    "Logistic unit": replace(DEFAULT, act="logistic", along="bias", w=6.0, b=-3.0, start=0.4),
    "Two units": replace(DEFAULT, network="two", b=0.05),
    "A circle is born": replace(DEFAULT, network="two", matrix=ROTATION, g=1.1),
}
UPDATES = 60
KEPT = 64  # planes

controls.heading("Which weight makes a memory appear?", __doc__)


@st.cache_data(max_entries=256, show_spinner=False)
def followed(recipe: Bifurcations, fine: bool) -> tuple[list[Branch], Sweep]:
    return recipe.branches(fine), recipe.swept(fine)


@st.cache_resource(show_spinner=False)
def planes() -> Shelf[Bifurcations, Plane]:
    """Return the place for planes of two parameters, one for all visitors."""
    return Shelf(KEPT)


def survey(recipe: Bifurcations) -> None:
    """Follow the lines in a plane of two parameters, and draw the picture anew with them."""
    part, finished = controls.watched(
        LINES, recipe, recipe.plane, lambda part: part.share,
        lambda part: f"{len(part.found[0])} lines in the plane of two parameters", 1,
    )  # fmt: skip
    if not finished:
        st.info("Stopped: the plane of two parameters shows the lines found by then.")
        st.button("Go on", key=f"{LINES}.resume", on_click=controls.resume, args=(LINES,))
        return
    planes()[recipe] = part.found
    breathe()


def sliders(recipe: Bifurcations) -> tuple[Slider, ...]:
    labels = {"w": "recurrent weight", "g": "gain of W", "b": "bias", "x": "constant input"}
    return tuple(
        Slider(name, labels[name], name, *recipe.span(name), 0.01, getattr(recipe, name),
               marks=tuple((v, f"{v:g}") for v in (0.0, 1.0) if name in "wg" or not v))
        for name in (recipe.strength, "b", "x")
    )  # fmt: skip


@st.fragment
def branches() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    recipe = controls.handled(PAGE, recipe)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("network", "act", "along"))
        if recipe.units == 2:
            recipe = controls.choose(PAGE, recipe, ("matrix",))
        recipe = controls.more(PAGE, recipe, ("seed",))
    recipe, live = controls.dragged(PAGE, recipe)
    recipe = recipe.fitting
    controls.keep(PAGE, recipe, DEFAULT, live)

    found, run = followed(recipe.without_view, not live)
    above, plane = st.container(), planes().get(recipe.plane_of)
    part = None if plane else so_far(LINES, recipe.plane_of)
    controls.network(PAGE, NETWORKS[recipe.network], recipe.now.cell)
    said = scenes.diagram_summary(recipe, found)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.sweep_axis(run),
            panels=scenes.sweep_panels(recipe, run),
            charts=(
                scenes.diagram_chart(recipe, found, run),
                scenes.map_chart(recipe),
                plane_chart(recipe, part.found if part else plane, plane is not None),
            ),
            sliders=sliders(recipe),
            play=Play(auto=not live, rate=24.0),
            cursor=min(recipe.cursor, len(run.p) - 1),
            title="Bifurcation diagram",
            text=said,
            precise=not live,
        ),
    )
    controls.truth(
        f"✓ real · computed just now · seed {recipe.seed} · float64",
        "Branches are followed by pseudo-arclength continuation (Keller 1977), round every fold, "
        "with test functions for folds, pitchforks, flips and Neimark-Sacker points (Kuznetsov "
        "2004); the lines in the plane of two parameters are bifurcations followed the same way. "
        "A branch that meets neither an end nor the middle of the range, nor another branch, is "
        "not found. The run is the network itself, 25 steps at each value, nudged by 0.001 there; "
        "grey dots are its last six states. While a thumb is held both are coarser.",
    )
    table = scenes.events_table(recipe, found)
    st.markdown(f"**{said}**" + (f"\n\n{table}" if table else ""))
    if plane is None and not live:
        # The diagram need not wait for the lines, which take longer than all else.
        with above:
            survey(recipe.plane_of)


@st.fragment
def descent() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    kept = recipe.cursor
    recipe = controls.handled(PAGE, recipe, "wall")
    recipe, live = controls.dragged(WALL, recipe)
    recipe = replace(recipe, cursor=kept)
    controls.keep(PAGE, recipe, DEFAULT, live)
    wall = recipe.wall
    free = wall.descend(recipe.lw, recipe.lb, recipe.rate, updates=UPDATES)
    theta = recipe.clip if recipe.clip < UNCLIPPED else float("inf")
    clipped = wall.descend(recipe.lw, recipe.lb, recipe.rate, theta, UPDATES)
    rate = Slider(
        "rate", "learning rate", "η", 0.01, 100.0, 0.02, recipe.rate, digits=2, log=True,
        marks=((0.01, "0.01"), (1.0, "1"), (100.0, "100")),
    )  # fmt: skip
    clip = Slider(
        "clip", "clip the norm at", "θ", 0.001, UNCLIPPED, 0.02, recipe.clip, digits=3, log=True,
        marks=((0.001, "10⁻³"), (1.0, "1"), (UNCLIPPED, "off")), top="off",
    )  # fmt: skip
    said = wall_summary(free, clipped)
    controls.film_beside(
        PAGE,
        "wall",
        Reel(
            axis=wall_axis(UPDATES),
            panels=wall_panels(free, clipped, theta),
            charts=(wall_chart(recipe, free[0], clipped[0]), cut_chart(recipe)),
            sliders=(rate, clip),
            play=Play(rate=5.0, loop=False),
            cursor=UPDATES,
            title="The wall in the loss",
            text=said,
        ),
    )
    st.markdown(f"**{said}**")


branches()

if not controls.hides("wall", "The wall in the loss"):
    st.subheader("The wall in the loss", anchor=False)
    st.markdown(
        "One logistic unit starts at 0.62, runs for 50 steps without input, and should end at 0.7: "
        "the classic picture of an exploding gradient (Pascanu, Mikolov & Bengio 2013)."
    )
    descent()

controls.notice(
    "- **One exact weight.** Below w = 1 a tanh unit forgets: 0 is its only fixed point. At w = 1 "
    "two others leave it, and at w = 1.5 they are at ±0.85856: one bit can be kept.\n"
    "- **Hysteresis is memory.** With w = 2 the run jumps up where the bias passes +0.533 and down "
    "only where it passes −0.533. In between, the state tells from where it came.\n"
    "- **A little bias breaks the fork** (*Off centre*): no pitchfork is left, and one of the two "
    "memories appears at a fold, at w = 1.298.\n"
    "- **Below w = −1 the sign alternates:** the fixed point is unstable and the run jumps between "
    "two values of opposite sign.\n"
    "- **The cusp is the corner of all this.** Two fold lines meet at w = 1, b = 0 (logistic unit: "
    "w = 4, b = −2). For a smaller weight no bias gives two memories.\n"
    "- **Two units can start to turn:** a rotation by 1 rad loses its rest at gain 1, at a "
    "Neimark-Sacker point, and the state goes round by 1 rad per step.\n"
    "- **The wall in the loss is not the fold.** It stands where the start lies on the border "
    "between two ends: there a hair's breadth of weight decides where 50 steps lead. On the folds "
    "(dashed) the loss is smooth.\n"
    "- **Clipping shortens a step and keeps its direction:** from the start shown, an "
    "unclipped step at the wall leaps 84 units away and never comes back, a clipped one is at most "
    "ηθ = 0.05 long, and the descent goes on along the wall."
)
st.subheader("The mathematics", anchor=False)
st.latex(r"h_{t+1} = \varphi(w\,h_t + b + x)")
st.latex(
    r"\begin{aligned} \text{fold:}\quad & w\,\varphi' = 1 \\ \text{flip:}\quad & w\,\varphi' = -1 "
    r"\\ \text{Neimark-Sacker:}\quad & \lambda = e^{\pm i\vartheta} \end{aligned}"
)
