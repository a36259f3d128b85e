"""The ideas of the history page on one time axis, and each one small."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from explorer.film import Axis, Heat
from explorer.palette import MUTED, NORM, ink
from explorer.recipes.history import History, Running
from explorer.recipes.ideas import IDEAS, Idea
from explorer.shapes import Array

WIDE, HIGH = 320, 64  # of a small picture
LINES = 6  # units in a small picture


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
    """Draw the first few units over time as an SVG picture in the colour of the cell."""
    lines = "".join(
        f'<polyline points="{points(film.states[:, k])}" fill="none" stroke="{tinted(idea, dark)}" '
        f'stroke-width="1.8" stroke-linejoin="round" opacity="{1 - 0.13 * k:.2f}"/>'
        for k in range(min(LINES, film.states.shape[1]))
    )
    middle = HIGH / 2
    return (
        f'<svg viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" style="display:block">'
        f"<title>{escape(idea.name)}: the states of its first units over time</title>"
        f'<line x1="0" y1="{middle}" x2="{WIDE}" y2="{middle}" stroke="{MUTED[dark]}" '
        f'stroke-width="0.7" stroke-dasharray="3 4"/>{lines}</svg>'
    )


def points(values: Array) -> str:
    """Return a line from -1 .. 1 as the points of a small picture."""
    x = np.linspace(2, WIDE - 2, len(values))
    y = HIGH / 2 - np.clip(values, -1, 1) * (HIGH / 2 - 4)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
