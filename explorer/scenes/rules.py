"""Learning rules on one walk: what RTRL carries forward, what BPTT carries back, what is missed."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Curves, Line
from explorer.gradients import GradientTrace
from explorer.learning.rtrl import SensitivityTrace
from explorer.learning.shares import running_sums
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.scenes.walk import turn
from explorer.shapes import Array
from explorer.trace import Trace

SMALLEST = 1e-17


def carried_forward(film: SensitivityTrace) -> Curves:
    """Return the norms of ∂s_t/∂w on the way forward, of all weights and of the largest arrays."""
    lines = [Line("all weights", film.norm[1:], start=1, ink=NORM)]
    arrays = [name for name, norm in film.norms.items() if film.trace.cell.named()[name].ndim == 2]
    for k, name in enumerate(arrays):
        norm = film.norms[name][1:]
        there = np.flatnonzero(norm)
        if len(there):
            lines.append(
                Line(name, norm[there[0] :], start=1 + int(there[0]), ink=nth(k + 2), dash="dash")
            )
    return Curves("carried", "RTRL carries forward", "‖∂s_t/∂w‖", tuple(lines), log=True, tall=1.2)


def gathered(
    forward: SensitivityTrace | None, back: GradientTrace, cut: GradientTrace
) -> Curves | None:
    """Return how much of the gradient each rule has gathered so far, from 0 to 1.

    The part of what is gathered that lies along the whole gradient g, ⟨g_so far, g⟩ / ⟨g, g⟩.
    ``cut`` is the gradient through a window, ``back`` the whole one.
    """
    trace, goal = back.trace, back.dcell.flat()
    size = np.linalg.norm(goal)
    if not (np.isfinite(size) and size > 0):
        return None
    goal = goal / size

    def part(gradients: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return gradients @ goal / size

    lines = []
    if forward is not None:
        lines.append(Line("RTRL, on the way", part(forward.gradients), start=0, ink=NORM))
    films = [("BPTT, after the end", back, MARKER, "solid")]
    if cut is not back:
        films.append(("through the window", cut, MUTED, "dash"))
    for name, film, ink, dash in films:
        sums = part(np.array([total.flat() for total in running_sums(film)]))
        # At s_0 there is no further step, and the sum stays.
        values = np.append(sums, sums[-1])
        lines.append(Line(name, values, start=turn(trace) + 1, ink=ink, dash=dash))
    return Curves("gathered", "gradient gathered so far", "", tuple(lines), tall=1.2)


def windows_axis(trace: Trace) -> Axis:
    """Return the axis of windows K = 1 .. T."""
    return Axis(count=trace.T, first=1, label="window K (steps)")


def missed(parts: dict[str, Array], exact: Array | None = None) -> Curves:
    """Return the part of the gradient that each window misses, of all arrays and of each matrix.

    ``exact`` is a closed form to be drawn beside them.
    """
    lines = [
        reaching(name, values, nth(k + 2), nth_dash(k + 1))
        for k, (name, values) in enumerate(
            (name, values) for name, values in parts.items() if name.startswith("W")
        )
    ]
    lines.insert(0, reaching("all weights", parts["all"], NORM, "solid"))
    if exact is not None:
        lines.append(reaching("wᴷ, the closed form", exact, MARKER, "dot"))
    found = tuple(line for line in lines if line is not None)
    nothing = Line("all weights", np.zeros(1), ink=NORM)
    return Curves("missed", "missed by the window", "‖g − g_K‖ / ‖g‖", found or (nothing,),
                  log=True, tall=2.6)  # fmt: skip


def reaching(name: str, values: Array, ink: tuple[str, str], dash: str) -> Line | None:
    """Return values as a line up to where they fall to rounding."""
    good = np.isfinite(values) & (values > SMALLEST)
    if not good[0]:
        return None
    last = len(good) if good.all() else int(np.argmin(good))
    return Line(name, values[:last], ink=ink, dash=dash)


def compared(forward: SensitivityTrace, cut: GradientTrace, back: GradientTrace) -> str:
    """Return as a table how far RTRL and a window are from BPTT, for each array."""
    rows = []
    for name, array in back.dcell.named().items():
        ours, seen = forward.dcell.named()[name], cut.dcell.named()[name]
        size = np.linalg.norm(array)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            miss, lost = (np.linalg.norm(other - array) / size for other in (ours, seen))
        letter, _, index = name.partition("_")
        rows.append(
            f"| ${letter}_{{{index}}}$ | {numeral(size, 4)} | {numeral(np.linalg.norm(ours), 4)} "
            f"| **{numeral(miss, 1)}** | {numeral(100 * lost)}% |"
        )
    return (
        "| gradient of | BPTT ‖g‖ | RTRL ‖g‖ | they differ by | the window misses |\n"
        "|---|--:|--:|--:|--:|\n" + "\n".join(rows)
    )


def rules_summary(back: GradientTrace, forward: SensitivityTrace | None, difference: float) -> str:
    """Return one sentence that says what the film shows."""
    trace = back.trace
    said = (
        f"{trace.cell.name} network with {trace.cell.H} units along {trace.T} steps of a stream, "
        f"forward and back. The gradient at the first state has norm {numeral(back.norm()[0])}."
    )
    if forward is None:
        return said
    return said + (
        f" RTRL carries forward a sensitivity of norm {numeral(forward.norm[-1])}; its gradient "
        f"and that of BPTT differ by {numeral(difference, 2)} of their norm."
    )
