"""A network can be a memory: show it a damaged picture and it rolls downhill to one it knows."""

from dataclasses import replace

import streamlit as st

from explorer import controls, scenes
from explorer.controls.painting import easel, painted, stored_or_not
from explorer.controls.valleys import load_curve, valleys
from explorer.film import Axis, Play, Reel, Slider
from explorer.memory.signs import UNITS
from explorer.memory.storage import EQUATIONS
from explorer.recipes.hopfield import SENSIBLE, STORED_BY, Hopfield, Memories
from explorer.recipes.rivals import SWEEPS, begun, rivals

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

controls.heading("A memory that rolls downhill", __doc__)


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
    home = begun(recipe, memories, recall, W) if P else {}
    controls.networks(PAGE, {name: lambda one=one: (one, None) for name, one in home.items()})
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

    side_by_side(recipe, rivals(recipe, memories, recall, W), memories, aim, rival_live)
    if not (live or rival_live):
        valleys(recipe, memories, W)
        load_curve(PAGE, recipe)


def side_by_side(recipe: Hopfield, films, memories: Memories, aim: int | None, live: bool) -> None:
    st.subheader("The same beginning, four networks", anchor=False)
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
            axis=Axis(count=SWEEPS + 1, label="sweep k"),
            panels=scenes.rival_panels(films, memories, aim),
            pictures=scenes.rival_pictures(),
            sliders=(beta, gain),
            play=Play(rate=3),
            cursor=1,
            title="Four associative memories from the same beginning",
            text="The state of the classic, the dense, the continuous and the modern network after "
            "each sweep.",
            precise=not live,
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
