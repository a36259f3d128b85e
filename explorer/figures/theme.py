"""How every figure looks: transparent, named axes, decades as powers of ten, light and dark."""

from __future__ import annotations

from math import log10
from typing import Any

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.palette import MUTED
from explorer.shapes import Array

TEXT = ("#2a2826", "#f2f0ec")
GRID = ("#e4e2dd", "#34312d")


def blank(*, x: str, y: str, dark: bool = False, log: bool = False) -> Figure:
    """Return an empty figure with titled axes; ``log`` makes the vertical axis logarithmic."""
    axis: dict[str, Any] = {
        "gridcolor": GRID[dark],
        "zerolinecolor": GRID[dark],
        "linecolor": TEXT[dark],
        "ticks": "outside",
        "tickcolor": GRID[dark],
    }
    decades = {"type": "log", "exponentformat": "power", "dtick": None} if log else {}
    return Figure(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": TEXT[dark], "size": 13},
            "margin": {"l": 70, "r": 15, "t": 15, "b": 50},
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": ("#ffffff", "#23211e")[dark]},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
            "xaxis": axis | {"title": {"text": x}},
            "yaxis": axis | {"title": {"text": y}} | decades,
        }
    )


def level(fig: Figure, y: float, said: str, dark: bool, at_end: bool = False) -> None:
    """Draw a dotted line with its label across a figure whose vertical axis is logarithmic."""
    fig.add_hline(y=y, line={"dash": "dot", "width": 1.5, "color": MUTED[dark]})
    # On such an axis a line stands at its value, a label at the power of ten.
    fig.add_annotation(
        text=said, x=float(at_end), xref="x domain", xanchor="right" if at_end else "left",
        y=log10(y), yanchor="bottom", showarrow=False,
    )  # fmt: skip


def band(fig: Figure, x: Array, low: Array, high: Array, colour: str, name: str) -> None:
    """Fill what lies between the lowest and the highest of several curves, in their line's colour.

    ``name`` is that of the line, with which the band comes and goes in the legend.
    """
    fig.add_trace(
        Scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([high, low[::-1]]).astype(np.float64),
            fill="toself",
            fillcolor=faded(colour, 0.15),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=name,
        )
    )


def faded(colour: str, alpha: float) -> str:
    """Return a hex colour as rgba with this opacity."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
