"""Where a network rests: its fixed points in space, and how near a run comes to each."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.departures import departures
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.projection import principal
from explorer.dynamics.seeker import LINE
from explorer.film import Curves, Heat, Line, Space
from explorer.numerals import percent
from explorer.palette import NORM
from explorer.shapes import Array
from explorer.trace import Trace

FAR = 20.0
FLAT = 0.02  # share of a third axis that is hardly one


def named_point(found: FixedPoints, n: int) -> str:
    """Return what a point is called, with the number of ways out of it."""
    away = int(found.unstable[n])
    ways = f", {away} way{'s' * (away > 1)} out" if away else ""
    return found.kinds[n] + ways


def rest_space(found: FixedPoints, trace: Trace) -> Space:
    """Return the space in which the fixed points lie widest apart, with the run and the ways out.

    Its axes are the principal ones of these places; where they are few or flat, of the run too.
    """
    path = trace.s[: trace.finite(), 0]
    path = path[: within(found, path)]
    places = np.concatenate([found.points, found.slow])
    centre, axes, share = principal(places if len(places) else path, 3)
    if len(places) < 4 or share[2] < FLAT:
        centre, axes, share = principal(np.concatenate([places, path]), 3)

    def seen(s: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.clip((s - centre) @ axes.T, -1e30, 1e30)

    ways = departures(found)
    return Space(
        of="near" if len(found) else "",
        label="The state in three dimensions: where it rests, and the ways between",
        path=seen(path),
        points=seen(found.points),
        names=tuple(named_point(found, n) for n in range(len(found))),
        away=tuple(int(n) for n in found.unstable),
        spectra=found.eigenvalues,
        links=seen(ways),
        slow=seen(found.slow),
        growth=np.where(found.marginal, 0.0, found.growth),
        axes=tuple(f"PC {k + 1} ({percent(part)})" for k, part in enumerate(share)),
    )


def nearness(found: FixedPoints, trace: Trace) -> tuple[Heat, ...]:
    """Return e^-distance of the run's state to each fixed point, a row for each of them."""
    if not len(found):
        return ()
    s = trace.s[:, 0]
    with np.errstate(over="ignore", invalid="ignore"):
        apart = np.linalg.norm(s[:, None] - found.points, axis=2)
        near = np.where(np.isnan(apart), 0.0, np.exp(-apart))
    rows = tuple(f"point {n + 1} ({found.kinds[n]})" for n in range(len(found)))
    tall = min(2.4, max(0.6, len(found) / 12))
    return (Heat("near", "nearness to each point", "e^{−d}", near, "unit", rows=rows, tall=tall),)


def speed(trace: Trace) -> Curves:
    """Return how far the state moves at each step."""
    with np.errstate(over="ignore", invalid="ignore"):
        moved = np.linalg.norm(np.diff(trace.s[:, 0], axis=0), axis=1)
    line = Line("speed", moved, start=1, ink=NORM)
    return Curves("speed", "speed", "‖s_t − s_{t−1}‖", (line,), log=True, tall=0.8)


def rest_summary(found: FixedPoints) -> str:
    """Return one sentence that says what was found."""
    flat = found.marginal.any(axis=1) & (found.unstable == 0)
    counts = np.bincount(found.unstable[~flat]) if len(found) else []
    said = [
        f"{count} {'stable' if away == 0 else f'with {away} way' + 's' * (away > 1) + ' out'}"
        for away, count in enumerate(counts)
        if count
    ]
    if flat.any():
        said.append(f"{int(flat.sum())} marginal (no mode grows, at least one does not fade)")
    slow = (
        f"; {len(found.slow)} slow point{'s' * (len(found.slow) != 1)}" if len(found.slow) else ""
    )
    name = found.map.cell.name
    if not len(found):
        line = any(candidate.reason == LINE for candidate in found.rejected)
        return (
            f"{name} network: whole lines of states rest, none of them alone{slow}."
            if line
            else f"{name} network: no fixed point found{slow}."
        )
    return (
        f"{name} network with {len(found)} fixed point{'s' * (len(found) > 1)}: "
        f"{', '.join(said)}{slow}."
    )


def within(found: FixedPoints, path: Array) -> int:
    """Return how many leading states of a run lie where the picture reaches.

    A run that explodes is shown while it is near; the rest would shrink all else to a dot.
    """
    edge = FAR * (1 + np.abs(found.points).max(initial=np.abs(path[0]).max()))
    far = (np.abs(path) > edge).any(axis=1)
    return int(np.argmax(far)) if far.any() else len(path)


def ran_away(found: FixedPoints, trace: Trace) -> str:
    """Return one sentence on a run that left the picture or the range of float64, if it did."""
    last = trace.finite() - 1
    shown = within(found, trace.s[: last + 1, 0]) - 1
    said = []
    if shown < last:
        said.append(f"From step {shown + 1} on the run is farther out than the picture reaches.")
    if last < trace.T:
        said.append(f"It leaves the range of float64 after step {last}.")
    return " ".join(said)
