"""A text read by a network, and a text that it writes: letters, expectations, units, influence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from explorer.film import Axis, Curves, Heat, Line, Passage
from explorer.learning.history import History
from explorer.numerals import numeral, percent
from explorer.palette import NORM, nth
from explorer.scenes.signals import signal
from explorer.shapes import Array
from explorer.text.reading import Reading
from explorer.text.vocabulary import visible
from explorer.text.writing import Writing

GUESSES = 8


def letters_axis(count: int) -> Axis:
    """Return the axis of a text: tick t is the moment after letter t was read."""
    return Axis(count=count, first=1, label="letter t")


def expected(p: Array, shown: tuple[str, ...], came: Array) -> tuple[Heat, tuple[str, ...]]:
    """Return the likeliest letters of each tick, with the one that came as the last if need be.

    Their odds are a panel out of sight, their names one string for each tick; ``came`` (T,) are
    the letters that followed.
    """
    count = min(GUESSES, p.shape[1])
    order = np.argsort(-p, axis=1, kind="stable")[:, :count]
    missing = (order != came[:, None]).all(axis=1)
    order[missing, -1] = came[missing]
    odds = Heat("odds", "next letter", "p", np.take_along_axis(p, order, 1), scale="unit", tall=0)
    return odds, tuple("".join(shown[k] for k in row) for row in order)


def legible(text: str) -> str:
    """Return a text with a sign for every letter that has no shape of its own."""
    return "".join(letter if letter in " \n" else visible(letter) for letter in text)


def told(reading: Reading) -> Heat:
    """Return the probability that each letter was given beforehand, as a panel out of sight."""
    p = np.exp(-np.nan_to_num(reading.surprise))[:, None]
    first = min(1, reading.T - 1)  # nobody foretold the first, but a panel needs a value
    return Heat(
        "told", "probability of the letter", "p(x_t)", p[first:], scale="unit", start=first, tall=0
    )


def reach(found: Array) -> Heat:
    """Return what each prediction owes to the letters before it: row k is the letter k before."""
    return Heat(
        "reach", "influence of the letter k before", "‖∂ log p / ∂x_{t-k}‖", found, scale="log",
        rows=tuple(f"k = {k}" for k in range(found.shape[1])),
    )  # fmt: skip


def surprise(reading: Reading) -> Curves:
    """Return how surprising each letter was, in nats."""
    values = reading.surprise if reading.T > 1 else np.zeros(1)
    line = Line("surprise", values, ink=NORM)
    return Curves("surprise", "surprise at the letter", "−log p", (line,), unit="nats", low=0.0)


def letter_units(reading: Reading) -> tuple[Heat, ...]:
    """Return the slots of the state after each letter.

    A slot without bounds is coloured up to what all but a hundredth of its values keep to: a unit
    or two often run far ahead and would leave the others pale.
    """
    trace = reading.film.trace
    panels = []
    for name in trace.cell.slots:
        values = trace.slot(name)[1:, 0]
        panel = signal(trace.cell, name, values, 0)
        finite = np.abs(values[np.isfinite(values)])
        if trace.cell.ranges[name] is None and finite.size:
            panel = replace(panel, limit=float(np.quantile(finite, 0.99)) or None)
        panels.append(panel)
    return tuple(panels)


def passage(reading: Reading, guesses: tuple[str, ...], paint: str) -> Passage:
    """Return the letters that were read, to be coloured by what stands in the panels."""
    shown = reading.vocabulary.shown
    return Passage(
        legible(reading.text),
        "the text, letter by letter",
        units=tuple(reading.model.cell.slots),
        told="told" if reading.T > 1 else None,
        reach="reach",
        odds="odds",
        guesses=guesses,
        came="".join(shown[k] for k in reading.followed[:-1]),
        paint=paint,
    )


def written(reading: Reading, start: int, writing: Writing, context: int = 40) -> dict[str, object]:
    """Return axis, panels and passage of a continuation, with some of the text before it."""
    first = max(0, start - context)
    p = np.concatenate([reading.p[first:start], writing.p])
    text = legible(reading.text[first:start] + writing.text)
    seen = reading.vocabulary.encode(reading.text[first:start] + writing.text)
    odds, guesses = expected(p, reading.vocabulary.shown, np.append(seen[1:], p[-1].argmax()))
    numbers = reading.vocabulary.encode(writing.text)
    own = writing.p[np.arange(len(numbers)), numbers]
    before = np.exp(-np.nan_to_num(reading.surprise[first:start], nan=0.0))
    shown = Heat(
        "told", "probability of the letter", "p", np.concatenate([before, own])[:, None],
        scale="unit", tall=0,
    )  # fmt: skip
    return {
        "axis": Axis(count=len(text), first=first + 1, label="letter t"),
        "panels": (shown, odds),
        "passage": Passage(
            text, "what the network writes, reading its own letters", told="told", odds="odds",
            guesses=guesses, came="".join(reading.vocabulary.shown[k] for k in seen[1:]),
            given=start - first, paint="told",
        ),
    }  # fmt: skip


def forced_and_free(
    reading: Reading, start: int, writing: Writing, axis: Axis
) -> tuple[Curves, ...]:
    """Return the surprise at the true text, read letter by letter and while reading its own."""
    n = min(len(writing.told), reading.T - start)
    if n < 2:
        return ()
    offset = start + 1 - axis.first
    lines = (
        Line("it reads the text", reading.surprise[start : start + n], offset, ink=NORM),
        Line("it reads its own letters", writing.told[:n], offset, ink=nth(1), dash="dash"),
    )
    return (
        Curves(
            "forced", "surprise at the true text", "−log p", lines, unit="nats", low=0.0, tall=1.2
        ),
    )


def lesson_curve(history: History, most: int = 400) -> tuple[Axis, Curves]:
    """Return the loss of a network that learns, with what knowing only the present letter gives."""
    stride = -(-max(history.N, 1) // most)
    smooth = history.smooth[stride - 1 :: stride] if history.N else np.full(1, np.nan)
    baseline = np.full(len(smooth), history.training.task.baseline())
    lines = (
        Line("mean of the last 20 batches", smooth, ink=NORM),
        Line("best without memory", baseline, ink=nth(5), dash="dot"),
    )
    axis = Axis(count=len(smooth), first=stride, stride=stride, label="update n", grows=True)
    return axis, Curves("loss", "loss", "L", lines, unit="nats a letter", low=0.0, tall=1.2)


def reading_summary(reading: Reading) -> str:
    """Return one sentence that says what the film shows, for those who cannot see it."""
    return (
        f"{reading.model.cell.name} network with {reading.model.cell.H} units reading "
        f"{reading.T} letters; mean surprise {numeral(reading.loss)} nats a letter."
    )


def surprise_said(reading: Reading) -> str:
    """Return in words how much a text surprises its reader."""
    if reading.T < 2:
        return "One letter alone surprises nobody: read a few more."
    letters = len(reading.vocabulary)
    surprise = f"Mean surprise {numeral(reading.loss)} nats a letter"
    known = f"It can predict {letters} signs: {letters - 1} letters and one sign for all others."
    if reading.loss > np.log(letters):
        return (
            f"{surprise}: worse than guessing. To call all {letters} signs equally likely would "
            f"give {numeral(np.log(letters))} nats. {known}"
        )
    return (
        f"{surprise}, as if it chose among {numeral(np.exp(reading.loss))} equally likely signs "
        f"each time. {known}"
    )


def strangers(reading: Reading) -> str:
    """Return in words how many letters the network cannot tell apart."""
    return (
        f"{percent(reading.unknown)} of these letters have no number of their own among the "
        f"{len(reading.vocabulary) - 1} letters that the network tells apart: "
        f"it reads them all as one sign."
    )
