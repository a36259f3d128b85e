"""How much of a late loss still reaches an early state."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.cells import CELLS
from explorer.figures.theme import band, blank
from explorer.numerals import numeral
from explorer.palette import dash, ink
from explorer.shapes import Array

SMALLEST = 1e-300


def gradient_flow(norms: Mapping[str, Array], dark: bool = False) -> Figure:
    """Plot |dL/ds_t| against the lag T - t on a log axis, one line with its band per cell.

    ``norms`` maps the name of a cell's class to norms (seeds, T+1). The line is the median over
    seeds, the band reaches from the lowest to the highest. A straight line is exponential decay
    and its slope the rate per step, which is why the axis is never linear. What is below 1e-300 is
    drawn at 1e-300 and said so on hover; what left float64 ends the line.
    """
    fig = blank(x="lag T − t (steps)", y="‖∂L/∂s<sub>t</sub>‖", dark=dark, log=True)
    for name, rows in norms.items():
        rows = np.asarray(rows)[:, ::-1]
        lags = np.arange(rows.shape[1])
        drawn = np.where(np.isfinite(rows), np.maximum(rows, SMALLEST), np.nan)
        low, middle, high = drawn.min(axis=0), np.median(drawn, axis=0), drawn.max(axis=0)
        colour = ink(name)[dark]
        if len(rows) > 1:
            within = np.isfinite(low) & np.isfinite(high)
            band(fig, lags[within], low[within], high[within], colour, name)
        said = ["below 10⁻³⁰⁰" if v <= SMALLEST else numeral(v) for v in middle]
        fig.add_trace(
            Scatter(
                x=lags,
                y=middle,
                name=CELLS[name].name,
                legendgroup=name,
                line={"color": colour, "width": 2.5, "dash": dash(name)},
                text=said,
                hovertemplate="%{text}",
            )
        )
    return fig
