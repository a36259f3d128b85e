"""How the errors of rules fall along one stream, by sample or by second."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.figures.theme import band, blank, level
from explorer.learning.race import SPAN, Run, smooth
from explorer.numerals import numeral
from explorer.palette import nth, nth_dash
from explorer.shapes import Array

TICKS = 120  # points of a line over seconds


def race(runs: Mapping[str, list[Run]], by: str, ignorant: float, dark: bool = False) -> Figure:
    """Plot the error over the last SPAN samples, one line with its band per rule.

    ``runs`` maps a rule to its runs, one per seed: the line is their median, the band reaches from
    the lowest to the highest. ``by`` is "samples" or "seconds". ``ignorant`` is the error of who
    has learnt nothing, drawn as a dotted line.
    """
    title = "samples seen" if by == "samples" else "seconds of work"
    fig = blank(x=title, y=f"mean squared error, last {SPAN}", dark=dark, log=True)
    fig.update_layout(height=360)
    fig.update_yaxes(dtick=1)
    last = 0.0
    for k, (rule, films) in enumerate(runs.items()):
        xs, rows = (by_sample if by == "samples" else by_second)(films)
        last = max(last, float(xs[-1]))
        with np.errstate(invalid="ignore"):
            good = np.isfinite(rows).all(axis=0) & (rows > 0).all(axis=0)
        xs, rows = xs[good], rows[:, good]
        colour = nth(k)[dark]
        if len(rows) > 1:
            band(fig, xs, rows.min(axis=0), rows.max(axis=0), colour, rule)
        fig.add_trace(
            Scatter(
                x=xs,
                y=np.median(rows, axis=0),
                name=rule,
                legendgroup=rule,
                line={"color": colour, "width": 2.5, "dash": nth_dash(k)},
                text=[numeral(error) for error in np.median(rows, axis=0)],
                hovertemplate="%{text}",
            )
        )
    if ignorant > 0:
        level(fig, ignorant, "guessing: the same again", dark, at_end=True)
    fig.update_xaxes(range=[0, last])
    return fig


def by_sample(films: list[Run]) -> tuple[Array, Array]:
    """Return samples and the smoothed errors (seeds, T)."""
    return np.arange(1, len(films[0].loss) + 1), np.array([smooth(film.loss) for film in films])


def by_second(films: list[Run]) -> tuple[Array, Array]:
    """Return seconds, as far as all seeds go, and the smoothed errors at them."""
    ends = min(float(film.seconds[-1]) for film in films)
    seconds = np.linspace(0.0, ends, TICKS)
    rows = [np.interp(seconds, film.seconds, smooth(film.loss)) for film in films]
    return seconds, np.array(rows)
