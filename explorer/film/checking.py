"""Whether a reel can be drawn: every mistake is named before it reaches a browser."""

import numpy as np

from explorer.film.chart import check_chart
from explorer.film.picture import Gallery
from explorer.film.reel import Bars, Curves, Heat, Reel
from explorer.film.space import check_space


def check(reel: Reel) -> None:
    """Raise ValueError, naming thing, wanted, got and cure, if the reel cannot be drawn."""
    axis = reel.axis
    _ask(axis.count >= 1, "axis", "count >= 1", axis.count, "give it at least one tick")
    _ask(
        axis.stride >= 1, "axis.stride", "at least 1", axis.stride, "count steps from tick to tick"
    )
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
            behind = (0, 2) if side.behind is None else np.shape(side.behind)
            _ask(len(behind) == 2 and behind[1] == 2, f"Plane({side.label!r}).behind",
                 "shape (n, 2)", behind, "project to two columns")  # fmt: skip
            for part, wide in (("arrows", 4), ("rests", 3)):
                array = getattr(side, part)
                shape = (0, wide) if array is None else np.shape(array)
                _ask(shape[1:] == (wide,), f"Plane({side.label!r}).{part}", f"shape (n, {wide})",
                     shape, "give each a row of its own")  # fmt: skip
    if reel.graph:
        named = (*reel.graph.states, *reel.graph.back, reel.graph.x, reel.graph.output)
        for key in filter(None, named):
            _known("Graph", key, heats)
        if reel.graph.gradient is not None:
            _known("Graph.gradient", reel.graph.gradient, curves)
    if reel.wiring:
        _check_wiring(reel.wiring, axis, heats)
    if reel.scale:
        _check_scale(reel.scale)
    if reel.passage:
        _check_passage(reel.passage, axis, heats)
    if reel.space:
        check_space(reel.space, heats, axis, _ask)
    for chart in reel.charts:
        check_chart(chart, _ask)
    for picture in reel.pictures:
        _check_picture(picture, heats, axis)
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
    _ask(heat.least is None or heat.least > 0, f"Heat({heat.key!r}).least", "a positive number",
         heat.least, "use None for the smallest magnitude")  # fmt: skip
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


def _check_wiring(wiring, axis, heats):
    boxes, links = len(wiring.boxes), len(wiring.links)
    for box in wiring.boxes:
        _known(f"Box({box.key!r})", box.panel, heats)
        _ask(0 <= box.floor < len(wiring.floors), f"Box({box.key!r}).floor",
             f"one of {len(wiring.floors)} floors", box.floor, "name each floor")  # fmt: skip
    for k, link in enumerate(wiring.links):
        ends = (link.source, link.target)
        inside = all(0 <= end < boxes for end in ends)
        _ask(inside, f"links[{k}]", f"places from 0 to {boxes - 1}", ends, "list both boxes")
    for name, wide in (("flows", links), ("reach", boxes)):
        shape = np.shape(getattr(wiring, name))
        _ask(shape == (axis.count, wide), f"Wiring.{name}", f"shape {(axis.count, wide)}", shape,
             "give one row for each tick")  # fmt: skip
    for name in ("of", "spoken"):
        length = len(getattr(wiring, name))
        _ask(length == axis.count, f"Wiring.{name}", f"{axis.count} entries", length,
             "give one for each tick")  # fmt: skip


def _check_picture(picture, heats, axis):
    name = f"{type(picture).__name__}({picture.label!r})"
    if isinstance(picture, Gallery):
        shape, P = np.shape(picture.images), len(picture.names)
        _ask(len(shape) == 2 and shape[0] == P == len(picture.inks), name,
             f"images of shape ({P}, squares) and {P} inks", (shape, len(picture.inks)),
             "give each picture a name and an ink")  # fmt: skip
        if P:
            _known(f"{name}.of", picture.of, heats)
            rows = np.shape(heats[picture.of].values)[1]
            _ask(rows == P, name, f"{rows} names (one per row)", P, "name each row")
        return
    _known(f"{name}.of", picture.of, heats)
    rows = np.shape(heats[picture.of].values)[1]
    _ask(picture.wide >= 1 and rows % picture.wide == 0, name, f"a width that divides {rows}",
         picture.wide, "give each row of the grid as many squares")  # fmt: skip
    for said in (picture.marks, picture.notes):
        _ask(said is None or len(said) == axis.count, name, f"{axis.count} marks (one per tick)",
             len(said or ()), "use -1 for a tick without a mark")  # fmt: skip


def _check_scale(scale):
    _ask(0 < scale.low < scale.high, "Scale", "0 < low < high", (scale.low, scale.high),
         "an axis of times is logarithmic")  # fmt: skip
    for mark in scale.marks:
        times = (mark.measured, mark.low, mark.high, mark.formula)
        _ask(all(t is None or np.isfinite(t) for t in times), f"Mark({mark.name!r})",
             "finite times", times, "use None for what lies beyond")  # fmt: skip


def _check_passage(passage, axis, heats):
    _ask(len(passage.text) == axis.count, "Passage.text", f"{axis.count} letters (one per tick)",
         len(passage.text), "give the axis as many ticks")  # fmt: skip
    for key in filter(None, (*passage.units, passage.told, passage.reach, passage.odds)):
        _known("Passage", key, heats)
    _ask(passage.units or passage.told or passage.reach, "Passage", "something to colour by",
         "nothing", "name a panel in units, told or reach")  # fmt: skip
    if passage.odds:
        _ask(len(passage.guesses) == axis.count, "Passage.guesses",
             f"{axis.count} strings (one per tick)", len(passage.guesses),
             "give the likeliest letters of each tick")  # fmt: skip


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
