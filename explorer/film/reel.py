"""A reel: one run of a network as signals over time, to be drawn by a browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from explorer.film.chart import Chart
from explorer.film.passage import Passage
from explorer.film.picture import Gallery, Picture
from explorer.film.scale import Scale
from explorer.film.space import Space
from explorer.film.wiring import Wiring


@dataclass(frozen=True)
class Axis:
    """The shared horizontal axis: count ticks first, first + stride, ...; reverse runs to the left.

    With a turn the ticks walk forward to the turn-th and back again: each tick after it is the
    same step as its twin before it, and count is 2 turn + 1. On an axis that grows, a cursor at the
    last tick stays at the last when more come.
    """

    count: int
    first: int = 0
    label: str = "step t"
    words: tuple[str, ...] | None = None
    reverse: bool = False
    turn: int | None = None
    group_words: dict[str, tuple[str, ...]] | None = None  # of groups that read different words
    stride: int = 1
    grows: bool = False


@dataclass(frozen=True, eq=False)
class Heat:
    """One signal; values (n, rows) begin at the start-th tick; tall=0 keeps it out of sight."""

    key: str
    label: str
    symbol: str
    values: np.ndarray
    scale: Literal["unit", "signed", "log"] = "signed"
    start: int = 0
    limit: float | None = None
    rows: tuple[str, ...] | None = None
    group: str = ""
    tall: float = 1.0
    definition: str = ""  # of the symbol, where the glossary does not know it
    least: float | None = None  # lower end of a log scale; None: the smallest magnitude


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a Curves panel; ink is (light, dark) in hex, band is (low, high)."""

    name: str
    values: np.ndarray
    start: int = 0
    ink: tuple[str, str] | None = None
    dash: Literal["solid", "dash", "dot"] = "solid"
    band: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """Lines over the shared axis, linear or log10; with hand, the first can be drawn."""

    key: str
    label: str
    symbol: str
    lines: tuple[Line, ...]
    log: bool = False
    unit: str = ""
    group: str = ""
    tall: float = 1.0
    low: float | None = None
    high: float | None = None
    hand: bool = False


@dataclass(frozen=True)
class Bars:
    """Side panel: the rows of heat panel `of` at the cursor, as bars; if grounded, from 0 up."""

    of: str
    grounded: bool = False


@dataclass(frozen=True, eq=False)
class Plane:
    """Side panel: a path in the plane, drawn up to the cursor, over one that stands behind it.

    There may be arrows (M, 4) from x, y by dx, dy, and points of rest (N, 3): x, y, and 1 where all
    around is drawn in, else 0.
    """

    label: str
    xy: np.ndarray
    start: int = 0
    x_label: str = "PC 1"
    y_label: str = "PC 2"
    behind: np.ndarray | None = None
    arrows: np.ndarray | None = None
    rests: np.ndarray | None = None


@dataclass(frozen=True)
class Graph:
    """The unrolled network around the cursor, made of the heat panels and curves it names.

    On an axis with a turn, the loss stands there: on the way back the states give way to the panels
    in ``back``, and line ``local`` of the gradient is what the loss injects at each of them.
    Without a turn, ``loss`` is the formula of the loss, a node behind the last state.
    """

    x: str | None
    states: tuple[str, ...]
    input_weight: str = "W_xh"
    state_weight: str = "W_hh"
    gradient: str | None = None
    output: str | None = None
    output_weight: str = "W_hy"
    rolled: bool = False
    back: tuple[str, ...] = ()
    local: int | None = None
    loss: str = ""
    loss_reads_last: bool = True


@dataclass(frozen=True)
class Slider:
    """A live slider; with log, low and high are values and step counts decades.

    With no digits it takes whole numbers only; ``top`` is what its upper end is called.
    """

    key: str
    label: str
    symbol: str
    low: float
    high: float
    step: float
    value: float
    digits: int = 2
    log: bool = False
    marks: tuple[tuple[float, str], ...] = ()
    top: str = ""


@dataclass(frozen=True)
class Play:
    """How the film plays: by itself or not, ticks per second, again from the start or not."""

    auto: bool = False
    rate: float = 8.0
    loop: bool = True


@dataclass(frozen=True, eq=False)
class Reel:
    """Everything that one film shows; cursor is a tick number, pick a (panel key, row).

    ``terms`` are definitions of symbols that are special to this picture, such as its loss L.
    """

    axis: Axis
    panels: tuple[Heat | Curves, ...]
    side: tuple[Bars | Plane, ...] = ()
    graph: Graph | None = None
    wiring: Wiring | None = None
    pictures: tuple[Picture | Gallery, ...] = ()
    passage: Passage | None = None
    space: Space | None = None
    charts: tuple[Chart, ...] = ()
    scale: Scale | None = None
    sliders: tuple[Slider, ...] = ()
    play: Play = field(default_factory=Play)
    cursor: int | None = None
    pick: tuple[str, int] | None = None
    text: str = ""
    title: str = ""
    precise: bool = True
    terms: Mapping[str, str] = field(default_factory=dict)
