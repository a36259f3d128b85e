"""The film: a run drawn, scrubbed and played in the browser; this is its Streamlit door."""

import math
import os
from dataclasses import dataclass, field, replace
from functools import cache
from time import time_ns
from zlib import crc32

import streamlit as st

from explorer.film import bundle
from explorer.film.chart import Chart, Ground, Spot, Stroke
from explorer.film.packing import pack
from explorer.film.passage import Passage
from explorer.film.payload import numbered, read_header, unpack
from explorer.film.picture import Gallery, Picture
from explorer.film.reel import (
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
)
from explorer.film.scale import Mark, Scale
from explorer.film.space import Space
from explorer.film.wiring import Box, Link, Wiring

__all__ = [
    "Axis", "Bars", "Box", "Chart", "Curves", "FilmState", "Gallery", "Graph", "Ground", "Heat",
    "Line", "Link", "Mark", "Passage", "Picture", "Plane", "Play", "Reel", "Scale", "Slider",
    "Space", "Spot", "Stroke", "Wiring", "film", "film_state", "pack", "unpack",
]  # fmt: skip


@dataclass(frozen=True)
class FilmState:
    """What the visitor did: tick at the cursor, pinned row, slider values; live while dragging."""

    cursor: int | None = None
    pick: tuple[str, int] | None = None
    sliders: dict[str, float] = field(default_factory=dict)
    live: bool = False
    moves: int = 0  # changes whenever a thumb was moved, so that an old value is not taken for news
    sketch: tuple[float, ...] | None = None
    strokes: int = 0  # the same for the hand that draws


def film(payload: bytes, *, key: str) -> FilmState:
    """Show packed bytes and return what the visitor did, kept within the ranges of this reel."""
    if not isinstance(payload, bytes):
        raise TypeError(
            f"film: wanted bytes from pack(reel), got {type(payload).__name__}; pack it first."
        )
    raw = _component(_inline())(
        key=key,
        data=numbered(payload, _serial(key, crc32(payload))),
        default={"cursor": None, "pick": None, "sliders": None, "sketch": None},
        on_cursor_change=_nothing,
        on_pick_change=_nothing,
        on_sliders_change=_nothing,
        on_sketch_change=_nothing,
    )
    return _within(_parse(raw), read_header(payload))


def film_state(key: str, sliders: tuple[Slider, ...] = ()) -> FilmState:
    """Read the state before the film is mounted; given sliders clamp values and fill gaps."""
    state = _parse(st.session_state.get(key))
    if not sliders:
        return state
    values = {s.key: _clamp(state.sliders.get(s.key, s.value), s.low, s.high) for s in sliders}
    return replace(state, sliders=values)


@cache
def _component(inlined):
    if inlined:
        return st.components.v2.component("film", js=bundle.inline(), css=bundle.style())
    return st.components.v2.component("film", js=bundle.loader())


def _inline():
    """Without static files, as in the WebAssembly build, the script travels inside the page."""
    return bool(os.environ.get("FILM_INLINE")) or not st.get_option("server.enableStaticServing")


def _serial(key, picture):
    """Return the number of a picture: a browser that loads may get two in the wrong order.

    The same picture keeps its number, so that it need not be sent again. The first number is the
    time, as a page that outlives its session meets those of the next one.
    """
    given = st.session_state.setdefault("film.serials", {})
    if given.get(key, (None, 0))[0] != picture:
        last = max((serial for _, serial in given.values()), default=0)
        given[key] = picture, last + 1 if last else time_ns() // 10**6
    return given[key][1]


def _nothing():
    """Streamlit keeps a component's state only for names that have a callback."""


def _parse(raw):
    """Foreign input as a FilmState; whatever does not parse is left out."""
    raw = raw if hasattr(raw, "get") else {}
    sliders = raw.get("sliders")
    sliders = sliders if isinstance(sliders, dict) else {}
    values = sliders.get("values")
    values = values if isinstance(values, dict) else {}
    sketch = raw.get("sketch")
    sketch = sketch if isinstance(sketch, dict) else {}
    return FilmState(
        cursor=_whole(raw.get("cursor")),
        pick=_pair(raw.get("pick")),
        sliders={k: float(v) for k, v in values.items() if isinstance(k, str) and _real(v)},
        live=sliders.get("live") is True or sketch.get("live") is True,
        moves=_whole(sliders.get("moves")) or 0,
        sketch=_numbers(sketch.get("values")),
        strokes=_whole(sketch.get("moves")) or 0,
    )


def _within(state, header):
    axis = header["axis"]
    first, last = axis["first"], axis["first"] + axis["stride"] * (axis["count"] - 1)
    rows = {
        p["key"]: header["blobs"][p["key"]]["shape"][1]
        for p in header["panels"]
        if p["kind"] == "heat"
    }
    pick = state.pick if state.pick and state.pick[1] < rows.get(state.pick[0], 0) else None
    known = {s["key"]: s for s in header["sliders"]}
    values = {k: s["value"] for k, s in known.items()}
    values |= {
        k: _clamp(v, known[k]["low"], known[k]["high"])
        for k, v in state.sliders.items()
        if k in known
    }
    cursor = None if state.cursor is None else int(_clamp(state.cursor, first, last))
    return replace(state, cursor=cursor, pick=pick, sliders=values)


def _real(value):
    try:
        return not isinstance(value, bool | str) and math.isfinite(value)
    except (TypeError, OverflowError):
        return False


def _whole(value):
    return int(value) if _real(value) else None


def _pair(value):
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        row = _whole(value[1])
        return (value[0], row) if row is not None and row >= 0 else None
    return None


def _numbers(values):
    if not isinstance(values, list | tuple) or not all(_real(v) for v in values):
        return None
    return tuple(float(v) for v in values)


def _clamp(value, low, high):
    return min(max(value, low), high)
