"""Two futures: what a push changed, and what the gradient had foreseen."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.nudge import Nudge, out_of_reach
from explorer.film import Curves, Heat, Line
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM
from explorer.trace import Trace


def futures(trace: Trace, nudge: Nudge, slot: str, unit: int, batch: int = 0) -> tuple:
    """Return the true and the foreseen difference per unit, their sizes, and the pushed unit."""
    cell, k = trace.cell, nudge.k
    true, foreseen = (cell.slot(side, slot) for side in (nudge.true, nudge.foreseen))
    seen = np.abs(true[np.isfinite(true)])
    limit = float(seen.max()) if seen.size and seen.max() > 0 else 1.0
    before = cell.slot(trace.s, slot)[:, batch, unit]
    with np.errstate(over="ignore", invalid="ignore"):
        size, missed = np.linalg.norm(nudge.true, axis=1), nudge.error
        forecast = np.linalg.norm(nudge.foreseen, axis=1)
    both = {"scale": "signed", "start": k, "limit": limit}
    return (
        Heat("true", "true difference", f"Δ{slot}_t", true, **both),
        Heat("foreseen", "what the gradient foresaw", "J⋯J ε", foreseen, **both),
        Curves(
            "sizes",
            "size of the difference",
            "‖Δs_t‖",
            (
                Line("true", size, start=k, ink=NORM),
                Line("foreseen", forecast, start=k, ink=MARKER, dash="dash"),
                Line("missed", missed, start=k, ink=MUTED, dash="dot"),
            ),
            log=True,
            tall=1.8,
        ),
        Curves(
            "pushed",
            f"{cell.meaning[slot]} of unit {unit + 1}",
            f"{slot}_t",
            (
                Line("as it was", before, ink=MUTED, dash="dash"),
                Line("pushed", cell.slot(nudge.pushed, slot)[:, unit], start=k, ink=NORM),
            ),
        ),
    )


def reach_said(trace: Trace, nudge: Nudge, slot: str, unit: int) -> str:
    """Return a sentence where the push has led out of what the network can reach; else ""."""
    bounds = out_of_reach(trace, nudge, slot)
    if bounds is None:
        return ""
    value = trace.cell.slot(nudge.pushed[0], slot)[unit]
    return (
        f"The push leads to a {trace.cell.meaning[slot]} of {numeral(value)}. No input leads "
        f"there: in this network it lies between {numeral(bounds[0])} and {numeral(bounds[1])}."
    )


def futures_summary(nudge: Nudge, slot: str, unit: int, push: float) -> str:
    """Return in words how well the gradient foresaw the difference."""
    size, missed = np.linalg.norm(nudge.true, axis=1), nudge.error
    parts = nudge.breaks()
    last = nudge.k + len(size) - 1
    start = f"Unit {unit + 1} of {slot} is pushed by ε = {numeral(push)} at step {nudge.k}."
    if len(size) == 1:
        return f"{start} Nothing comes after it: scrub to an earlier step."
    if not np.isfinite(size).all():
        return f"{start} One of the two futures leaves the range of float64."
    end = (
        f"At the last step, {last}, the states differ by {numeral(size[-1])}; the forecast misses "
        f"that "
        f"by {numeral(missed[-1])}."
    )
    if parts is None:
        return f"{start} {end} At no step does it miss more than a tenth of the difference."
    return f"{start} {end} From step {parts} on it misses more than a tenth of the difference."
