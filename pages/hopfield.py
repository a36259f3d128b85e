"""A network can be a memory: show it a damaged picture and it rolls downhill to one it knows."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.controls.painting import easel, painted, stored_or_not
from explorer.film import Axis, Play, Reel, Slider
from explorer.memory import attractors, capacity
from explorer.memory.signs import UNITS
from explorer.memory.storage import EQUATIONS
from explorer.recipes.hopfield import SENSIBLE, STORED_BY, Hopfield

PAGE = "hopfield"
DEFAULT = Hopfield()
PRESETS = {
    "A damaged letter": DEFAULT,
    "Half hidden": replace(DEFAULT, damage="hide", amount=0.5, target=3),
    "A mixture": replace(DEFAULT, start="mixture"),
    "Too alike for Hebb": replace(DEFAULT, signs="HOPFIELD", amount=0.1),
    "… not for the pseudo-inverse": replace(
        DEFAULT, signs="HOPFIELD", amount=0.1, rule="projection"
    ),
    "Beyond capacity": replace(DEFAULT, memories="random", P=40, amount=0.05),
}
LOADS = np.arange(0.02, 0.63, 0.04)
SEEDS = 6

controls.heading("A memory that rolls downhill", __doc__)


@st.cache_data(max_entries=32, show_spinner="Filling networks with random pictures …")
def load_curve(N: int, seed: int) -> capacity.Capacity:
    return capacity.curve(N, LOADS, SEEDS if N < 400 else SEEDS // 2, seed)


@st.fragment
def memory() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    recipe = painted(PAGE, recipe)
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("memories",))
        if recipe.memories == "signs":
            recipe = controls.choose(PAGE, recipe, ("signs",))
        elif recipe.memories == "random":
            recipe = controls.choose(PAGE, recipe, ("P",))
        recipe = controls.choose(PAGE, recipe, ("rule", "start"))
        if recipe.start == "memory":
            recipe = controls.choose(PAGE, recipe, ("damage",))
        recipe = controls.more(PAGE, recipe, ("seed", "target", "power", "holds"))
        easel(PAGE, recipe)
    stored_or_not(PAGE)
    recipe, live = controls.dragged(PAGE, recipe, pinned="")
    rival, rival_live = controls.dragged(f"{PAGE}.rivals", recipe, pinned="")
    recipe = replace(recipe, beta=rival.beta, gain=rival.gain)
    controls.keep(PAGE, recipe, DEFAULT, live or rival_live)

    memories = recipe.stored()
    P = len(memories.names)
    controls.said(memories.remark)
    if not P:
        st.info("Nothing is stored, so nothing can be recalled: choose pictures or paint some.")
    if P > SENSIBLE:
        st.info(
            f"{P} pictures on {UNITS} units are more than is sensible: the load is "
            f"{P / UNITS:.2f}, and Hebb's rule gives way at about 0.14. It runs all the same."
        )
    W = recipe.weights(memories)
    recall = recipe.recall(memories, W)
    asked = recipe.aimed(memories) if recipe.start == "memory" else None
    aim = scenes.nearest(recall, memories) if asked is None else asked
    damage = Slider("amount", "share that is damaged", "", 0.0, 1.0, 0.01, recipe.amount)
    controls.show(
        PAGE,
        Reel(
            axis=scenes.recall_axis(recall),
            panels=scenes.recall_panels(recall, memories, W, aim),
            pictures=scenes.recall_pictures(recall, memories, asked),
            sliders=(damage,) if recipe.start == "memory" and P else (),
            play=Play(auto=True, rate=9, loop=False),
            title="A Hopfield network recalls",
            text=scenes.recall_summary(recall, memories),
            precise=not live,
        ),
    )
    controls.truth(
        f"✓ real · seed {recipe.seed} · float64",
        f"Computed just now, in NumPy: {UNITS} units, {P} stored pictures, the weights by the rule "
        f"*{STORED_BY[recipe.rule]}*, units visited one by one in random order, each taking the "
        f"sign of what it hears. *Hopfield 1982.*\n\n$${EQUATIONS[recipe.rule]}$$",
    )
    st.markdown(f"**{scenes.recall_summary(recall, memories)}**")

    st.subheader("The same beginning, four networks", anchor=False)
    films = scenes.rivals(recipe, memories, recall, W)
    beta = Slider(
        "beta", "sharpness of the modern network", "β", 0.001, 1.0, 0.05, recipe.beta, digits=3,
        log=True,
    )  # fmt: skip
    gain = Slider(
        "gain", "gain of the continuous units", "g", 0.2, 20.0, 0.02, recipe.gain, log=True
    )
    controls.film_beside(
        PAGE,
        "rivals",
        Reel(
            axis=Axis(count=scenes.SWEEPS + 1, label="sweep k"),
            panels=scenes.rival_panels(films, memories, aim),
            pictures=scenes.rival_pictures(),
            sliders=(beta, gain),
            play=Play(rate=3),
            cursor=1,
            title="Four associative memories from the same beginning",
            text="The state of the classic, the dense, the continuous and the modern network after "
            "each sweep.",
            precise=not rival_live,
        ),
    )
    controls.truth(
        "✓ real · four networks, one beginning",
        "One tick is a sweep over all units (classic, dense), one unit of time (continuous, Euler "
        "steps of 0.1) or one update of the whole state (modern). The classic and the continuous "
        "network use the weights of the rule chosen above, the other two the pictures themselves."
        "\n\n*Hopfield 1984:* $\\dot u = -u + Wx,\\ x = \\tanh(g u)$ · "
        f"*Krotov & Hopfield 2016:* $E = -N\\sum_\\mu \\max(m_\\mu, 0)^n,\\ n = {recipe.power}$ · "
        "*Ramsauer et al. 2020:* $x \\leftarrow \\Xi^\\top \\mathrm{softmax}(\\beta\\, \\Xi x)$",
    )
    if not (live or rival_live):
        valleys(recipe, memories, W)
        curve(recipe)


def valleys(recipe, memories, W) -> None:
    st.subheader("Valleys that nobody dug", anchor=False)
    count = attractors.census(memories.patterns, W, np.random.default_rng([recipe.seed, 3]))
    st.markdown(
        "| 200 random pictures end in | share | mean energy |\n|---|--:|--:|\n"
        + "\n".join(
            f"| {title} | {count.share[kind]:.0%} | {scenes.tenths(count.energy[kind])} |"
            if kind in count.energy
            else f"| {title} | 0% | |"
            for kind, title in {
                "memory": "a memory",
                "negative": "the negative of a memory",
                "mixture": "a mixture of three memories",
                "other": "something else that nobody stored",
            }.items()
        )
    )
    found = attractors.mixtures(memories.patterns, W)
    if found:
        st.markdown(
            "| majority of three | at rest? | overlaps | energy |\n|---|---|--:|--:|\n"
            + "\n".join(
                f"| {', '.join(controls.plain(memories.names[k]) for k in one.of)} "
                f"| {'yes' if one.fixed else 'no'} "
                f"| {', '.join(f'{m:.2f}' for m in one.overlap).replace('-', '−')} "
                f"| {scenes.tenths(one.energy)} |"
                for one in found
            )
        )
        held = [memories.patterns[k] for k in found[0].of]
        energies = ", ".join(f"{scenes.tenths(-0.5 * x @ W @ x)}" for x in held)
        st.caption(f"The three memories of the first row lie at energies {energies}.")


def curve(recipe) -> None:
    st.subheader("How many pictures fit?", anchor=False)
    if not st.toggle("Measure the load curve", key=f"{PAGE}.load"):
        st.caption(
            "Random pictures, three rules, several seeds; a few seconds at 400 units. Its size "
            "stands under *More*."
        )
        return
    # Plotly is large; who does not ask for the figure does not wait for it.
    from explorer.figures.load_curve import load_curve as figure

    N = int(recipe.holds)
    measured = load_curve(N, recipe.seed)
    drawn = figure(measured, capacity.mean_field(), N, dark=st.context.theme.type == "dark")
    controls.chart(PAGE, "load", "Overlap with the memories against the load", drawn)
    some = next(iter(measured.overlap.values())).shape[1]
    controls.truth(
        f"✓ real · {some} seeds · N = {N}",
        "Each point: networks filled with random pictures, up to 12 of which are followed from "
        "themselves until they rest. The band reaches from the lowest to the highest seed. The "
        "long dashes are the theory of infinitely many units (Amit, Gutfreund & Sompolinsky 1985), "
        "which ends at 0.138; a finite network gives way gradually.",
    )


memory()

controls.notice(
    "- **Paint** on the large picture, with mouse, finger, or arrow keys and Enter; let go, and "
    "the network recalls. **Click a memory** to begin with it.\n"
    "- **The energy falls at every flip** and never rises: with symmetric weights there is no way "
    "back up, so every recall ends.\n"
    "- **Letters that look alike crowd each other out.** Hebb's rule holds R, V, Z and 6, but none "
    "of HOPFIELD; the pseudo-inverse holds all eight.\n"
    "- **Every memory brings its negative**, and mixtures of three that nobody stored are valleys "
    "too: press *A mixture* and nothing moves. They lie higher than the memories.\n"
    "- **Beyond capacity** the network leaves its memories even when almost nothing is damaged; "
    "the dense and the modern network still find them.\n"
    "- **Lower β**: the modern network no longer decides and answers with the mean of all "
    "memories. Its update is the attention of a transformer. **Lower the gain** of the continuous "
    "units below 1 and the picture fades to nothing."
)

if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    # One formula a line: two beside each other are wider than a phone.
    st.latex(r"E(x) = -\tfrac12\, x^\top W x")
    st.latex(r"x_i \leftarrow \operatorname{sign}\Big(\sum_j W_{ij} x_j\Big)")
    st.latex(r"\Delta E = -2\,\Big|\sum_j W_{ij} x_j\Big| \le 0 \quad \text{at every flip}")
    st.latex(r"W_{\text{Hebb}} = \frac1N \sum_\mu \xi^\mu {\xi^\mu}^\top - \frac{P}{N} I")
    st.latex(r"p_{\text{flip}} \approx \tfrac12 \operatorname{erfc}\frac{1}{\sqrt{2P/N}}")
    st.caption(
        "The last one is the chance that a stored bit of a large Hebb network flips at the first "
        "step: 0.0036 at the load 0.138."
    )
