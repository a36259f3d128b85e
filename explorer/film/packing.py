"""A reel as bytes that a browser can draw, and back."""

import json
import zlib

import numpy as np

from explorer.film.chart import packed_chart
from explorer.film.checking import check
from explorer.film.picture import Gallery
from explorer.film.reel import Bars, Curves, Reel
from explorer.film.space import packed

TINY = 1e-300  # magnitudes below this are drawn grey: the end of what a log axis can tell
_SINGLE = 3e38  # beyond this float32 would turn a finite value into infinity


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
        "pictures": [_picture(p, i, blobs) for i, p in enumerate(reel.pictures)],
        "passage": vars(reel.passage) if reel.passage else None,
        "wiring": _wiring(reel.wiring, blobs) if reel.wiring else None,
        "space": packed(reel.space, blobs.add) if reel.space else None,
        "charts": [packed_chart(c, i, blobs.add) for i, c in enumerate(reel.charts)],
        "scale": _scale(reel.scale) if reel.scale else None,
        "sliders": [vars(s) for s in reel.sliders],
        "play": vars(reel.play),
        "cursor": reel.cursor,
        "pick": reel.pick,
        "blobs": blobs.index,
    }
    body = b"".join(blobs.parts)
    header["version"] = f"{zlib.crc32(body, zlib.crc32(_json(header))):08x}"
    return _joined(_json(header), body)


def numbered(payload: bytes, serial: int) -> bytes:
    """Return packed bytes with a serial number: a browser ignores what is older than it shows."""
    start = 4 + int.from_bytes(payload[:4], "little")
    return _joined(b'{"serial":%d,' % serial + payload[5:start].rstrip(), payload[start:])


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


def _joined(text, body):
    text += b" " * (-(4 + len(text)) % 8)
    return len(text).to_bytes(4, "little") + text + body


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
        return {"kind": "bars", "of": side.of, "grounded": side.grounded}
    xy = np.asarray(side.xy, np.float64)
    single = np.abs(xy, where=np.isfinite(xy), out=np.zeros_like(xy)).max() < _SINGLE
    blobs.add(f"plane/{i}", xy.astype(np.float32) if single else xy)
    if side.behind is not None:
        blobs.add(f"plane/{i}/behind", np.asarray(side.behind, np.float32))
    known = {"kind": "plane", "blob": f"plane/{i}", "behind": side.behind is not None}
    for name in ("arrows", "rests"):
        if getattr(side, name) is not None:
            known[name] = f"plane/{i}/{name}"
            blobs.add(known[name], np.asarray(getattr(side, name), np.float32))
    return known | _plain(side, "xy", "behind", "arrows", "rests")


def _picture(picture, i, blobs):
    if not isinstance(picture, Gallery):
        return {"kind": "picture"} | _plain(picture)
    blobs.add(f"gallery/{i}", np.asarray(picture.images, np.float32))
    return {"kind": "gallery", "blob": f"gallery/{i}"} | _plain(picture, "images")


def _scale(scale):
    return vars(scale) | {"marks": [vars(mark) for mark in scale.marks]}


def _plain(record, *without):
    return {k: v for k, v in vars(record).items() if k not in without}


def _json(header):
    return json.dumps(header, separators=(",", ":"), allow_nan=False, default=_number).encode()


def _number(value):
    """Numbers of NumPy's own types, which json does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"header: wanted plain values, got {type(value).__name__}; convert it first.")


def _wiring(wiring, blobs):
    for name in ("flows", "reach"):
        blobs.add(f"wiring/{name}", np.asarray(getattr(wiring, name), np.float64))
    return vars(wiring) | {
        "boxes": [vars(box) for box in wiring.boxes],
        "links": [vars(link) for link in wiring.links],
        "flows": None,
        "reach": None,
    }
