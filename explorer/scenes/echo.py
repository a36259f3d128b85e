"""Films of a reservoir that listens: two starts under one input, and memory against the delay."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Bars, Curves, Heat, Line
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM
from explorer.reservoir import Capacity, Meeting
from explorer.shapes import Array
from explorer.trace import Trace

SHOWN = 48  # units of which a film shows the states
SMALLEST = 1e-16  # distance below which two float64 states of this size are one


# ---- two starts ---------------------------------------------------------------------------------


def two_starts(meeting: Meeting) -> tuple[Heat | Curves, ...]:
    """Return the input, the states from both starts, and the logarithm of their distance."""
    trace = meeting.trace
    both = trace.s[:, :, :SHOWN]
    finite = np.abs(both[np.isfinite(both)])
    limit = 1.0 if trace.cell.ranges["h"] else float(finite.max()) or 1.0
    distance = positive(meeting.distance)
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
        said = f"λ = {signed(rate)} per step: a small difference {pace(rate)}"
    if first is None:
        share = meeting.distance[-1] / (meeting.distance[0] or 1.0)
        steps = len(meeting.distance) - 1
        end = f"After {steps} steps the two are {numeral(share, 2)} times as far apart."
        if not np.isfinite(share):
            end = "The two runs leave the range of float64."
    else:
        end = f"From step {first} on the two are closer than a millionth of their first distance."
    return f"Conditional Lyapunov exponent {said}. {end}"


def unstable(rate: float) -> str:
    """Return a sentence on a reservoir that does not forget, if it does not."""
    if rate <= 0:
        return ""
    return (
        f"The reservoir is unstable under this input (λ = {signed(rate)} per step): a difference "
        "does not die out, so its state says more about where it began than about what it heard."
    )


def signed(rate: float) -> str:
    """Return a number with its sign, as one writes it."""
    return f"{rate:+.4f}".replace("-", "−")


def pace(rate: float) -> str:
    """Return how fast a difference shrinks or grows, in words that follow its name."""
    steps = np.log(2) / abs(rate)
    if steps < 1:
        verb = "shrinks" if rate < 0 else "grows"
        return f"{verb} {numeral(np.exp(abs(rate)))}-fold at every step"
    return f"{'halves' if rate < 0 else 'doubles'} in {numeral(steps)} steps"


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
            tall=1.7,
        ),
        Curves("sum", "capacity up to delay k", "Σ MC", tuple(sums), low=0.0, tall=1.3),
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


def positive(values: Array) -> Array:
    """Return values for a log axis: what is exactly 0 is left out."""
    return np.where(values > 0, values, np.nan)
