"""A Streamlit script with one picture in several designs: nothing, our film, six Plotly figures.

The address says which: ``?show=empty``, ``stock`` (film under a slider of Streamlit's), ``film``
(under its own slider), ``large`` (H=64, T=200), ``naive`` (what a first version would look like).
"""

import numpy as np
import streamlit as st

from explorer import LSTM, GradientTrace, Trace

GAINS = (0.5, 1.5, 1.0, 0.05)


def network(gain: float, H: int = 32, T: int = 100) -> GradientTrace:
    """Return all films of an LSTM whose recurrent weights have this gain."""
    cell = LSTM.init(np.random.default_rng(0), 3, H, recurrent="orthogonal", gain=gain)
    trace = Trace.of(cell, np.random.default_rng(1).standard_normal((T, 1, 3)))
    dL_ds = np.zeros((T, 1, cell.S))
    dL_ds[-1] = 1.0
    return GradientTrace.of(trace, dL_ds)


def picture(gain: float, sliders: tuple = (), live: bool = False, **size: int) -> None:
    """Show the films of such a network in our component."""
    from explorer import scenes
    from explorer.film import Bars, Reel, film, pack

    gradients = network(gain, **size)
    trace = gradients.trace
    panels = (
        scenes.inputs(trace),
        *scenes.gates(trace),
        *scenes.states(trace),
        scenes.gradient_norms(gradients),
    )
    reel = Reel(
        axis=scenes.time_axis(trace), panels=panels, side=(Bars("h"), Bars("c")),
        sliders=sliders, cursor=1, precise=not live,
    )  # fmt: skip
    film(pack(reel), key="film")


@st.fragment
def empty() -> None:
    gain = st.slider("gain", *GAINS)
    st.html(f'<div class="bench">{gain}</div>')


@st.fragment
def stock() -> None:
    picture(st.slider("gain", *GAINS))


@st.fragment
def own(**size: int) -> None:
    from explorer.film import Slider, film_state

    low, high, start, step = GAINS
    state = film_state("film", (Slider("gain", "gain", "g", low, high, step / 10, start),))
    gain = state.sliders["gain"]
    slider = Slider("gain", "gain", "g", low, high, step / 10, gain)
    picture(gain, (slider,), state.live, **size)


def naive() -> None:
    import plotly.graph_objects as go

    gain = st.slider("gain", *GAINS)
    gradients = network(gain)
    trace = gradients.trace
    panels = trace.gates | {"c": trace.slot("c")[1:]}
    for name, values in panels.items():
        figure = go.Figure(go.Heatmap(z=values[:, 0].T, colorscale="Viridis"))
        figure.update_layout(title=name, height=250, meta={"v": gain})
        st.plotly_chart(figure)
    figure = go.Figure(go.Scatter(y=gradients.norm()))
    figure.update_layout(title="gradient norm", height=250, yaxis_type="log", meta={"v": gain})
    st.plotly_chart(figure)


if __name__ == "__main__":
    st.set_page_config(layout="wide", page_title="stage")
    designs = {
        "empty": empty,
        "stock": stock,
        "film": own,
        "large": lambda: own(H=64, T=200),
        "naive": naive,
    }
    designs[st.query_params.get("show", "film")]()
