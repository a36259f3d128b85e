"""A memory is a place where the network comes to rest; a certificate tells when one is missing."""

from dataclasses import replace

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.controls.watched import in_haste
from explorer.film import Play, Reel, Slider
from explorer.recipes.fixed_points import FixedPointSearch
from explorer.scenes import rest, rest_tables

PAGE = "fixed_points"
DEFAULT = FixedPointSearch()
MANY, TALL = 12, 480  # points from which on their table scrolls by itself, pixels of it
PRESETS = {
    "Three bits": DEFAULT,
    "Ghosts of memories": replace(DEFAULT, network="gru16", level=0.16),
    "Only one place": replace(DEFAULT, network="random", gain=0.8),
    "Nowhere to rest": replace(DEFAULT, network="random", recurrent="orthogonal", gain=1.5, H=2),
    "A random network": replace(DEFAULT, network="random", gain=2.4, seed=5),
}

controls.heading("Where does a network come to rest?", __doc__)


@st.fragment
def places() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("network",))
        if recipe.network == "random":
            recipe = controls.choose(PAGE, recipe, ("cell",))
            fits = "activation" in CELLS[recipe.cell].__dataclass_fields__
            own = ("activation", "recurrent") if fits else ("recurrent",)
            recipe = controls.more(PAGE, recipe, (*own, "starts", "start", "T", "seed"))
        else:
            recipe = controls.more(PAGE, recipe, ("into", "starts", "start", "T", "seed"))
    recipe, live = controls.dragged(PAGE, recipe, pinned="point")
    controls.keep(PAGE, recipe, DEFAULT, live)

    own = st.session_state.get("yours.cell")
    if recipe.network == "yours" and own is None:
        st.info(
            "No network of yours is here yet: bring one on the page “Your model”. Until then this "
            "is a random network."
        )
    elif recipe.network == "yours" and st.session_state.get("yours.ours"):
        st.info(
            "No network of yours is here yet: this is the example of the page “Your model”, "
            "trained beforehand by us to keep three bits."
        )
    elif recipe.network == "yours" and st.session_state.get("yours.ways") == 2:
        st.info(
            "Your network reads from both ends at once, so as a whole it has no state that could "
            "come to rest: these are the places of the one direction chosen on “Your model”."
        )
    yours = recipe.network == "yours" and own is not None
    if yours and not st.session_state.get("yours.ours"):
        controls.not_in_link(
            "The link does not hold your network: it opens with a random one until your file is "
            "opened there on “Your model”."
        )
    elif yours:
        controls.not_in_link(
            "The link opens with a random network until somebody visits “Your model”, whose "
            "example is shown here."
        )
    cell, readout = recipe.build(own)
    controls.network(PAGE, cell.name, cell, readout)
    try:
        given = recipe.given(cell)
    except ValueError as error:
        controls.said(str(error))
        given = None
    try:
        found, finished = (
            in_haste(recipe.sought(cell, live, given))
            if live
            else controls.watched(
                PAGE,
                (recipe.without_view(), cell.fingerprint if recipe.network == "yours" else 0),
                lambda: recipe.sought(cell, live, given),
                lambda so_far: so_far.starts / (so_far.starts + 200),
                lambda so_far: (
                    f"{so_far.starts} starts followed, {len(so_far)} fixed "
                    f"point{'s' * (len(so_far) != 1)} so far"
                ),
            )
        )
    except ValueError as error:
        controls.said(str(error))
        return
    if not finished and not live:
        st.info(
            f"Stopped after {found.starts} starts: what follows is what had been found by then."
        )
        st.button("Go on", key=f"{PAGE}.resume", on_click=controls.resume, args=(PAGE,))

    trace = recipe.run(cell, given)
    controls.noted(rest.ran_away(found, trace))
    chosen = min(recipe.point, len(found)) - 1
    sliders = [
        Slider("level", f"input {min(recipe.into, cell.D)} held on at", "x", -2.0, 2.0, 0.01,
               recipe.level, marks=((0.0, "0"),)),
    ]  # fmt: skip
    if recipe.network == "random":
        sliders += [
            Slider("gain", "gain of the recurrent weights", "g", 0.0, 6.0, 0.01, recipe.gain,
                   marks=((1.0, "1"),)),
            Slider("H", "units", "H", 1, 64, 1, recipe.H, digits=0),
        ]  # fmt: skip
    controls.show(
        PAGE,
        Reel(
            axis=scenes.time_axis(trace),
            panels=(
                scenes.inputs(trace),
                *((scenes.outputs(trace, readout),) if readout is not None else ()),
                *rest.nearness(found, trace),
                rest.speed(trace),
            ),
            space=rest.rest_space(found, trace),
            sliders=tuple(sliders),
            play=Play(auto=not live, rate=6.0),
            cursor=min(recipe.cursor, trace.T),
            pick=("near", chosen) if len(found) else None,
            title="Where the network rests, and a run among these places",
            text=rest.rest_summary(found),
            precise=not live,
        ),
    )
    controls.truth(
        f"✓ found just now · {found.starts} starts · seed {recipe.seed} · float64",
        "Newton's method runs from all starts at once with the cell's own Jacobian, on "
        "F(s) = s or, for a GRU, on n(h) = h, which has the same solutions; points merge by their "
        "Newton corrections ‖(I − J)⁻¹(F(s) − s)‖, and a second round starts half-way between all "
        "pairs. "
        + (
            "The weights were trained beforehand by our own code (`assets/make/flip_flop.py`, "
            "seed 0); everything else is computed now. "
            if recipe.trained
            else ""
        )
        + "Sussillo & Barak 2013 look for the same points by minimising ‖F(s) − s‖².",
    )
    st.markdown(f"**{rest.rest_summary(found)}** {found.verdict}")
    if live:
        st.caption(
            f"While a thumb is held: what {found.starts} start{'s' * (found.starts != 1)} "
            "lead to. The whole search follows as soon as it is let go."
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("The places", anchor=False)
        if len(found):
            with st.container(height=TALL if len(found) > MANY else "content", border=False):
                st.markdown(rest_tables.points_table(found))
        else:
            st.markdown("None was found from any start.")
    with right:
        if len(found):
            st.subheader(f"Modes of point {chosen + 1}", anchor=False)
            st.markdown(rest_tables.modes_table(found, chosen))
        if len(found.slow):
            st.subheader("Slow points", anchor=False)
            st.markdown(rest_tables.slow_table(found))
            st.caption(
                "No places of rest, but the network lingers there. Foreseen: from the map's first "
                "and second derivatives at the point. Measured: the network started on it. The "
                "whole passage: from long before to long after, where two points have met and gone."
            )
    if found.rejected:
        with st.expander(f"{len(found.rejected)} rejected candidates, and why"):
            st.markdown(rest_tables.rejected_table(found))


places()

controls.notice(
    "- **Three bits are a cube.** Eight stable points are the eight memories; between every two "
    "neighbours stands a saddle with one way out, then saddles with two, and one source in the "
    "middle: 8 + 12 + 6 + 1. A pulse pushes the state over a saddle, and it falls to the next "
    "corner.\n"
    "- **Hold one input on** (drag it to 0.3): half of the memories meet their saddles and "
    "vanish, 9 of the 27 points are left. While a pulse lasts, the network has no choice.\n"
    "- **Stop short of it** (*Ghosts of memories*): where two points have just vanished the "
    "network still lingers for hundreds of steps, and its own derivatives foretell how long.\n"
    "- **The certificate** knows when the list has a hole: leave out any one point and the sum is "
    "no longer +1. It cannot see a hole of two points whose signs cancel.\n"
    "- **Slow is not still.** In a gated network with its update gate open every state hardly "
    "moves; what counts is how far Newton's method says the nearest solution is."
)
if not controls.hides("maths"):
    st.subheader("The mathematics", anchor=False)
    st.latex(r"F(s^*) = s^*, \qquad s_t - s^* \approx J^t\,(s_0 - s^*)")
    st.latex(r"\tau_k = \frac{-1}{\ln|\lambda_k|}, \qquad P_k = \frac{2\pi}{|\arg\lambda_k|}")
    st.latex(r"\sum_{s^*} \operatorname{sign}\det(I - J(s^*)) = +1")
