"""How every figure looks: transparent, named axes, decades as powers of ten, light and dark."""

from __future__ import annotations

from typing import Any

from plotly.graph_objects import Figure

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


def faded(colour: str, alpha: float) -> str:
    """Return a hex colour as rgba with this opacity."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
