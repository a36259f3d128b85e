"""Every loss by every earlier state: the triangle in which a gradient lives, fades and dies."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.dynamics.itemised import chain, itemised, per_step
from explorer.film import Reel
from explorer.numerals import numeral, numeral_near
from explorer.recipe import Recipe

PAGE = "gradient_matrix"
DEFAULT = Recipe(
    cell="LSTM", H=16, T=40, D=2, recurrent="orthogonal", memory="bias", bias=1.0, gain=1.0,
    cursor=12, at=36,
)  # fmt: skip

controls.heading("Who killed the gradient?", __doc__)


@st.fragment
def matrix() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cell",))
        recipe = controls.sequence(PAGE, recipe)
        recipe = controls.more(
            PAGE, recipe, (*controls.fitting(recipe), "recurrent", "scale", "seed")
        )
    recipe, live = controls.dragged(PAGE, recipe, pinned="at")
    controls.keep(PAGE, recipe, DEFAULT, live)

    kind, sequence, trace = CELLS[recipe.cell], recipe.sequence(), recipe.trace()
    controls.said(sequence.remark)
    t = min(recipe.at, trace.T)
    k = min(recipe.cursor, trace.T)
    links = chain(trace, t, min(k, t))
    controls.show(
        PAGE,
        Reel(
            axis=replace(scenes.time_axis(trace, sequence), label="state k"),
            panels=(*scenes.triangle(itemised(trace), trace.cell), *scenes.links(links, t, k)),
            sliders=(
                controls.strength(recipe),
                *controls.keep_bias(recipe, kind),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, trace.T),
            pick=(f"by_{kind.slots[0]}", t - 1),
            title=f"{kind.name}: every loss by every earlier state",
            text=scenes.triangle_summary(trace),
            precise=not live,
            terms=scenes.loss_terms(recipe),
        ),
    )
    controls.badge(recipe, live=live)
    st.subheader(f"From the loss at step {t} back to the state at step {k}", anchor=False)
    if k > t:
        st.markdown(
            f"State {k} comes after loss {t}: it cannot matter, and the "
            "entry is 0. Click below the diagonal to take an entry apart."
        )
        return
    if k == t:
        st.markdown("The loss reads this state directly: nothing lies between.")
        return
    slope, weight = (float(np.prod(side)) for side in (links.slope, links.weight))
    pace = [per_step(whole, t - k) for whole in (slope, weight, links.product)]
    st.markdown(
        f"| | over {t - k} steps | per step |\n|---|--:|--:|\n"
        f"| slopes of activations and gates | {numeral(slope)} | {numeral_near(pace[0])} |\n"
        f"| recurrent weights | {numeral(weight)} | {numeral_near(pace[1])} |\n"
        f"| $\\lVert \\partial L_{{{t}}} / \\partial s_{{{k}}} \\rVert$ "
        f"| **{numeral(links.product)}** | **{numeral_near(pace[2])}** |"
    )
    st.markdown(scenes.verdict(links))


matrix()

controls.notice(
    "- **Read a row** from its right end to the left: one loss, carried back. **Read a column** "
    "upwards: one state, and which losses still hear of it.\n"
    "- **Click any square** to take that entry apart. Orange is what the slopes did at "
    "each step between, blue what the matrix did; what lies below 10⁰ shrank the gradient.\n"
    "- **Two culprits, two cures.** Small weights are cured by a larger spectral radius. Flat "
    "slopes are not: raise the gain of a tanh network and its units saturate, so the weights grow "
    "and the slopes shrink.\n"
    "- **The two paths fade together.** In an LSTM a gradient at the hidden state passes into the "
    "cell state one step earlier, and back: both triangles darken at the same rate. Open the "
    "forget gate (raise its bias) and both hold."
)
st.subheader("The mathematics", anchor=False)
st.latex(r"\frac{\partial L_t}{\partial s_k} = J_{k+1}^{\top} \cdots J_t^{\top}\, u")
st.latex(r"L_t = u \cdot h_t, \quad u = \tfrac{1}{\sqrt{H}}(1, \dots, 1)")
st.caption(
    "Each step back is split exactly in two: from the state to the drives of the matrices and the "
    "paths around them (slope), and from there to the state before (weight). The two numbers "
    "multiply to the step's effect on the norm. After RNNbow (Cashman et al. 2017)."
)
