"""The slope of gradients beside the exponent of differences, for many gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.dynamics.growth import Growth
from explorer.figures.theme import blank
from explorer.palette import MARKER, MUTED, NORM


def slopes(
    gains: Sequence[float], found: Sequence[Growth], here: float | None = None, dark: bool = False
) -> Figure:
    """Plot λ, measured forwards, as a line, and the gradients' slopes, measured back, as rings."""
    fig = blank(x="gain g", y="growth per step (nats)", dark=dark)
    fig.update_layout(height=360)
    fig.add_trace(
        Scatter(
            x=list(gains),
            y=[growth.exponent if np.isfinite(growth.exponent) else None for growth in found],
            name="λ, from two starts, forwards",
            line={"color": MARKER[dark], "width": 2.5},
            hovertemplate="%{y:.4f}",
        )
    )
    rows = [growth.slopes for growth in found]
    fig.add_trace(
        Scatter(
            x=np.repeat(list(gains), [len(row) for row in rows]),
            y=np.where(np.isfinite(rows), rows, np.nan).ravel(),
            name="slope of log ‖∂L/∂s‖, backwards",
            mode="markers",
            marker={"color": NORM[dark], "size": 11, "symbol": "circle-open", "line": {"width": 2}},
            hovertemplate="%{y:.4f}",
        )
    )
    fig.add_hline(y=0, line={"color": MUTED[dark], "width": 1.2})
    if here is not None and gains and gains[0] <= here <= gains[-1]:
        fig.add_vline(x=here, line={"color": MARKER[dark], "width": 1.5, "dash": "dot"})
    return fig
