"""Films of networks: which signals of a trace and of its gradients stand in a reel, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.cells import CELLS, Cell
from explorer.dynamics.jacobians import direct_path, norm_bound
from explorer.dynamics.projection import pca
from explorer.dynamics.saturation import saturation
from explorer.film import Axis, Curves, Heat, Line, Plane
from explorer.gradients import GradientTrace
from explorer.palette import MARKER, MUTED, NORM, dash, ink, nth, nth_dash
from explorer.readout import Readout
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
    )


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
    """Return the read-out at every step as a heat panel."""
    return Heat("y", "output", "y_t", readout(trace.slot("h")[1:, batch]), start=1, tall=0.3)


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
            f"{trace.cell.meaning[found.gate]} {found.gate}",
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
        x_label=f"PC 1 ({share[0]} %)",
        y_label=f"PC 2 ({share[1]} %)",
    )


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
        f"{size:.3g}.{end}"
    )


def change(before: Trace, after: Trace, unit: int, batch: int = 0) -> tuple[Curves | Heat, ...]:
    """Return what surgery changed: the hidden states' difference, and one unit before and after."""
    h = before.slot("h")[:, batch], after.slot("h")[:, batch]
    with np.errstate(invalid="ignore", over="ignore"):
        difference = h[1] - h[0]
    lines = (
        Line("before", h[0][:, unit], ink=MUTED, dash="dash"),
        Line("after", h[1][:, unit], ink=NORM),
    )
    return (
        Heat("change", "change of the hidden state", "Δh_t", difference),
        Curves("unit", f"hidden state of unit {unit + 1}", "h_t", lines),
    )


def gradient_change(before: GradientTrace, after: GradientTrace) -> Curves:
    """Return |dL/ds_t| before and after surgery."""
    lines = (
        Line("before", before.norm(), ink=MUTED, dash="dash"),
        Line("after", after.norm(), ink=NORM),
    )
    return Curves("norm", "gradient", "‖∂L/∂s_t‖", lines, log=True, tall=1.3)


def lag_axis(trace: Trace) -> Axis:
    """Return the axis of lags 0 .. T, counted from the last state."""
    return Axis(count=trace.T + 1, label="lag T − t (steps)")


def flow(
    films: Mapping[str, GradientTrace],
    spread: Mapping[str, list[Array]],
    focus: GradientTrace | None,
) -> Curves:
    """Return |dL/ds_t| against the lag, one line per cell, with the band over further seeds.

    For the film in ``focus`` the bound by singular values and the direct path stand beside it.
    """
    lines = []
    for name, gradients in films.items():
        norm = gradients.norm()
        band = None
        if spread.get(name):
            rows = np.array([norm, *spread[name]])[:, ::-1]
            band = (rows.min(axis=0), rows.max(axis=0))
        lines.append(Line(CELLS[name].name, norm[::-1], ink=ink(name), dash=dash(name), band=band))
    if focus is not None:
        lines += besides(focus)
    return Curves("flow", "gradient", "‖∂L/∂s_t‖", tuple(lines), log=True, tall=3.5)


def besides(gradients: GradientTrace) -> list[Line]:
    """Return the bound and the direct paths of one film, as lines against the lag."""
    cell = gradients.cell
    lines = [
        Line(f"{cell.name}: bound Π σ_max(J)", norm_bound(gradients)[::-1], ink=MUTED, dash="dot")
    ]
    for slot in cell.slots:
        path = direct_path(gradients, slot)
        if path is not None:
            keep = f" Π {cell.keep}" if cell.keep else ""
            lines.append(
                Line(
                    f"{cell.name}: direct path{keep} of {slot}",
                    path[::-1],
                    start=1,
                    ink=MARKER,
                    dash="dash",
                )
            )
    return lines


def gradient_heat(gradients: GradientTrace, batch: int = 0) -> tuple[Heat, ...]:
    """Return |∂L/∂(slot)_t| of every unit against the lag, on a log scale."""
    cell = gradients.cell
    return tuple(
        Heat(
            f"d{slot}",
            f"{cell.name}: gradient at the {cell.meaning[slot]}",
            f"|∂L/∂{slot}_t|",
            np.abs(gradients.slot(slot)[::-1, batch]),
            scale="log",
        )
        for slot in cell.slots
    )


def flow_summary(films: Mapping[str, GradientTrace]) -> str:
    """Return one sentence that says what the gradient curves show."""
    return (
        "Size of the loss gradient at the first state: "
        + ", ".join(
            f"{CELLS[name].name} {gradients.norm()[0]:.3g}" for name, gradients in films.items()
        )
        + "."
    )
