"""What learning rules ask for as a network or its sequence grows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.figures.theme import blank, level
from explorer.learning.cost import MEMORY, PATIENCE, Cost
from explorer.numerals import numeral
from explorer.palette import MARKER, nth

DASHES = ("solid", "dash", "solid", "dash", "dot")
BOUNDS = {"bytes": MEMORY, "multiplications": PATIENCE}


def rule_costs(
    sizes: Sequence[int],
    costs: Sequence[Sequence[Cost]],
    quantity: str,
    symbol: str,
    now: int,
    dark: bool = False,
) -> Figure:
    """Plot bytes or multiplications against a size, one line per rule, both axes in powers of ten.

    The dotted line is what one may wait for, the upright one marks the size ``now``.
    """
    fig = blank(x=symbol, y=quantity, dark=dark, log=True)
    fig.update_xaxes(type="log", tickvals=list(sizes), ticktext=[str(n) for n in sizes])
    fig.update_layout(height=330, margin_r=25)
    for k, rule in enumerate(cost.rule for cost in costs[0]):
        ys = np.array([float(getattr(found[k], quantity)) for found in costs])
        fig.add_trace(
            Scatter(
                x=np.array(sizes),
                y=ys,
                name=rule,
                line={"color": nth(k)[dark], "width": 2.5, "dash": DASHES[k % len(DASHES)]},
                text=[numeral(y) for y in ys],
                hovertemplate="%{text}",
            )
        )
    level(fig, BOUNDS[quantity], "bearable", dark)
    fig.add_vline(x=now, line={"width": 1.5, "color": MARKER[dark]})
    return fig
