"""A network that reads what it has written: sampling, and running free beside the true text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.text.reading import Reading, softmax


@dataclass(frozen=True, eq=False)
class Writing:
    """What a network wrote: ``p`` (n, V) are the odds, at its temperature, of each letter.

    ``told`` (n,) is what it would have said to the letters of the true text in their place, in
    nats, where there is one.
    """

    text: str
    p: Array
    told: Array


def write(
    reading: Reading,
    start: int,
    count: int,
    temperature: float,
    rng: np.random.Generator,
) -> Writing:
    """Continue after the first ``start`` letters of a reading, each letter drawn and then read.

    A temperature of 0 takes the likeliest letter; the stand-in for rare letters is never written.

    Raises
    ------
    ValueError
        When the start lies outside of the text or the temperature below 0.
    """
    if not 1 <= start <= reading.T or temperature < 0:
        raise ValueError(
            f"write: wanted a start from 1 to {reading.T} and a temperature of at least 0, got "
            f"{start} and {temperature}."
        )
    model, vocabulary = reading.model, reading.vocabulary
    cell, V = model.cell, len(reading.vocabulary)
    s, y = reading.film.trace.s[start], reading.film.y[start - 1]
    true = reading.vocabulary.encode(reading.text)
    written, odds, told = [], np.empty((count, V)), np.full(count, np.nan)
    xs = np.eye(V, dtype=model.dtype)
    for k in range(count):
        plain = np.asarray(y[0], np.float64)
        if start + k < reading.T:
            told[k] = np.log(np.exp(plain - plain.max()).sum()) + plain.max()
            told[k] -= plain[true[start + k]]
        plain = plain.copy()
        plain[-1] = -np.inf
        if temperature:
            odds[k] = softmax(plain, temperature)
            letter = int(np.searchsorted(np.cumsum(odds[k]), rng.random()).clip(0, V - 2))
        else:
            letter = int(plain.argmax())
            odds[k] = xs[letter]
        written.append(letter)
        step = cell.step(start + k, xs[letter : letter + 1], s)
        s = step.s
        y = model.readout(cell.slot(s, "h"))
    return Writing(vocabulary.decode(written), odds, told)
