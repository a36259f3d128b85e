"""Films of a reservoir: two starts, its memory against the delay, a series continued alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.film import Axis, Bars, Curves, Heat, Line, Plane
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.reservoir import Capacity, Meeting
from explorer.reservoir.cost import Mark
from explorer.reservoir.forecast import Forecast, Scaling, Taught
from explorer.shapes import Array
from explorer.trace import Trace

SHOWN = 48  # units of which a film shows the states
LEAD = 60  # steps shown from before the network was left alone
SMALLEST = 1e-16  # distance below which two float64 states of this size are one


# ---- two starts ---------------------------------------------------------------------------------


def two_starts(meeting: Meeting) -> tuple[Heat | Curves, ...]:
    """Return the input, the states from both starts, and the logarithm of their distance."""
    trace = meeting.trace
    both = trace.s[:, :, :SHOWN]
    finite = np.abs(both[np.isfinite(both)])
    limit = 1.0 if trace.cell.ranges["h"] else float(finite.max()) or 1.0
    # Where the two are the same to the last bit a log axis has nothing to show.
    distance = np.where(meeting.distance > 0, meeting.distance, np.nan)
    foreseen = np.where(meeting.foreseen >= SMALLEST, meeting.foreseen, np.nan)
    line = Line("what λ foresees", foreseen, ink=MARKER, dash="dash")
    return (
        Curves("x", "input", "x_t", (Line("input", trace.x[:, 0, 0], start=1, ink=NORM),)),
        Heat("a", f"first start{part(trace)}", "h_t", both[:, 0], limit=limit, tall=1.6),
        Heat("b", f"second start{part(trace)}", "h′_t", both[:, 1], limit=limit, tall=1.6),
        Curves(
            "distance",
            "distance of the two",
            "‖h_t − h′_t‖",
            (Line("distance", distance, ink=NORM), *([line] if any_of(foreseen) else [])),
            log=True,
            tall=1.8,
        ),
    )


def two_bars() -> tuple[Bars, Bars]:
    """Return both states at the cursor."""
    return Bars("a"), Bars("b")


def part(trace: Trace) -> str:
    """Say how many of the units are shown, where it is not all."""
    return f" ({SHOWN} of {trace.cell.H} units)" if trace.cell.H > SHOWN else ""


def any_of(values: Array) -> bool:
    """Return whether there is a finite value."""
    return bool(np.isfinite(values).any())


def meeting_summary(meeting: Meeting) -> str:
    """Return in words whether two starts met, and the exponent."""
    rate, first = meeting.exponent, meeting.met()
    if np.isneginf(rate):
        said = "λ = −∞: one step forgets everything"
    elif abs(rate) < 1e-3:
        said = f"λ = {signed(rate)} per step: differences neither shrink nor grow"
    else:
        verb = "shrinks" if rate < 0 else "grows"
        said = f"λ = {signed(rate)} per step: a small difference {verb} {abs_steps(rate)}"
    if first is None:
        share = meeting.distance[-1] / (meeting.distance[0] or 1.0)
        end = f"After {len(meeting.distance) - 1} steps the two are {share:.2g} times as far apart."
        if not np.isfinite(share):
            end = "The two runs leave the range of float64."
    else:
        end = f"From step {first} on the two are closer than a millionth of their first distance."
    return f"Conditional Lyapunov exponent {said}. {end}"


def signed(rate: float) -> str:
    """Return a number with its sign, as one writes it."""
    return f"{rate:+.4f}".replace("-", "−")


def abs_steps(rate: float) -> str:
    """Return how long a difference takes to halve or double."""
    steps = np.log(2) / abs(rate)
    if steps < 1:
        return f"{np.exp(abs(rate)):.3g}-fold at every step"
    return f"to {'half' if rate < 0 else 'the double'} in {steps:.3g} steps"


# ---- memory -------------------------------------------------------------------------------------


def memory(found: Capacity, formula: Array | None) -> tuple[Curves | Heat, ...]:
    """Return recall against the delay, its sum so far, and which unit each delay is read from."""
    N = found.states.shape[1]
    lines = [Line("measured on held-out data", found.recalled, ink=NORM)]
    sums = [Line("measured", np.cumsum(found.recalled), ink=NORM)]
    if formula is not None:
        lines.append(Line("formula (endless record)", formula, ink=MARKER, dash="dash"))
        sums.append(Line("formula", np.cumsum(formula), ink=MARKER, dash="dash"))
    sums.append(
        Line(f"bound N = {N}", np.full(len(found.recalled), float(N)), ink=MUTED, dash="dot")
    )
    return (
        Curves(
            "recall", "share of the input recalled", "MC_k", tuple(lines), low=0.0, high=1.0,
            tall=2.2,
        ),
        Curves("sum", "capacity up to delay k", "Σ MC", tuple(sums), low=0.0, tall=1.6),
        Heat("w", "read-out for each delay", "w_k / max", relative(found)[:, :SHOWN], tall=1.8),
    )  # fmt: skip


def relative(found: Capacity) -> Array:
    """Return what each unit contributes to each delay's read-out (K+1, N), largest 1 per delay."""
    with np.errstate(over="ignore", invalid="ignore"):
        size = found.fit.readout.W_hy * found.states.std(axis=0)
        size = np.nan_to_num(size, nan=0.0, posinf=0.0, neginf=0.0)
    largest = np.abs(size).max(axis=1, keepdims=True)
    return size / np.where(largest > 0, largest, 1.0)


def memory_axis(found: Capacity) -> Axis:
    """Return the axis of delays."""
    return Axis(count=len(found.recalled), label="delay k (steps)")


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
                f"series{k}", f"series, {name}" if len(names) > 1 else "series", f"{name}_t",
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
                Line(f"threshold {threshold:g}", np.full(len(found.truth), threshold),
                     start=lead + 1, ink=MARKER, dash="dash"),
            ),
            log=True, tall=1.6,
        ),
        Heat("h", "states", "h_t", states, limit=limit, tall=1.5),
    )  # fmt: skip


def positive(values: Array) -> Array:
    """Return values for a log axis: what is exactly 0 is left out."""
    return np.where(values > 0, values, np.nan)


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
        look = {"ink": nth(k), "dash": nth_dash(k)}
        error, second = (
            between(marks, name, updates if way == "solve" else marks[-1].updates)
            for name in ("error", "seconds")
        )
        errors.append(Line(WAYS[way], positive(error), start=start, **look))
        seconds.append(Line(WAYS[way], positive(second), start=start, **look))
    return (
        Curves("error", "error on held-out data", "NRMSE₁", tuple(errors), log=True, tall=3.0),
        Curves("seconds", "seconds of work so far", "s", tuple(seconds), log=True, tall=2.0),
    )


def between(marks: list[Mark], name: str, last: int) -> Array:
    """Return a quantity at every update up to the last; between marks it goes on straight."""
    at = np.array([mark.updates for mark in marks])
    values = np.array([getattr(mark, name) for mark in marks])
    return np.interp(np.arange(at[0], last + 1), at, values)
