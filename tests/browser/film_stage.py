"""A bare Streamlit script that shows synthetic reels, for the browser tests of the film."""

import contextlib
from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.film import (
    Axis,
    Bars,
    Curves,
    Graph,
    Heat,
    Line,
    Plane,
    Play,
    Reel,
    Slider,
    film,
    film_state,
    pack,
)


def signals(H, T, D, gain, seed=0):
    """Something that looks like an LSTM: smooth gates, bounded states, a decaying gradient."""
    rng = np.random.default_rng(seed)
    t = np.arange(T + 1)[:, None]
    x = np.sin(t[1:] / rng.uniform(2, 6, D) + rng.uniform(0, 6, D)) + 0.2 * rng.normal(size=(T, D))
    W = rng.normal(size=(4, H, H)) * gain / np.sqrt(H)
    U = rng.normal(size=(4, H, D))
    h, c = np.zeros((T + 1, H)), np.zeros((T + 1, H))
    gates = np.zeros((4, T, H))
    for k in range(T):
        a = W @ h[k] + U @ x[k]
        i, f, o = 1 / (1 + np.exp(-a[:3] - [[0], [1], [0]]))
        g = np.tanh(a[3])
        c[k + 1] = f * c[k] + i * g
        h[k + 1] = o * np.tanh(c[k + 1])
        gates[:, k] = i, f, o, g
    gradient = 10.0 ** (
        -0.09 * (T - np.arange(T + 1)) * (1.4 - gain) + 0.15 * rng.normal(size=T + 1)
    )
    return x, gates, h, c, gradient


SLIDERS = (
    Slider("gain", "recurrent gain", "g", 0.2, 1.6, 0.01, 0.9, marks=((1.0, "edge 1"),)),
    Slider("rate", "learning rate", "η", 1e-4, 1.0, 0.05, 0.01, digits=4, log=True),
)


def reel(H, T, D, state, **more):
    gain = state.sliders["gain"]
    x, (i, f, o, g), h, c, gradient = signals(H, T, D, gain)
    _, _, v = np.linalg.svd(h - h.mean(0), full_matrices=False)
    panels = (
        Heat("x", "input", "x", x, "signed", start=1),
        Heat("i", "input gate", "i", i, "unit", start=1),
        Heat("f", "forget gate", "f", f, "unit", start=1),
        Heat("o", "output gate", "o", o, "unit", start=1),
        Heat("g", "candidate", "g", g, "signed", start=1, limit=1.0),
        Heat("c", "cell state", "c", c, "signed"),
        Heat("h", "hidden state", "h", h, "signed", limit=1.0),
        Curves("grad", "gradient norm", "‖∂L/∂h_t‖", (
            Line("total", gradient),
            Line("direct path", gradient**1.3 * 0.2, dash="dash"),
        ), log=True),
    )  # fmt: skip
    sliders = tuple(
        Slider(**(vars(s) | {"value": state.sliders.get(s.key, s.value)})) for s in SLIDERS
    )
    return Reel(
        panels=panels,
        side=(Bars("h"), Plane("path of h in the plane of its main components", h @ v[:2].T)),
        graph=Graph("x", ("c", "h"), gradient="grad"),
        sliders=sliders,
        text="Gates open and close while the state wanders.",
        title="LSTM-like film",
        precise=not state.live,
        **{"axis": Axis(T + 1)} | more,
    )


def small(state):
    words = ("", *"I love to cook and I love to eat with you".split())
    return reel(4, len(words) - 1, 2, state, axis=Axis(len(words), words=words))


def odd():
    """Values beyond the scale, two groups, an axis that runs from right to left."""
    k = np.arange(40)
    wild = np.sin(k[:, None] / 3 + np.arange(6))
    wild[30:, 2], wild[35:, 3] = np.inf, np.nan
    norms = 10.0 ** (-8.0 * k)
    norms[-1] = 0.0
    return Reel(
        Axis(41, label="lag T − t (steps)", reverse=True),
        (
            Heat("a", "state of A", "h", wild, "signed", group="Elman"),
            Curves("na", "share", "‖J‖", (Line("norm", norms),), log=True, group="Elman"),
            Heat("b", "state of B", "h", np.abs(wild[:, ::-1]), "log", group="LSTM", start=1),
            Curves("nb", "share", "s", (
                Line("mean", np.cos(k / 5), band=(np.cos(k / 5) - 0.2, np.cos(k / 5) + 0.2)),
                Line("other", np.sin(k / 5), dash="dot"),
            ), group="LSTM"),
        ),
        play=Play(rate=12),
        text="Two films under one cursor.",
    )  # fmt: skip


def stage():
    kind = st.query_params.get("reel", "large")
    state = film_state("film", SLIDERS)
    if kind == "broken":
        with contextlib.suppress(ValueError):
            film(b"\x10\x00\x00\x00 no reel here....", key="film")
        return
    if kind == "odd":
        payload = pack(odd())
    elif kind == "small":
        payload = pack(small(state))
    elif kind == "auto":
        payload = pack(reel(8, 30, 2, state, play=Play(auto=True, rate=20)))
    elif kind == "graph":
        whole = small(state)
        hidden = tuple(replace(panel, tall=0.0) for panel in whole.panels)
        payload = pack(replace(whole, panels=hidden, side=()))
    else:
        payload = pack(reel(32, 100, 3, state))
    seen = film(payload, key="film")
    if kind == "small":
        film(pack(odd()), key="other film")
    gain = seen.sliders.get("gain")
    st.text(f"python: cursor {seen.cursor} pick {seen.pick} gain {gain} live {seen.live}")


if __name__ == "__main__":
    st.set_page_config(layout="wide", page_title="film stage")
    st.fragment(stage)()
