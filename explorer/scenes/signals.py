"""Signals of a run over time: inputs, gates, states, outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from explorer.cells import Cell
from explorer.dynamics.projection import pca
from explorer.dynamics.saturation import saturation
from explorer.film import Axis, Curves, Heat, Line, Plane
from explorer.glossary import of_signal
from explorer.gradients import GradientTrace
from explorer.numerals import numeral
from explorer.palette import NORM, nth, nth_dash
from explorer.readout import Readout
from explorer.recipe import Recipe
from explorer.sequences import Sequence
from explorer.shapes import Array
from explorer.trace import Trace


def time_axis(trace: Trace, sequence: Sequence | None = None) -> Axis:
    """Return the axis of states s_0 .. s_T, with the word that each step read."""
    words = None if sequence is None or sequence.words is None else ("", *sequence.words)
    return Axis(count=trace.T + 1, label="step t", words=words)


def signal(cell: Cell, name: str, values: Array, start: int) -> Heat:
    """Return one gate or slot as a heat panel, coloured by its natural range."""
    bounds = cell.ranges[name]
    unit = bounds is not None and bounds[0] == 0
    return Heat(
        key=name,
        label=cell.meaning[name],
        symbol=f"{name}_t",
        values=values,
        scale="unit" if unit else "signed",
        start=start,
        limit=None if bounds is None or unit else float(bounds[1]),
        rows=cell.called if values.shape[1] == cell.H else None,
        definition=definition(cell, name),
    )


def definition(cell: Cell, name: str) -> str:
    """Return what a gate or slot means: the cell's own term for it and its equation."""
    lines = getattr(getattr(cell, "rule", None), "lines", ())
    said = next((f"{line}".split("  #")[0] for line in lines if line.name == name), "")
    return of_signal(cell.meaning[name], f"{said} in the {cell.name} network".lstrip())


def inputs(trace: Trace, sequence: Sequence | None = None, batch: int = 0) -> Heat:
    """Return the inputs as a heat panel."""
    rows = trace.x.shape[2]
    return Heat(
        "x",
        "input",
        "x_t",
        trace.x[:, batch],
        start=1,
        rows=None if sequence is None else sequence.features,
        tall=min(1.0, max(0.25, rows / 8)),
    )


def drawing(trace: Trace) -> tuple[Curves, Heat]:
    """Return a one-dimensional input as a line that can be drawn, and as a signal for the graph."""
    line = Line("x", trace.x[:, 0, 0], start=1, ink=NORM)
    hand = Curves("drawing", "draw your input", "x_t", (line,), low=-2.0, high=2.0, hand=True)
    return hand, replace(inputs(trace), tall=0)


def read(trace: Trace, sequence: Sequence, choice: str) -> tuple[Curves | Heat, ...]:
    """Return the input as it was chosen: a line to draw on, or a heat panel."""
    return drawing(trace) if choice == "drawn" else (inputs(trace, sequence),)


def gates(trace: Trace, batch: int = 0) -> tuple[Heat, ...]:
    """Return every gate as a heat panel, in the order of the equations."""
    names = [name for name in trace.cell.equations if name in trace.cell.gates]
    return tuple(signal(trace.cell, name, trace.gates[name][:, batch], 1) for name in names)


def states(trace: Trace, batch: int = 0) -> tuple[Heat, ...]:
    """Return every slot of the state as a heat panel, s_0 included."""
    return tuple(
        signal(trace.cell, name, trace.slot(name)[:, batch], 0) for name in trace.cell.slots
    )


def outputs(trace: Trace, readout: Readout, batch: int = 0) -> Heat:
    """Return the read-out at every step as a heat panel, out of sight where a slot shows it."""
    values = readout(trace.slot("h")[1:, batch])
    if "y" in trace.cell.slots:  # the state holds it already, and shows it
        return Heat("out", "output", "y_t", values, start=1, tall=0)
    return Heat("y", "output", "y_t", values, start=1, tall=0.3)


def gradient_norms(gradients: GradientTrace, batch: int = 0) -> Curves:
    """Return |dL/ds_t|, and the same of each slot where there are several."""
    cell = gradients.cell
    lines = [Line("whole state s", gradients.norm(), ink=NORM)]
    if len(cell.slots) > 1:
        lines += [
            Line(
                f"{cell.meaning[slot]} {slot}",
                reached(gradients.norm(slot)),
                ink=nth(k + 1),
                dash="dash",
            )
            for k, slot in enumerate(cell.slots)
        ]
    del batch
    return Curves("norm", "gradient", "‖∂L/∂s_t‖", tuple(lines), log=True, tall=1.3)


def reached(norms: Array) -> Array:
    """Return the norms without those at the end that are 0 because the loss looks elsewhere."""
    last = np.flatnonzero(norms)
    return norms[: last[-1] + 1] if len(last) else norms[:1]


def saturated(trace: Trace) -> tuple[Curves, ...]:
    """Return the share of saturated units of each gate over time, if the cell has gates."""
    lines = tuple(
        Line(
            f"saturated {found.gate}",
            found.share,
            start=1,
            ink=nth(k),
            dash=nth_dash(k),
        )
        for k, found in enumerate(saturation(trace))
    )
    if not lines:
        return ()
    return (Curves("saturated", "saturated share of units", "", lines, low=0.0, high=1.0),)


def trajectory(trace: Trace, slot: str = "h", batch: int = 0) -> Plane:
    """Return the path of a slot in its principal plane."""
    plane = pca(trace, slot=slot)
    points = plane.points[: trace.finite(), batch]
    share = np.round(100 * plane.share).astype(np.int64)
    return Plane(
        f"path of {slot}_t in its principal plane",
        points,
        x_label=f"PC 1 ({share[0]}%)",
        y_label=f"PC 2 ({share[1]}%)",
    )


def loss_terms(recipe: Recipe) -> dict[str, str]:
    """Return what L is in this run."""
    return {"L": recipe.objective().definition}


def cell_terms(cell: Cell) -> dict[str, str]:
    """Return what each gate and slot of a cell means."""
    return {name: definition(cell, name) for name in (*cell.gates, *cell.slots)}


def loss_node(recipe: Recipe, trace: Trace) -> dict[str, Any]:
    """Return the loss as a node of the unrolled network."""
    objective = recipe.objective()
    reads = objective.weights(trace.T, trace.cell.H)[-1].any()
    return {"loss": objective.formula, "loss_reads_last": bool(reads)}


def summary(trace: Trace) -> str:
    """Return one sentence that says what the film shows, for those who cannot see it."""
    cell = trace.cell
    last = trace.finite() - 1
    size = float(np.abs(trace.slot("h")[last]).mean())
    parts = [cell.meaning[name] for name in (*cell.gates, *cell.slots)]
    end = "" if last == trace.T else f" The run leaves the range of float64 after step {last}."
    return (
        f"{cell.name} network with {cell.H} units over {trace.T} steps: {', '.join(parts)} of "
        f"every unit at every step. The mean size of the hidden state at step {last} is "
        f"{numeral(size)}.{end}"
    )
