"""Charts beside a film: a ground, arrows, lines and marks in a plane, and handles for a hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Ink = tuple[str, str]
SHAPES = ("stable", "saddle", "source", "marginal", "cross", "ring", "diamond", "dot")
NOWHERE = 255


@dataclass(frozen=True, eq=False)
class Ground:
    """What lies under everything: values (rows, columns) over the whole chart, row 0 lowest.

    "parts" are numbers of ``inks``, -1 none; "log" are positive values.
    """

    values: np.ndarray
    kind: Literal["parts", "log"] = "parts"
    inks: tuple[Ink, ...] = ()
    label: str = ""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line (n, 2); with ``start`` its k-th place belongs to tick start + k and a dot runs along.

    As "dots" its places are not joined. ``name`` stands in the legend, once for all that share it.
    """

    xy: np.ndarray
    name: str = ""
    ink: Ink | Literal["text", "quiet"] = "text"
    dash: Literal["solid", "dash", "dot", "dots"] = "solid"
    wide: float = 1.5
    alpha: float = 1.0
    start: int | None = None
    arrow: bool = False


@dataclass(frozen=True)
class Spot:
    """A marked place; ``turns`` adds a swirl, ``note`` is shown when it is pointed at."""

    x: float
    y: float
    shape: str = "dot"
    name: str = ""
    note: str = ""
    turns: bool = False
    ink: Ink | None = None
    label: str = ""


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture in the plane, from x[0] to x[1] and y[0] to y[1].

    ``arrows`` (n, n, 2) are directions on an even grid. ``handles`` (K, 2) can be dragged, unless
    it stands ``still``; with ``most`` above 0 a click adds one, up to so many, and a click on one
    takes it away. ``stems`` joins them to the origin; ``circle`` draws the unit circle.
    """

    label: str
    x: tuple[float, float]
    y: tuple[float, float]
    x_label: str = ""
    y_label: str = ""
    big: bool = False
    square: bool = True
    ground: Ground | None = None
    arrows: np.ndarray | None = None
    strokes: tuple[Stroke, ...] = ()
    marks: tuple[Spot, ...] = ()
    handles: np.ndarray | None = None
    handle_names: tuple[str, ...] = ()
    inks: tuple[Ink, ...] = ()
    most: int = 0
    stems: bool = False
    circle: bool = False
    hint: str = ""
    still: bool = False


def packed_chart(chart: Chart, i: int, add) -> dict:
    """Return the header of a chart; ``add(name, array, **notes)`` takes its arrays."""
    known = {k: v for k, v in vars(chart).items() if k not in _ARRAYS}
    lines = [np.asarray(s.xy, np.float64).reshape(-1, 2) for s in chart.strokes]
    whole = np.concatenate(lines) if lines else np.zeros((0, 2))
    add(f"chart/{i}/lines", _single(whole))
    known["strokes"] = [
        {k: v for k, v in vars(s).items() if k != "xy"} | {"n": len(line)}
        for s, line in zip(chart.strokes, lines, strict=True)
    ]
    known["marks"] = [vars(mark) for mark in chart.marks]
    handles = np.zeros((0, 2)) if chart.handles is None else np.asarray(chart.handles, float)
    add(f"chart/{i}/handles", handles)
    known["hand"] = chart.handles is not None and not chart.still
    known["hint"] = "" if chart.still else chart.hint
    known["ground"] = None
    if chart.ground is not None:
        codes, span = _codes(chart.ground)
        add(f"chart/{i}/ground", codes)
        known["ground"] = {
            "kind": chart.ground.kind, "inks": chart.ground.inks, "label": chart.ground.label,
            "rows": codes.shape[0], "columns": codes.shape[1], "span": span,
        }  # fmt: skip
    known["arrows"] = 0
    if chart.arrows is not None:
        add(f"chart/{i}/arrows", _single(np.asarray(chart.arrows, np.float64)))
        known["arrows"] = len(chart.arrows)
    return known


_ARRAYS = ("ground", "arrows", "strokes", "marks", "handles")


def _single(array):
    """Clip what float32 cannot hold: a line that runs away is far outside all the same."""
    with np.errstate(invalid="ignore"):
        return np.clip(array, -1e30, 1e30).astype(np.float32)


def _codes(ground):
    values = np.asarray(ground.values)
    if ground.kind == "parts":
        return np.where(values < 0, NOWHERE, values).astype(np.uint8), None
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log10(values.astype(np.float64))
    seen = level[np.isfinite(level)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    codes = np.full(values.shape, NOWHERE, np.uint8)
    plain = np.isfinite(level)
    codes[plain] = np.rint((level[plain] - low) / ((high - low) or 1.0) * 250)
    return codes, (low, high)


def check_chart(chart: Chart, ask) -> None:
    """Ask whether a chart can be drawn."""
    name = f"Chart({chart.label!r})"
    for side in ("x", "y"):
        low, high = getattr(chart, side)
        ask(np.isfinite([low, high]).all() and low < high, f"{name}.{side}", "low < high",
            (low, high), "give it a range")  # fmt: skip
    for stroke in chart.strokes:
        shape = np.shape(stroke.xy)
        ask(len(shape) == 2 and shape[1] == 2, f"{name}.strokes", "lines of shape (n, 2)", shape,
            "give each place two numbers")  # fmt: skip
    for mark in chart.marks:
        ask(mark.shape in SHAPES, f"{name}.marks", f"one of {SHAPES}", mark.shape, "choose one")
        ask(np.isfinite([mark.x, mark.y]).all(), f"{name}.marks", "finite places",
            (mark.x, mark.y), "leave it out")  # fmt: skip
    if chart.handles is not None:
        shape = np.shape(chart.handles)
        ask(len(shape) == 2 and shape[1] == 2 and np.isfinite(chart.handles).all(),
            f"{name}.handles", "finite, shape (K, 2)", shape, "leave out what is not")  # fmt: skip
    if chart.arrows is not None:
        shape = np.shape(chart.arrows)
        ask(len(shape) == 3 and shape[0] == shape[1] and shape[2] == 2, f"{name}.arrows",
            "shape (n, n, 2)", shape, "take an even grid")  # fmt: skip
