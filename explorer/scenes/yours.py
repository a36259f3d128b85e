"""A visitor's own network as films: a layer's run, its Jacobian spectra, its exponents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from explorer.checkpoints.layers import Found
from explorer.checkpoints.networks import imported
from explorer.checkpoints.study import Study
from explorer.checkpoints.surroundings import of_model, summary
from explorer.dynamics.itemised import chain, itemised
from explorer.dynamics.lyapunov import Lyapunov, lyapunov_spectrum
from explorer.dynamics.spectra import Spectra, affordable, decomposable, spectra
from explorer.film import Axis, Curves, Heat, Line
from explorer.gradients import GradientTrace
from explorer.numerals import measured, numeral
from explorer.palette import MARKER, NORM, nth, nth_dash
from explorer.scenes.matrix import links, triangle, verdict
from explorer.scenes.signals import gates, gradient_norms, inputs, states
from explorer.sequences import Sequence
from explorer.shapes import Array
from explorer.trace import Trace
from explorer.wiring.stack_films import StackTrace

MOST = 24  # rows of a spectrum that are shown
View = tuple[tuple[Heat | Curves, ...], str]  # panels, and what they say


def assumed(found: Found, head: str, embedding: str, activation: str) -> str:
    """Return what is assumed of a module because a file of weights does not say it."""
    said = ["every state begins at 0"]
    if found.kind == "RNN":
        said.append(f"the activation is {activation} (nn.RNN can be tanh or relu)")
    if found.members:
        said.append(f"nothing stands between the {len(found.members)} modules of the stack")
    if embedding:
        said.append(f"the inputs are rows of {embedding}")
    said.append(f"{head} reads the top layer" if head else "no read-out follows")
    return f"Assumed, because a file of weights does not say it: {'; '.join(said)}."


def other_activation(study: Study, activation: str) -> str:
    """Return how far the run of an nn.RNN would differ with the other activation."""
    other = "relu" if activation == "tanh" else "tanh"
    network = imported(study.network.found, other)
    with np.errstate(over="ignore", invalid="ignore"):
        away = np.abs(StackTrace.of(network.stack, study.trace.x).h - study.trace.h).max()
    return (
        f"With {other} the hidden states would differ by up to {numeral(float(away), 3)} on this "
        "sequence: choose the one that the network was trained with."
    )


def not_applied(unused: Mapping[str, str], notes: Iterable[str]) -> str:
    """Return what of a file a picture leaves out, and how arrays in pieces were put together."""
    said = list(notes)
    rest = summary(unused)
    if rest:
        said.append(
            f"The file also holds what is not applied here: {rest}. The picture is that of the "
            "chosen layer alone, not of the whole model."
        )
    return " ".join(said)


def origin(found: Found, unused: Mapping[str, str], partial: bool, ours: bool) -> str:
    """Return the badge: "real" only where the whole model of the file is applied as it is.

    ``partial`` says that the file itself is only a part of a model.
    """
    if ours:
        return "✓ real · the example, trained beforehand · float64"
    count = len(of_model(unused))
    if count:
        arrays = "1 array" if count == 1 else f"{count} arrays"
        return f"part of your file · {arrays} not applied · float64"
    if partial:
        return "your file, in part · float64"
    if found.kind == "RNN":
        return "your file · activation not in the file · float64"
    if found.members:
        return "your file · order of the modules assumed · float64"
    return "✓ real · your file · float64"


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


def signals(
    trace: Trace, gradients: GradientTrace, y: Array, read: Sequence | None, way: int
) -> View:
    """Return the signals of one layer; ``read`` is the sequence, if this is the lowest layer."""
    panels = (
        inputs(trace, read),
        *gates(trace),
        *states(trace),
        said(y, way),
        gradient_norms(gradients),
    )
    return panels, (
        "Gates are recomputed at every step; the gradient is that of the loss on the outputs, "
        "carried back through all layers above."
    )


def matrix(trace: Trace, at: int, cursor: int) -> View:
    """Return the itemised matrix of one layer, and the links of the chosen entry."""
    if affordable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the matrix", affordable(trace.T, trace.cell.S))
    t = min(at, trace.T)
    k = min(cursor, t)
    parts = chain(trace, t, k)
    return (*triangle(itemised(trace), trace.cell), *links(parts, t, k)), verdict(parts)


def spectrum(trace: Trace) -> View:
    """Return the spectra of the Jacobians of one layer."""
    if decomposable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the spectra", decomposable(trace.T, trace.cell.S))
    return spectrum_panels(spectra(trace)), (
        "A gradient is multiplied by these matrices on its way back: it cannot grow by more than "
        "the largest singular value at a step, nor shrink by more than the smallest."
    )


def exponents(trace: Trace, seed: int) -> View:
    """Return the Lyapunov exponents of one layer along the sequence."""
    if affordable(trace.T, trace.cell.S) < trace.T:
        return too_long(trace, "the exponents", affordable(trace.T, trace.cell.S))
    found = lyapunov_spectrum(
        trace.cell, trace.x[:, 0], trace.s[0, 0], warmup=0, rng=np.random.default_rng(seed),
        count=min(trace.cell.S, 16),
    )  # fmt: skip
    rate, error = found.leading, found.leading_error
    course = "grow" if rate > 0 else "fade"
    if abs(rate) <= 2 * np.nan_to_num(error):
        course = "may grow or fade: the sequence is too short to tell"
    return exponent_panels(found, trace.T), (
        f"Along these {trace.T} steps small differences {course}: the leading exponent is "
        f"**{measured(rate, error, signed=True)}** nats per step, a factor of "
        f"{measured(np.exp(rate), np.exp(rate) * error)}. {found.remark}"
    )


def too_long(trace: Trace, what: str, steps: int) -> View:
    """Return the states alone, and a sentence that says what would not be interactive, and how."""
    count = "a single step" if steps == 1 else f"{steps} steps"
    return (states(trace)[0],), (
        f"With {trace.cell.S} numbers of state {what} of {trace.T} steps would take too long to "
        f"wait for, so only the states are shown: shorten the sequence to {count}."
    )


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
