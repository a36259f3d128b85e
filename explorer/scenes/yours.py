"""A visitor's own network as films: a layer's run, its Jacobian spectra, its exponents."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.lyapunov import Lyapunov
from explorer.dynamics.spectra import Spectra
from explorer.film import Axis, Curves, Heat, Line
from explorer.palette import MARKER, NORM, nth, nth_dash
from explorer.sequences import Sequence
from explorer.shapes import Array
from explorer.trace import Trace

MOST = 24  # rows of a spectrum that are shown


def reading_axis(trace: Trace, sequence: Sequence, way: int) -> Axis:
    """Return the axis of states s_0 .. s_T, in the order in which this direction reads."""
    words = sequence.words[::-1] if way and sequence.words else sequence.words
    label = "step t of its own reading, from the end" if way else "step t"
    return Axis(trace.T + 1, label=label, words=("", *words) if words else None)


def said(y: Array, way: int) -> Heat:
    """Return what the whole network says at each step, in the order of this direction."""
    rows = y[::-1, 0] if way else y[:, 0]
    tall = min(1.5, max(0.3, rows.shape[1] / 10))
    return Heat("y", "output of the network", "y_t", rows, start=1, tall=tall)


def spectrum_panels(found: Spectra) -> tuple[Heat | Curves, ...]:
    """Return the largest values of each step as lines over time, all of them as heat panels."""
    lines = (
        Line("largest singular value", found.singular[:, 0], start=1, ink=NORM),
        Line("largest |λ|, the spectral radius", found.moduli[:, 0], start=1, ink=MARKER),
        Line("smallest singular value", found.singular[:, -1], start=1, ink=nth(2), dash="dot"),
    )
    return (
        Curves("largest", "how far a step stretches", "", lines, log=True, tall=1.6),
        Heat("moduli", "moduli of the eigenvalues", "|λ(J_t)|", found.moduli[:, :MOST],
             scale="log", start=1),
        Heat("singular", "singular values", "σ(J_t)", found.singular[:, :MOST],
             scale="log", start=1),
    )  # fmt: skip


def exponent_panels(found: Lyapunov, T: int) -> tuple[Curves, ...]:
    """Return how the running estimates of the exponents settle along the sequence."""
    shown = found.running[:, : min(8, found.running.shape[1])]
    ticks = np.arange(1, T + 1)
    lines = tuple(
        Line(f"λ{k + 1}", np.interp(ticks, found.times, shown[:, k]), start=1, ink=nth(k),
             dash=nth_dash(k))
        for k in range(shown.shape[1])
    )  # fmt: skip
    return (Curves("exponents", "exponents along this sequence", "λ", lines, unit="nats per step",
                   tall=2.4),)  # fmt: skip
