"""What an error costs in seconds of work, for several ways to train one network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from plotly.graph_objects import Figure, Scatter

from explorer.figures.theme import blank
from explorer.numerals import numeral
from explorer.palette import nth, nth_dash
from explorer.shapes import Array


def training_cost(ways: Mapping[str, tuple[Array, Array]], dark: bool = False) -> Figure:
    """Plot the error against the seconds of work, both on log axes, one line for each way.

    ``ways`` maps a name to seconds and errors of the same length; a single point, as of a solve, is
    drawn as a diamond. What is 0 or not finite has no place on a log axis and is left out.
    """
    fig = blank(x="seconds of work", y="error on held-out data", dark=dark, log=True)
    for axis in (fig.layout.xaxis, fig.layout.yaxis):
        axis.update(type="log", exponentformat="power", dtick=1)
    fig.update_layout(hovermode="closest", height=380)
    for k, (name, (seconds, errors)) in enumerate(ways.items()):
        seconds, errors = np.asarray(seconds), np.asarray(errors)
        with np.errstate(invalid="ignore"):
            drawn = np.isfinite(errors) & (errors > 0) & (seconds > 0)
        alone = drawn.sum() == 1
        fig.add_trace(
            Scatter(
                x=seconds[drawn],
                y=errors[drawn],
                name=name,
                mode="markers" if alone else "lines",
                marker={"color": nth(k)[dark], "size": 13, "symbol": "diamond"},
                line={"color": nth(k)[dark], "width": 2.5, "dash": nth_dash(k)},
                text=[numeral(error) for error in errors[drawn]],
                hovertemplate="%{text} after %{x:.2f} s",
            )
        )
    return fig
