"""Cells side by side: gradient curves together, states in one group for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from explorer.cells import CELLS
from explorer.duel import Run
from explorer.film import Axis, Curves, Heat, Line
from explorer.numerals import numeral
from explorer.palette import dash, ink, lighter
from explorer.scenes.signals import signal
from explorer.sequences import Sequence


def duel_axis(sequence: Sequence, *films: Mapping[str, Run]) -> Axis:
    """Return the axis that is long enough for all films."""
    count = max(run.trace.T for runs in films for run in runs.values()) + 1
    words = None
    if sequence.words:
        words = ("", *sequence.words, *[""] * (count - 1 - len(sequence.words)))
    return Axis(count=count, words=words)


def duel_gradients(runs: Mapping[str, Run], before: Mapping[str, Run]) -> Curves:
    """Return |dL/ds_t| of every cell, and of a pinned run A in lighter colours."""
    lines = [
        Line(CELLS[cell].name, run.gradients.norm(), ink=ink(cell), dash=dash(cell))
        for cell, run in runs.items()
    ]
    lines += [
        Line(f"A: {CELLS[cell].name}", run.gradients.norm(), ink=lighter(ink(cell)),
             dash="dot" if dash(cell) == "dash" else "dash")
        for cell, run in before.items()
    ]  # fmt: skip
    return Curves("gradient", "gradient", "‖∂L/∂s_t‖", tuple(lines), log=True, tall=1.8)


def duel_states(runs: Mapping[str, Run], before: Mapping[str, Run]) -> tuple[Heat, ...]:
    """Return the states of every cell, those of A under those of B in the same group."""
    panels = []
    for cell in dict.fromkeys((*runs, *before)):
        for films, mark in ((runs, ""), (before, "A")):
            panels += states_of(cell, films, mark or ("B" if before else ""))
    return tuple(panels)


def states_of(cell: str, films: Mapping[str, Run], mark: str) -> list[Heat]:
    """Return the states of one cell in one film, marked A or B where both are shown."""
    if cell not in films:
        return []
    trace = films[cell].trace
    said = f"{mark}: " if mark else ""
    return [
        replace(
            signal(trace.cell, slot, trace.slot(slot)[:, 0], 0),
            key=f"{cell}.{slot}" + (".A" if mark == "A" else ""),
            label=f"{said}{trace.cell.meaning[slot]}",
            group=trace.cell.name,
        )
        for slot in trace.cell.slots
    ]


def duel_summary(runs: Mapping[str, Run]) -> str:
    """Return one sentence that says what the duel shows."""
    return "Hidden states side by side; size of the loss gradient at the first state: " + (
        ", ".join(
            f"{CELLS[cell].name} ({run.trace.cell.H} units) {numeral(run.gradients.norm()[0])}"
            for cell, run in runs.items()
        )
        + "."
    )


def left_range(runs: Mapping[str, Run]) -> str:
    """Return one sentence on the cells that left the range of float64, if any did."""
    gone = [
        f"{CELLS[cell].name} after step {run.trace.finite() - 1}"
        for cell, run in runs.items()
        if run.trace.finite() <= run.trace.T
    ]
    if not gone:
        return ""
    return f"Left the range of float64: {', '.join(gone)}; what follows is hatched."
