"""How the Lyapunov exponents of a run settle while it grows longer."""

from __future__ import annotations

import numpy as np
from plotly.colors import sample_colorscale
from plotly.graph_objects import Figure, Scatter

from explorer.dynamics.lyapunov import Lyapunov
from explorer.figures.theme import blank
from explorer.palette import MUTED

LINES = 9
POINTS = 240


def convergence(found: Lyapunov, dark: bool = False) -> Figure:
    """Plot estimates of some of the larger half of the exponents after so many steps.

    The steps stand on a log axis: an estimate that has settled is flat over its last decade.
    """
    fig = blank(x="steps measured", y="estimate of λ<sub>i</sub> (nats per step)", dark=dark)
    fig.update_layout(height=380)
    count = len(found.exponents)
    chosen = np.unique(np.geomspace(1, max(count // 2, 1), LINES).round().astype(int)) - 1
    moments = np.unique(np.geomspace(1, len(found.times), POINTS).round().astype(int)) - 1
    last = found.exponents[chosen]
    last = last[np.isfinite(last)]
    shades = sample_colorscale("Viridis", np.linspace(0.35 if dark else 0.0, 0.9, len(chosen)))
    for shade, i in zip(shades, chosen, strict=True):
        values = found.running[moments, i]
        fig.add_trace(
            Scatter(
                x=found.times[moments],
                y=np.where(np.isfinite(values), values, np.nan),
                name=f"λ<sub>{i + 1}</sub>",
                line={"color": shade, "width": 2.5 if i == 0 else 1.8},
                hovertemplate="%{y:.3f}",
            )
        )
    fig.add_hline(y=0, line={"color": MUTED[dark], "width": 1.2})
    fig.update_xaxes(type="log", exponentformat="power", dtick=1)
    if len(last):
        room = 0.35 * max(float(np.ptp(last)), 0.1)
        fig.update_yaxes(range=[min(last.min() - room, -0.05), max(last.max() + room, 0.05)])
    return fig
