"""A reel as bytes that a browser can draw: what of each part is header, and what are arrays."""

import numpy as np

from explorer.film.chart import packed_chart
from explorer.film.checking import check
from explorer.film.payload import TINY, Blobs, squeezed, written
from explorer.film.picture import Gallery
from explorer.film.reel import Bars, Curves, Reel
from explorer.film.space import packed
from explorer.film.terms import definition, line_definition, terms

_SINGLE = 3e38  # beyond this float32 would turn a finite value into infinity


def pack(reel: Reel) -> bytes:
    """Pack a reel: its numbers as arrays, all else in the header."""
    check(reel)
    blobs = Blobs()
    header = {
        "title": reel.title,
        "text": reel.text,
        "axis": vars(reel.axis),
        "panels": [
            _panel(p, blobs, reel) | {"definition": definition(p, reel)} for p in reel.panels
        ],
        "side": [_side(s, i, blobs) for i, s in enumerate(reel.side)],
        "graph": vars(reel.graph) if reel.graph else None,
        "pictures": [_picture(p, i, blobs) for i, p in enumerate(reel.pictures)],
        "passage": vars(reel.passage) if reel.passage else None,
        "wiring": _wiring(reel.wiring, blobs) if reel.wiring else None,
        "space": packed(reel.space, blobs.add) if reel.space else None,
        "charts": [packed_chart(c, i, blobs.add) for i, c in enumerate(reel.charts)],
        "scale": _scale(reel.scale) if reel.scale else None,
        "sliders": [vars(s) | {"definition": definition(s, reel)} for s in reel.sliders],
        "terms": terms(reel),
        "play": vars(reel.play),
        "cursor": reel.cursor,
        "pick": reel.pick,
    }
    return written(header, blobs)


def _panel(panel, blobs, reel):
    if isinstance(panel, Curves):
        return _curves(panel, blobs, reel)
    values = np.asarray(panel.values, np.float64)
    finite = np.abs(values[np.isfinite(values)])
    top = float(finite.max()) if finite.size else 1.0
    if reel.precise:
        single = panel.scale != "log" and top < _SINGLE
        blobs.add(panel.key, values.astype(np.float32) if single else values)
    else:
        codes, notes = squeezed(values, panel.scale)
        blobs.add(panel.key, codes, **notes)
    low, high = _range(panel, values, top)
    return {"kind": "heat", "low": low, "high": high} | _plain(panel, "values", "limit", "least")


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
    if panel.least:
        low = float(panel.least)
    return (low, high) if low < high else (high / 10, high)


def _curves(panel, blobs, reel):
    lines = []
    for i, line in enumerate(panel.lines):
        blobs.add(f"{panel.key}/{i}", np.asarray(line.values, np.float64))
        for edge, values in zip(("low", "high"), line.band or (), strict=False):
            blobs.add(f"{panel.key}/{i}/{edge}", np.asarray(values, np.float64))
        lines.append(
            _plain(line, "values", "band")
            | {"band": line.band is not None, "definition": line_definition(line.name, reel)}
        )
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


def _wiring(wiring, blobs):
    for name in ("flows", "reach"):
        blobs.add(f"wiring/{name}", np.asarray(getattr(wiring, name), np.float64))
    return vars(wiring) | {
        "boxes": [vars(box) for box in wiring.boxes],
        "links": [vars(link) for link in wiring.links],
        "flows": None,
        "reach": None,
    }
