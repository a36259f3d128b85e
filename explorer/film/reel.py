"""A reel: one run of a network as signals over time, packed into bytes that a browser can draw."""

import json
import zlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

TINY = 1e-300  # magnitudes below this are drawn grey: the end of what a log axis can tell
_SINGLE = 3e38  # beyond this float32 would turn a finite value into infinity


@dataclass(frozen=True)
class Axis:
    """The shared horizontal axis: ticks first .. first + count - 1; reverse draws right to left.

    With a turn the ticks walk forward to the turn-th and back again: each tick after it is the
    same step as its twin before it, and count is 2 turn + 1.
    """

    count: int
    first: int = 0
    label: str = "step t"
    words: tuple[str, ...] | None = None
    reverse: bool = False
    turn: int | None = None
    group_words: dict[str, tuple[str, ...]] | None = None  # of groups that read different words


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
    """Side panel: the rows of heat panel `of` at the cursor, as bars."""

    of: str


@dataclass(frozen=True, eq=False)
class Plane:
    """Side panel: a path in the plane, drawn up to the cursor."""

    label: str
    xy: np.ndarray
    start: int = 0
    x_label: str = "PC 1"
    y_label: str = "PC 2"


@dataclass(frozen=True)
class Graph:
    """The unrolled network around the cursor, made of the heat panels and curves it names.

    On an axis with a turn, the loss stands there: on the way back the states give way to the panels
    in ``back``, and line ``local`` of the gradient is what the loss injects at each of them.
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
    """Everything that one film shows; cursor is a tick number, pick a (panel key, row)."""

    axis: Axis
    panels: tuple[Heat | Curves, ...]
    side: tuple[Bars | Plane, ...] = ()
    graph: Graph | None = None
    sliders: tuple[Slider, ...] = ()
    play: Play = field(default_factory=Play)
    cursor: int | None = None
    pick: tuple[str, int] | None = None
    text: str = ""
    title: str = ""
    precise: bool = True


def pack(reel: Reel) -> bytes:
    """Pack a reel: header length (4, little-endian), JSON header, 8-byte-aligned arrays."""
    check(reel)
    blobs = _Blobs()
    header = {
        "title": reel.title,
        "text": reel.text,
        "axis": vars(reel.axis),
        "panels": [_panel(p, blobs, reel.precise) for p in reel.panels],
        "side": [_side(s, i, blobs) for i, s in enumerate(reel.side)],
        "graph": vars(reel.graph) if reel.graph else None,
        "sliders": [vars(s) for s in reel.sliders],
        "play": vars(reel.play),
        "cursor": reel.cursor,
        "pick": reel.pick,
        "blobs": blobs.index,
    }
    body = b"".join(blobs.parts)
    header["version"] = f"{zlib.crc32(body, zlib.crc32(_json(header))):08x}"
    text = _json(header)
    text += b" " * (-(4 + len(text)) % 8)
    return len(text).to_bytes(4, "little") + text + body


def read_header(payload: bytes) -> dict:
    """Read the JSON header of packed bytes."""
    length = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + length])


def unpack(payload: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Give header and arrays of packed bytes, quantised arrays restored to floats."""
    header = read_header(payload)
    base = 4 + int.from_bytes(payload[:4], "little")
    arrays = {}
    for name, blob in header["blobs"].items():
        dtype = np.dtype(blob["dtype"]).newbyteorder("<")
        count = int(np.prod(blob["shape"], dtype=np.int64))
        raw = np.frombuffer(payload, dtype, count, base + blob["at"]).reshape(blob["shape"])
        arrays[name] = _restore(raw, blob) if "low" in blob else raw
    return header, arrays


def check(reel: Reel) -> None:
    """Raise ValueError, naming thing, wanted, got and cure, if the reel cannot be drawn."""
    axis = reel.axis
    _ask(axis.count >= 1, "axis", "count >= 1", axis.count, "give it at least one tick")
    if axis.turn is not None:
        _ask(axis.count == 2 * axis.turn + 1, "axis.turn", f"count = {2 * axis.turn + 1}",
             axis.count, "as many ticks back as forward")  # fmt: skip
    for words in (axis.words, *(axis.group_words or {}).values()):
        _ask(words is None or len(words) == axis.count, "axis.words",
             f"{axis.count} labels (one per tick)", len(words or ()),
             'use "" for a tick without a word')  # fmt: skip
    keys = [p.key for p in reel.panels]
    _ask(len(set(keys)) == len(keys), "panels", "a key of its own for each panel", keys,
         "rename the double one")  # fmt: skip
    for panel in reel.panels:
        if isinstance(panel, Heat):
            _check_heat(panel, axis)
        else:
            _check_curves(panel, axis)
    heats = {p.key: p for p in reel.panels if isinstance(p, Heat)}
    curves = {p.key: p for p in reel.panels if isinstance(p, Curves)}
    for side in reel.side:
        if isinstance(side, Bars):
            _known(f"Bars({side.of!r}).of", side.of, heats)
        else:
            name = f"Plane({side.label!r}).xy"
            shape = np.shape(side.xy)
            _ask(len(shape) == 2 and shape[1] == 2, name, "shape (n, 2)", shape,
                 "project to two columns")  # fmt: skip
            _fits(name, shape[0], side.start, axis)
    if reel.graph:
        named = (*reel.graph.states, *reel.graph.back, reel.graph.x, reel.graph.output)
        for key in filter(None, named):
            _known("Graph", key, heats)
        if reel.graph.gradient is not None:
            _known("Graph.gradient", reel.graph.gradient, curves)
    for slider in reel.sliders:
        _check_slider(slider)
    if reel.pick is not None:
        key, row = reel.pick
        _known("pick", key, heats)
        rows = np.shape(heats[key].values)[1]
        _ask(0 <= row < rows, "pick", f"a row from 0 to {rows - 1}", row, "choose a row it has")


def _check_heat(heat, axis):
    name, shape = f"Heat({heat.key!r}).values", np.shape(heat.values)
    _ask(len(shape) == 2 and shape[1] > 0, name, "shape (n, rows)", shape,
         "pick one sequence of the batch")  # fmt: skip
    _fits(name, shape[0], heat.start, axis)
    _ask(heat.scale in ("unit", "signed", "log"), f"Heat({heat.key!r}).scale",
         '"unit", "signed" or "log"', heat.scale, "choose one of them")  # fmt: skip
    _ask(heat.limit is None or heat.limit > 0, f"Heat({heat.key!r}).limit", "a positive number",
         heat.limit, "use None for the largest magnitude")  # fmt: skip
    if heat.rows is not None:
        _ask(len(heat.rows) == shape[1], f"Heat({heat.key!r}).rows", f"{shape[1]} names",
             len(heat.rows), "name each row")  # fmt: skip


def _check_curves(curves, axis):
    ranged = not curves.log and curves.low is not None and curves.high is not None
    _ask(not curves.hand or ranged, f"Curves({curves.key!r}).hand", "low and high, linear",
         (curves.low, curves.high), "say between which values a hand may draw")  # fmt: skip
    _ask(curves.lines, f"Curves({curves.key!r}).lines", "at least one line", 0, "add a Line")
    for line in curves.lines:
        name, shape = f"Line({line.name!r}) of {curves.key!r}", np.shape(line.values)
        _ask(len(shape) == 1, name, "values of shape (n,)", shape, "pass one number per tick")
        _fits(name, shape[0], line.start, axis)
        for edge in line.band or ():
            _ask(np.shape(edge) == shape, name, f"a band of shape {shape}", np.shape(edge),
                 "make the band as long as the line")  # fmt: skip


def _check_slider(slider):
    name = f"Slider({slider.key!r})"
    _ask(slider.low < slider.high, name, "low < high", (slider.low, slider.high), "swap them")
    _ask(slider.step > 0, name, "step > 0", slider.step, "give a positive step")
    _ask(not slider.log or slider.low > 0, name, "low > 0 on a log scale", slider.low,
         "raise low or use log=False")  # fmt: skip
    _ask(slider.low <= slider.value <= slider.high, name,
         f"a value from {slider.low} to {slider.high}", slider.value, "clamp it")  # fmt: skip


def _fits(name, length, start, axis):
    _ask(start >= 0 and length >= 1 and start + length <= axis.count, name,
         f"start + n <= {axis.count} ticks, n >= 1", f"start {start} + n {length}",
         "shorten it or raise Axis.count (states 0..T need count = T + 1)")  # fmt: skip


def _known(name, key, panels):
    _ask(key in panels, name, f"one of {sorted(panels)}", repr(key), "name a panel of this reel")


def _ask(right, thing, wanted, got, cure):
    if not right:
        raise ValueError(f"{thing}: wanted {wanted}, got {got}; {cure}.")


class _Blobs:
    """Raw arrays in the order they were added, each padded to eight bytes."""

    def __init__(self):
        self.parts, self.index, self.size = [], {}, 0

    def add(self, name, array, **notes):
        raw = np.ascontiguousarray(array).tobytes()
        self.index[name] = {
            "dtype": array.dtype.name,
            "shape": array.shape,
            "at": self.size,
            **notes,
        }
        self.parts.append(raw + bytes(-len(raw) % 8))
        self.size += len(raw) + (-len(raw) % 8)


def _panel(panel, blobs, precise):
    if isinstance(panel, Curves):
        return _curves(panel, blobs)
    values = np.asarray(panel.values, np.float64)
    finite = np.abs(values[np.isfinite(values)])
    top = float(finite.max()) if finite.size else 1.0
    if precise:
        single = panel.scale != "log" and top < _SINGLE
        blobs.add(panel.key, values.astype(np.float32) if single else values)
    else:
        codes, notes = _squeeze(values, panel.scale)
        blobs.add(panel.key, codes, **notes)
    low, high = _range(panel, values, top)
    return {"kind": "heat", "low": low, "high": high} | _plain(panel, "values", "limit")


def _range(panel, values, top):
    if panel.scale == "unit":
        return 0.0, 1.0
    if panel.scale == "signed":
        limit = panel.limit or top or 1.0
        return -limit, limit
    magnitudes = np.abs(values)
    seen = magnitudes[np.isfinite(magnitudes) & (magnitudes >= TINY)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.1, 1.0)
    if panel.limit:
        high = float(panel.limit)
    return (low, high) if low < high else (high / 10, high)


def _squeeze(values, scale):
    """Values as uint8: 0..250 linear (or log10) between low and high, above that the odd ones."""
    log = scale == "log"
    with np.errstate(divide="ignore", invalid="ignore"):
        level = (
            np.where(np.abs(values) >= TINY, np.log10(np.abs(values)), -np.inf) if log else values
        )
    plain = np.isfinite(values) & np.isfinite(level)
    seen = level[plain]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    # Halves, because high - low may overflow where each of them does not.
    span = (high / 2 - low / 2) or 0.5
    codes = np.full(values.shape, 255, np.uint8)
    codes[plain] = np.rint((seen / 2 - low / 2) / span * 250).astype(np.uint8)
    codes[np.isposinf(values)] = 251
    codes[np.isneginf(values)] = 252
    if log:
        codes[np.abs(values) < TINY] = 253
    return codes, {"low": low, "span": span, "log": log}


def _restore(codes, blob):
    plain = np.where(codes > 250, 0, codes)
    level = (blob["low"] / 2 + plain / 250 * blob["span"]) * 2
    level = 10.0 ** np.minimum(level, 308.25) if blob["log"] else level
    for code, value in ((251, np.inf), (252, -np.inf), (253, 0.0), (255, np.nan)):
        level = np.where(codes == code, value, level)
    return level


def _curves(panel, blobs):
    lines = []
    for i, line in enumerate(panel.lines):
        blobs.add(f"{panel.key}/{i}", np.asarray(line.values, np.float64))
        for edge, values in zip(("low", "high"), line.band or (), strict=False):
            blobs.add(f"{panel.key}/{i}/{edge}", np.asarray(values, np.float64))
        lines.append(_plain(line, "values", "band") | {"band": line.band is not None})
    return {"kind": "curves"} | _plain(panel, "lines") | {"lines": lines}


def _side(side, i, blobs):
    if isinstance(side, Bars):
        return {"kind": "bars", "of": side.of}
    xy = np.asarray(side.xy, np.float64)
    single = np.abs(xy, where=np.isfinite(xy), out=np.zeros_like(xy)).max() < _SINGLE
    blobs.add(f"plane/{i}", xy.astype(np.float32) if single else xy)
    return {"kind": "plane", "blob": f"plane/{i}"} | _plain(side, "xy")


def _plain(record, *without):
    return {k: v for k, v in vars(record).items() if k not in without}


def _json(header):
    return json.dumps(header, separators=(",", ":"), allow_nan=False, default=_number).encode()


def _number(value):
    """Numbers of NumPy's own types, which json does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"header: wanted plain values, got {type(value).__name__}; convert it first.")
