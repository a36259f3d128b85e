"""The leading exponent of random networks against a gain or the size of an input."""

from __future__ import annotations

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.dynamics.sweeps import Sweep
from explorer.figures.theme import band, blank
from explorer.palette import MARKER, MUTED, nth, nth_dash
from explorer.shapes import Array

LOWEST = -0.3


def exponents(
    found: Sweep,
    x: str,
    theory: tuple[Array, Array] | None = None,
    here: float | None = None,
    dark: bool = False,
) -> Figure:
    """Plot λ, one line with its band for each size; ``theory`` is (along, λ) of infinitely many.

    The line is the median over networks, the band reaches from the lowest to the highest; ``here``
    is where the visitor stands.
    """
    fig = blank(x=x, y="leading exponent λ (nats per step)", dark=dark)
    fig.update_layout(height=420)
    for k, (N, rows) in enumerate(found.exponents.items()):
        rows = np.where(np.isfinite(rows), rows, np.nan)
        along = found.along[~np.isnan(rows).any(axis=0)]
        rows = rows[:, ~np.isnan(rows).any(axis=0)]
        colour, name = nth(k)[dark], f"N = {N}"
        band(fig, along, rows.min(axis=0), rows.max(axis=0), colour, name)
        fig.add_trace(
            Scatter(
                x=along,
                y=np.median(rows, axis=0),
                name=name,
                mode="lines",
                legendgroup=name,
                line={"color": colour, "width": 2.5, "dash": nth_dash(k)},
                hovertemplate="%{y:.3f}",
            )
        )
    if theory is not None:
        fig.add_trace(
            Scatter(
                x=theory[0],
                y=theory[1],
                name="N → ∞ (mean field)",
                mode="lines",
                line={"color": MUTED[dark], "width": 2.5, "dash": "longdash"},
                hovertemplate="%{y:.3f}",
            )
        )
    fig.add_hline(y=0, line={"color": MUTED[dark], "width": 1.2})
    if here is not None and found.along[0] <= here <= found.along[-1]:
        fig.add_vline(x=here, line={"color": MARKER[dark], "width": 1.5, "dash": "dot"})
    # Calm networks, far below 0, would leave no room for what happens around it.
    heights = [rows[np.isfinite(rows)] for rows in found.exponents.values()]
    heights = np.concatenate([*heights, [0.05, -0.05]])
    fig.update_yaxes(range=[max(float(heights.min()), LOWEST) - 0.02, float(heights.max()) + 0.04])
    fig.update_xaxes(range=[float(found.along[0]), float(found.along[-1])])
    return fig
