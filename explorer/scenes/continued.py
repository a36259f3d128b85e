"""Films of a reservoir that learns: a series continued alone, and what other training costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.film import Axis, Curves, Heat, Line, Plane
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.reservoir.cost import Mark
from explorer.reservoir.forecast import Forecast, Scaling, Taught
from explorer.scenes.echo import SHOWN, positive
from explorer.shapes import Array

LEAD = 60  # steps shown from before the network was left alone

# ---- a series continued -------------------------------------------------------------------------


def continued(
    taught: Taught, found: Forecast, scaling: Scaling, others: Sequence[Array], threshold: float
) -> tuple[Curves | Heat, ...]:
    """Return truth and continuation in the unit of the series, the error, and the states."""
    lead = min(LEAD, taught.end)
    before = slice(taught.end - lead, taught.end + 1)
    past = scaling.restored(taught.series[before])
    true, own = scaling.restored(found.truth), scaling.restored(found.outputs)
    wild = ~np.isfinite(found.outputs).all(axis=1)
    own[wild] = np.nan
    names = ("x", "y", "z") if own.shape[1] > 1 else ("x",)
    panels = []
    for k, name in enumerate(names[:: 2 if len(names) > 1 else 1]):
        column = names.index(name)
        truth = np.concatenate([past[:, column], true[:, column]])
        low, high = float(truth.min()), float(truth.max())
        room = 0.15 * (high - low or 1.0)
        panels.append(
            Curves(
                f"series{k}", "series", f"{name}_t",
                (
                    Line("the network, alone", own[:, column], start=lead + 1, ink=NORM),
                    Line("truth", truth, ink=MARKER, dash="dash"),
                ),
                low=low - room, high=high + room, tall=1.8,
            )
        )  # fmt: skip
    states = np.concatenate([taught.trace.s[before, 0], found.states])[:, :SHOWN]
    limit = 1.0 if taught.reservoir.cell.ranges["h"] else None
    line = Line("error", positive(found.error), start=lead + 1, ink=NORM)
    middle = []
    if others:
        rows = np.array([found.error, *(error[: len(found.error)] for error in others)])
        name = f"median and span of {len(rows)} seeds"
        spread = (positive(rows.min(axis=0)), positive(rows.max(axis=0)))
        middle = [Line(name, positive(np.median(rows, axis=0)), start=lead + 1, ink=MUTED,
                       dash="dot", band=spread)]  # fmt: skip
    return (
        *panels,
        Curves(
            "error", "error in standard deviations", "|y − x| / σ",
            (
                *middle,
                line,
                Line(f"threshold {numeral(threshold, 6)}", np.full(len(found.truth), threshold),
                     start=lead + 1, ink=MARKER, dash="dash"),
            ),
            log=True, tall=1.6,
        ),
        Heat("h", "states", "h_t", states, limit=limit, tall=1.5),
    )  # fmt: skip


def continued_axis(taught: Taught, found: Forecast) -> Axis:
    """Return the axis: the last steps of the lesson, then the steps alone."""
    lead = min(LEAD, taught.end)
    return Axis(count=lead + 1 + len(found.truth), label=f"step t (alone after step {lead})")


def attractor(taught: Taught, found: Forecast, scaling: Scaling, tau: int) -> Plane:
    """Return the path of the network's own output, in the plane in which the series is known."""
    own = scaling.restored(found.outputs)
    own[~np.isfinite(found.outputs).all(axis=1)] = np.nan
    start = min(LEAD, taught.end) + 1
    if own.shape[1] > 1:
        return Plane("alone", own[:, [0, 2]], start=start, x_label="x", y_label="z")
    lag = min(tau, len(own) - 1)
    pairs = np.concatenate([own[lag:], own[: len(own) - lag]], axis=1)
    return Plane("alone", pairs, start=start + lag, x_label="x_t", y_label=f"x_t−{lag}")


# ---- what training costs ------------------------------------------------------------------------


WAYS = {
    "solve": "read-out alone, one solve",
    "readout": "read-out alone, by Adam",
    "all": "all weights, BPTT and Adam",
}


def course(ways: dict[str, list[Mark]], updates: int) -> tuple[Curves, Curves]:
    """Return held-out error and seconds of work against the number of updates."""
    errors, seconds = [], []
    for k, (way, marks) in enumerate(ways.items()):
        start = marks[0].updates
        # Before the first update no time has passed, and a log axis has no place for 0.
        late = int(marks[0].seconds == 0.0)
        look = {"ink": nth(k), "dash": nth_dash(k)}
        error, second = (
            between(marks, name, updates if way == "solve" else marks[-1].updates)
            for name in ("error", "seconds")
        )
        errors.append(Line(WAYS[way], positive(error), start=start, **look))
        seconds.append(Line(WAYS[way], positive(second[late:]), start=start + late, **look))
    return (
        Curves("error", "error on held-out data", "NRMSE₁", tuple(errors), log=True, tall=3.0),
        Curves("seconds", "seconds of work so far", "s", tuple(seconds), log=True, tall=2.0),
    )


def between(marks: list[Mark], name: str, last: int) -> Array:
    """Return a quantity at every update up to the last; between marks it goes on straight."""
    at = np.array([mark.updates for mark in marks])
    values = np.array([getattr(mark, name) for mark in marks])
    return np.interp(np.arange(at[0], last + 1), at, values)


def spent(ways: dict[str, list[Mark]]) -> dict[str, tuple[Array, Array]]:
    """Return seconds and errors of each way, under what it is called."""
    return {
        WAYS[way]: tuple(np.array([(mark.seconds, mark.error) for mark in marks]).T)
        for way, marks in ways.items()
    }


def bill(ways: dict[str, list[Mark]]) -> str:
    """Return a table of what each way has trained, spent and reached."""
    rows = [
        f"| {WAYS[way]}: {marks[-1].trained:,} weights"
        + (f", {marks[-1].updates} updates" if way != "solve" else "")
        + f" | {numeral(marks[-1].seconds)} | {numeral(marks[-1].error, 2)} |"
        for way, marks in ways.items()
    ]
    # Three columns are what a phone can show.
    return "\n".join(["| way | seconds | error |", "|---|--:|--:|", *rows])
