"""The ideas of the history page on one time axis, and each one small."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from explorer.film import Axis, Heat
from explorer.palette import MARKER, MUTED, NORM, ink
from explorer.recipes.history import History, Running
from explorer.recipes.ideas import IDEAS, Idea
from explorer.shapes import Array

WIDE, HIGH = 320, 64  # of a small picture
LINES = 6  # units in a small picture
NAMED = 16  # px below it, where its parts have names
DASHED = ("", ' stroke-dasharray="5 3"')  # of the halves of a network


def history_axis(asked: History) -> Axis:
    """Return the axis of states 0 .. T."""
    return Axis(count=asked.T + 1, label="step t")


def history_panels(asked: History, ran: Sequence[Running]) -> tuple[Heat, ...]:
    """Return what all read, and the states of every network below one another."""
    panels = [Heat("x", "they all read", "x_t", asked.sequence()[:, 0], start=1, tall=0.6)]
    panels += [
        Heat(
            f"idea{k}", f"{idea.year} {idea.name}", "", film.states, start=film.start, limit=1.0,
            rows=film.rows, tall=0.5,
        )
        for k, (idea, film) in enumerate(zip(IDEAS, ran, strict=True))
    ]  # fmt: skip
    return tuple(panels)


def tinted(idea: Idea, dark: bool) -> str:
    """Return the colour of an idea: that of its cell on all pages, if it is one."""
    return (ink(idea.cell) if idea.cell else NORM)[dark]


def sparkline(idea: Idea, film: Running, dark: bool = False) -> str:
    """Draw a few units of every part over time as an SVG picture in the colour of the cell.

    The halves of a network differ in colour and dash, and are named; so are its stages.
    """
    last = film.start + len(film.states) - 1
    inks, size = (tinted(idea, dark), MARKER[dark]), film.states.shape[1] // len(film.halves)
    lines, names = [], []
    for half, name in enumerate(film.halves):
        for order, k in enumerate(spread(size, LINES // len(film.halves))):
            values = film.states[:, half * size + k]
            lines.append(
                f'<polyline points="{points(values, film.start, last)}" fill="none" '
                f'stroke="{inks[half]}" stroke-width="1.8" stroke-linejoin="round" '
                f'opacity="{1 - 0.13 * order:.2f}"{DASHED[half]}/>'
            )
        if name:
            names.append(label(4 + half * WIDE / 2, name, inks[half]))
    for step, name in film.stages:
        x = place(step, last)
        names.append(label(x + 3, name, inks[0]))
        if step:
            lines.append(
                f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{HIGH + NAMED}" '
                f'stroke="{MUTED[dark]}" stroke-width="1"/>'
            )
    middle, high = HIGH / 2, HIGH + (NAMED if names else 0)
    return (
        f'<svg viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" style="display:block">'
        f"<title>{escape(idea.name)}: the states of a few of its units over time</title>"
        f'<line x1="0" y1="{middle}" x2="{WIDE}" y2="{middle}" stroke="{MUTED[dark]}" '
        f'stroke-width="0.7" stroke-dasharray="3 4"/>{"".join(lines)}{"".join(names)}</svg>'
    )


def spread(units: int, most: int) -> list[int]:
    """Return at most so many units, from the first to the last at equal distances."""
    return np.unique(np.linspace(0, units - 1, min(units, most)).round().astype(int)).tolist()


def label(x: float, name: str, colour: str) -> str:
    """Return a name under the lines of a small picture."""
    return (
        f'<text x="{x:.1f}" y="{HIGH + NAMED - 4}" font-size="11" font-family="sans-serif" '
        f'fill="{colour}">{escape(name)}</text>'
    )


def place(step: int, last: int) -> float:
    """Return where a step of 0 .. last stands in a small picture."""
    return 2 + (WIDE - 4) * step / max(last, 1)


def points(values: Array, start: int, last: int) -> str:
    """Return a line from -1 .. 1, from the start-th step on, as points of a small picture."""
    y = HIGH / 2 - np.clip(values, -1, 1) * (HIGH / 2 - 4)
    return " ".join(f"{place(start + k, last):.1f},{b:.1f}" for k, b in enumerate(y))
