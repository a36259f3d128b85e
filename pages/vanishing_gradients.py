"""Each step back multiplies the gradient by one Jacobian: it fades or grows, step by step."""

from dataclasses import replace

import streamlit as st

from explorer import controls, scenes
from explorer.cells import CELLS
from explorer.dynamics.decay import decay
from explorer.film import Reel
from explorer.numerals import numeral, numeral_near
from explorer.recipe import Recipe

PAGE = "vanishing_gradients"
DEFAULT = Recipe(cell="LSTM", H=16, T=60, D=2, recurrent="orthogonal", scale="radius", gain=0.9)
PRESETS = {
    "Vanish": DEFAULT,
    "Hold": replace(DEFAULT, gain=1.0, activation="identity", memory="chrono"),
    "Explode": replace(DEFAULT, gain=1.3, activation="identity"),
}

RADII = (1.0, 1.3, 1.5)

controls.heading("Vanishing gradients", __doc__)


@st.fragment
def flow() -> None:
    recipe = controls.opening(PAGE, DEFAULT)
    controls.remarks(PAGE)
    controls.presets(PAGE, recipe, PRESETS)
    with controls.row():
        recipe = controls.choose(PAGE, recipe, ("cells", *controls.own(recipe.cells), "memory"))
        recipe = controls.more(
            PAGE,
            recipe,
            ("recurrent", "scale", "seed", "seeds", *controls.loss_entries(recipe), "cell"),
        )
    recipe, live = controls.dragged(PAGE, recipe)
    controls.keep(PAGE, recipe, DEFAULT, live)

    films = {name: replace(recipe, cell=name).gradients() for name in recipe.cells}
    focus = films.get(recipe.cell) or recipe.gradients()
    # The bound and the direct path are those of a loss that looks at the last state only.
    beside = focus if recipe.loss == "last" and not live else None
    # While a thumb is dragged only the network of this seed is drawn; the others follow at rest.
    seeds = scenes.affordable(recipe)
    others = () if live else range(1, seeds)
    spread = {
        name: [replace(recipe, cell=name, seed=recipe.seed + k).gradients().norm() for k in others]
        for name in recipe.cells
    }
    controls.show(
        PAGE,
        Reel(
            axis=scenes.lag_axis(focus.trace),
            panels=(
                scenes.flow(films, spread, beside),
                *scenes.gradient_heat(focus),
            ),
            sliders=(
                controls.strength(recipe),
                *controls.keep_bias(recipe, CELLS[recipe.cell]),
                *controls.sizes(recipe),
            ),
            cursor=min(recipe.cursor, focus.trace.T),
            title="Size of the gradient against the lag",
            text=scenes.flow_summary(films),
            precise=not live,
            terms=scenes.cell_terms(focus.trace.cell) | scenes.loss_terms(recipe),
        ),
    )
    controls.badge(recipe, recipe.cells, live=live)
    if seeds < recipe.seeds:
        st.caption(f"The band is that of {seeds} seeds: more would be slow at this H and T.")
    figure = st.toggle("The median over the seeds, as a figure to zoom into", key=f"{PAGE}.figure")
    if figure and not live:
        # Plotly is large; who does not ask for the figure does not wait for it.
        from explorer.figures.gradient_flow import gradient_flow

        norms = {name: [film.norm(), *spread[name]] for name, film in films.items()}
        dark = st.context.theme.type == "dark"
        controls.chart(PAGE, "flow", "Gradient against lag", gradient_flow(norms, dark=dark))
        controls.badge(recipe, recipe.cells, note="The line is the median over the seeds.")
    st.markdown(
        "| cell | ‖∂L/∂s₀‖, the first state | factor per step (fit) | R² of the fit "
        "| half-life in steps |\n"
        "|---|--:|--:|--:|--:|\n"
        + "\n".join(
            f"| {CELLS[name].name} | {numeral(d.first)} | {numeral_near(d.factor)} "
            f"| {numeral(d.r_squared, 2)} | {scenes.lasting(d)} |"
            for name, d in ((name, decay(film)) for name, film in films.items())
        )
    )


@st.cache_data(show_spinner=False)
def tanh_factors() -> list[str]:
    """Return the factor per step of the page's Elman network with tanh, by spectral radius."""
    network = replace(DEFAULT, cell="Elman")
    return [
        f"{decay(replace(network, gain=radius).gradients()).factor:.3f} at {radius:g}"
        for radius in RADII
    ]


flow()

controls.notice(
    "- **A straight line is exponential decay**; its slope is the rate per step.\n"
    "- **Random gates stay near ½** at the default settings: half of the memory is lost at every "
    "step, and an LSTM or GRU fades faster than the simple network. Press *Hold*: chrono opens "
    "the gates.\n"
    "- **A clock or a leak holds the gradient without any gate.** Between its ticks a slow group "
    "of the Clockwork network does not change, and a leaky unit keeps a fixed share of itself: "
    "with random weights, half of it lasts more than twice as long as in the other cells.\n"
    "- **Spectral radius below 1 does not imply vanishing.** What bounds a step is the largest "
    "*singular* value of its Jacobian (dotted); with a non-normal matrix the gradient may grow for "
    "many steps first.\n"
    "- **The product of forget gates is only the direct path** of an LSTM's gradient (dashed). The "
    "total also takes every detour through the gates and can be thousands of times larger.\n"
    "- **With an orthogonal matrix squashing only shrinks.** Switch φ of the Elman network from "
    "tanh to the identity: the same matrix holds or explodes what tanh lets vanish. (With another "
    "matrix, squashing one unit may also take away what held another one in check.)\n"
    "- **A spectral radius above 1 does not imply an explosion.** *Hold* and *Explode* set φ of "
    "the Elman network to the identity. With tanh, an orthogonal matrix, "
    f"H = {DEFAULT.H} and T = {DEFAULT.T}, the fitted factor per step by spectral radius is "
    f"{', '.join(tanh_factors())}."
)
st.subheader("The mathematics", anchor=False)
st.latex(
    r"\frac{\partial L}{\partial s_{t-1}} = J_t^{\top} \frac{\partial L}{\partial s_t}, \qquad "
    r"J_t = \frac{\partial s_t}{\partial s_{t-1}}"
)
st.latex(
    r"\left\| \frac{\partial L}{\partial s_t} \right\| \le \prod_{k=t+1}^{T} \sigma_{\max}(J_k)"
    r"\, \left\| \frac{\partial L}{\partial s_T} \right\|"
)
st.caption(
    "Hochreiter 1991; Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013. For a tanh "
    r"network $\sigma_{\max}(J) \le \sigma_{\max}(W_{hh})$, for logistic units a quarter of that."
)
