"""How much of a memory is left, against how many are stored."""

from __future__ import annotations

from plotly.graph_objects import Figure, Scatter

from explorer.figures.theme import band, blank
from explorer.memory.capacity import Capacity, MeanField
from explorer.palette import MUTED, nth

NAMES = {"hebb": "Hebb", "storkey": "Storkey", "projection": "pseudo-inverse"}
DASHES = ("solid", "dash", "dot")
LIMIT = 0.138


def load_curve(measured: Capacity, theory: MeanField, N: int, dark: bool = False) -> Figure:
    """Plot the overlap that stays against load P/N, one line with its band for each rule.

    The line is the mean over seeds, the band reaches from the lowest to the highest; the theory is
    that of infinitely many units under Hebb's rule.
    """
    fig = blank(x="load P / N", y="overlap that stays", dark=dark)
    load = measured.load
    for k, (rule, rows) in enumerate(measured.overlap.items()):
        colour = nth(k)[dark]
        band(fig, load, rows.min(axis=1), rows.max(axis=1), colour, rule)
        fig.add_trace(
            Scatter(
                x=load,
                y=rows.mean(axis=1),
                name=f"{NAMES[rule]}, N = {N}",
                legendgroup=rule,
                line={"color": colour, "width": 2.5, "dash": DASHES[k % 3]},
                hovertemplate="%{y:.3f}",
            )
        )
    fig.add_trace(
        Scatter(
            x=[*theory.load, theory.load[-1]],
            y=[*theory.overlap, 0.0],
            name="Hebb, N → ∞ (theory)",
            line={"color": MUTED[dark], "width": 2, "dash": "longdash"},
            hovertemplate="%{y:.3f}",
        )
    )
    fig.add_annotation(
        x=LIMIT, y=0.03, text=f"{LIMIT}", showarrow=False, xanchor="left", xshift=5,
        font={"color": MUTED[dark]},
    )  # fmt: skip
    fig.update_yaxes(range=[-0.03, 1.05])
    fig.update_xaxes(range=[0, float(load[-1]) * 1.01])
    return fig
