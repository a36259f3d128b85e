"""Where a network rests, in tables: the points, the modes of one, slow places, what is none."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.resting import Rejected
from explorer.dynamics.slow_points import LONGEST, RADIUS, lifetime
from explorer.numerals import numeral, numeral_near

MOST_ROWS = 40
MODES = 8
SLOW = 6  # slow points whose lifetimes are measured
TIED = "\u00a0"  # a space at which no line breaks


def points_table(found: FixedPoints) -> str:
    """Return the points as a table: what they are, and how fast they hold or let go."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = f"| | kind | ways out | largest \\|λ\\| | e-fold in ({unit}) |\n|--:|---|--:|--:|--:|\n"
    rows = []
    for n in range(min(len(found), MOST_ROWS)):
        largest = float(np.abs(found.eigenvalues[n, 0]))
        tau = float(found.time_constants[n, 0])
        if largest == 0 or not np.isfinite(tau):
            pace = "at once" if largest == 0 else "– (marginal)"
        else:
            pace = f"{'leaves' if tau < 0 else 'settles'},{TIED}{numeral(abs(tau))}"
        size = "1" if np.isinf(tau) else numeral_near(largest, digits=4)
        rows.append(f"| {n + 1} | {found.kinds[n]} | {found.unstable[n]} | {size} | {pace} |")
    more = len(found) - MOST_ROWS
    return head + "\n".join(rows) + (f"\n\n… and {more} more." if more > 0 else "")


def modes_table(found: FixedPoints, n: int) -> str:
    """Return the modes of one point: what fades or grows how fast, and how often it turns."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = f"| λ | \\|λ\\| | e-fold in ({unit}) | turns once in ({unit}) |\n|--:|--:|--:|--:|\n"
    rows = []
    three = found.eigenvalues[n], found.time_constants[n], found.periods[n]
    for value, tau, period in zip(*three, strict=True):
        if value.imag < -1e-12:
            continue  # its twin has been shown
        turning = f"{TIED}±{TIED}{numeral(value.imag)}i" if value.imag > 1e-12 else ""
        said = (numeral if turning or np.isinf(tau) else numeral_near)(value.real) + turning
        what = "grows" if tau < 0 else "fades"
        rate = "at once" if abs(value) == 0 else f"{what},{TIED}{numeral(abs(tau))}"
        if np.isinf(tau):
            rate = "never (marginal)"
        turns = numeral(period) if np.isfinite(period) and abs(value) > 0 else "–"
        size = "1" if np.isinf(tau) else numeral_near(abs(value))
        rows.append(f"| {said} | {size} | {rate} | {turns} |")
    more = len(rows) - MODES
    return head + "\n".join(rows[:MODES]) + (f"\n\n… and {more} more." if more > 0 else "")


def slow_table(found: FixedPoints) -> str:
    """Return the slowest places with their lifetimes, foreseen and measured."""
    unit = "turns" if found.map.cell.period > 1 else "steps"
    head = (
        f"| | speed | stays within {numeral(RADIUS, 6)}, foreseen ({unit}) | measured ({unit}) "
        f"| whole passage ({unit}) |\n|--:|--:|--:|--:|--:|\n"
    )
    rows = []
    for n in range(min(SLOW, len(found.slow))):
        life = lifetime(found.map, found.slow[n])
        foreseen, measured = (
            numeral(value, 4) if np.isfinite(value) else f"over {LONGEST}"
            for value in (life.foreseen, life.measured)
        )
        through = numeral(life.passage, 4) if np.isfinite(life.passage) else "–"
        speed = numeral(found.speed[n], 2)
        rows.append(f"| {n + 1} | {speed} | {foreseen} | {measured} | {through} |")
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
        f"| {reason} | {len(group)} | {numeral(min(c.speed for c in group), 2)} "
        f"| {distance(group)} |"
        for reason, group in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]
    return head + "\n".join(rows)


def distance(group: list[Rejected]) -> str:
    """Return how far Newton's method says the nearest solution is, for the nearest of them."""
    least = min(c.correction for c in group)
    return f"{numeral(least, 2)} away" if np.isfinite(least) else "none in sight"
