"""Where a network rests: its fixed points in space, how near a run comes to each, and tables."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.departures import departures
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.projection import principal
from explorer.dynamics.resting import Rejected
from explorer.dynamics.seeker import LINE
from explorer.dynamics.slow_points import LONGEST, RADIUS, lifetime
from explorer.film import Curves, Heat, Line, Space
from explorer.palette import NORM
from explorer.shapes import Array
from explorer.trace import Trace

MOST_ROWS = 40
MODES = 8
FAR = 20.0
FLAT = 0.02  # share of a third axis that is hardly one
TIED = "\u00a0"  # a space at which no line breaks
SLOW = 6  # slow points whose lifetimes are measured


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
        axes=tuple(f"PC {k + 1} ({part:.0%})" for k, part in enumerate(share)),
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
    counts = np.bincount(found.unstable) if len(found) else []
    said = [
        f"{count} {'stable' if away == 0 else f'with {away} way' + 's' * (away > 1) + ' out'}"
        for away, count in enumerate(counts)
        if count
    ]
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


def points_table(found: FixedPoints) -> str:
    """Return the points as a table: what they are, and how fast they hold or let go."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = f"| | kind | ways out | largest \\|λ\\| | e-fold in ({unit}) |\n|--:|---|--:|--:|--:|\n"
    rows = []
    for n in range(min(len(found), MOST_ROWS)):
        largest = float(np.abs(found.eigenvalues[n, 0]))
        if largest in (0.0, 1.0):
            pace = "at once" if largest == 0 else "–"
        else:
            what = "leaves" if largest > 1 else "settles"
            pace = f"{what},{TIED}{abs(1 / np.log(largest)):.3g}"
        rows.append(
            f"| {n + 1} | {found.kinds[n]} | {found.unstable[n]} | {largest:.3f} | {pace} |"
        )
    more = len(found) - MOST_ROWS
    return head + "\n".join(rows) + (f"\n\n… and {more} more." if more > 0 else "")


def modes_table(found: FixedPoints, n: int) -> str:
    """Return the modes of one point: what fades or grows how fast, and how often it turns."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = f"| λ | \\|λ\\| | e-fold in ({unit}) | turns once in ({unit}) |\n|--:|--:|--:|--:|\n"
    rows = []
    three = found.eigenvalues[n], found.time_constants[n], found.periods[n]
    for value, tau, period in zip(*three, strict=True):
        if len(rows) == MODES:
            break
        if value.imag < -1e-12:
            continue  # its twin has been shown
        turning = f"{TIED}±{TIED}{value.imag:.3f}i" if value.imag > 1e-12 else ""
        said = f"{value.real:.3f}".replace("-", "−") + turning
        what = "grows" if abs(value) > 1 else "fades"
        rate = "at once" if abs(value) == 0 else f"{what},{TIED}{abs(tau):.3g}"
        turns = f"{period:.3g}" if np.isfinite(period) and abs(value) > 0 else "–"
        rows.append(f"| {said} | {abs(value):.3f} | {rate} | {turns} |")
    return head + "\n".join(rows)


def slow_table(found: FixedPoints) -> str:
    """Return the slowest places with their lifetimes, foreseen and measured."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = (
        f"| | speed | stays within {RADIUS:g}, foreseen ({unit}) | measured ({unit}) "
        f"| whole passage ({unit}) |\n|--:|--:|--:|--:|--:|\n"
    )
    rows = []
    for n in range(min(SLOW, len(found.slow))):
        life = lifetime(found.map, found.slow[n])
        foreseen, measured = (
            f"{value:.0f}" if np.isfinite(value) else f"over {LONGEST}"
            for value in (life.foreseen, life.measured)
        )
        through = f"{life.passage:.0f}" if np.isfinite(life.passage) else "–"
        rows.append(f"| {n + 1} | {found.speed[n]:.2g} | {foreseen} | {measured} | {through} |")
    more = len(found.slow) - SLOW
    return head + "\n".join(rows) + (f"\n\n… and {more} more." if more > 0 else "")


def rejected_table(found: FixedPoints) -> str:
    """Return the candidates that are none, gathered by the reason."""
    head = (
        "| why it is no fixed point | candidates | slowest | nearest solution by Newton |\n"
        "|---|--:|--:|--:|\n"
    )
    groups: dict[str, list[Rejected]] = {}
    for candidate in found.rejected:
        groups.setdefault(candidate.reason, []).append(candidate)
    rows = [
        f"| {reason} | {len(group)} | {min(c.speed for c in group):.2g} | {distance(group)} |"
        for reason, group in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]
    return head + "\n".join(rows)


def distance(group: list[Rejected]) -> str:
    """Return how far Newton's method says the nearest solution is, for the nearest of them."""
    least = min(c.correction for c in group)
    return f"{least:.2g} away" if np.isfinite(least) else "none in sight"
