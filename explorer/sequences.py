"""Input sequences: generated, typed as numbers, or read from words as one-hot vectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.numerals import numeral
from explorer.shapes import Array
from explorer.tokens import tokens as split

LONGEST = 200
LONGEST_WORD = 24


@dataclass(frozen=True, eq=False)
class Sequence:
    """Inputs ``xs`` (T, 1, D), a label for each step, names of features, what was amended."""

    xs: Array
    words: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    remark: str = ""


def noise(rng: np.random.Generator, T: int, D: int) -> Array:
    """Draw standard normal numbers: every step brings something new."""
    return rng.standard_normal((T, D))


def pulse(rng: np.random.Generator, T: int, D: int) -> Array:
    """Return one pulse at the first step and silence after: what remains is memory."""
    del rng
    xs = np.zeros((T, D))
    xs[0] = 1.0
    return xs


def switch(rng: np.random.Generator, T: int, D: int) -> Array:
    """Return +1 for the first half and -1 for the second."""
    del rng
    return np.repeat(np.where(np.arange(T) < (T + 1) // 2, 1.0, -1.0)[:, None], D, axis=1)


def sine(rng: np.random.Generator, T: int, D: int) -> Array:
    """Return sines of 20 steps per period, each feature at its own phase."""
    del rng
    return np.sin(2 * np.pi * (np.arange(T)[:, None] / 20 + np.arange(D) / max(D, 1) / 2))


def silence(rng: np.random.Generator, T: int, D: int) -> Array:
    """Return zeros: the network alone with its biases."""
    del rng
    return np.zeros((T, D))


GENERATED: dict[str, Callable[[np.random.Generator, int, int], Array]] = {
    f.__name__: f for f in (noise, pulse, switch, sine, silence)
}


def generated(choice: str, rng: np.random.Generator, T: int, D: int) -> Sequence:
    """Return the generated sequence of that name.

    Raises
    ------
    ValueError
        When there is no generator of that name.
    """
    if choice not in GENERATED:
        raise ValueError(f"input: wanted one of {', '.join(GENERATED)}, got {choice!r}.")
    return Sequence(GENERATED[choice](rng, T, D)[:, None, :])


def typed(text: str) -> Sequence:
    """Read numbers separated by spaces, commas, semicolons or new lines, one a step.

    What is not a finite number is left out and said so; with nothing left, one zero stands in.
    """
    good, bad = [], []
    for token in re.split(r"[\s,;]+", text.strip()):
        try:
            value = float(token.replace("−", "-"))
        except ValueError:
            bad.append(token)
            continue
        if abs(value) <= 1e6:
            good.append(value)
        else:
            bad.append(token)
    remarks = []
    bad = [token for token in bad if token != ""]
    if bad:
        shown = ", ".join(f"“{token[:12]}”" for token in bad[:3]) + (" …" if bad[3:] else "")
        remarks.append(f"Left out {shown}: wanted plain numbers between -1e6 and 1e6.")
    if len(good) > LONGEST:
        remarks.append(f"Kept the first {LONGEST} of {len(good)} numbers.")
    if not good:
        remarks.append("No number was left, so the sequence is a single 0.")
    xs = np.array(good[:LONGEST] or [0.0])[:, None, None]
    return Sequence(xs, tuple(numeral(x, 6) for x in xs[:, 0, 0]), remark=" ".join(remarks))


def drawn(text: str, T: int) -> Sequence:
    """Return a line drawn by hand, kept as text: cut, or continued with 0, to T steps."""
    xs = typed(text).xs[:T] if text.strip() else np.zeros((0, 1, 1))
    return Sequence(np.concatenate([xs, np.zeros((T - len(xs), 1, 1))]))


def words(text: str, most: int = 60) -> Sequence:
    """Read words, emoji and . , ! ? as one-hot vectors over those that occur.

    What is left out or shortened is said.
    """
    read = split(text)
    words = [token.lower() for token in read.found]
    empty = "" if words else "No word was found, so the sequence is one empty word."
    remarks = [empty, read.remark()]
    if len(words) > most:
        remarks.append(f"Kept the first {most} of {len(words)} words.")
    long = [word for word in words[:most] if len(word) > LONGEST_WORD]
    if long:
        remarks.append(f"Cut “{long[0][:LONGEST_WORD]}…” to {LONGEST_WORD} letters.")
    words = [word[:LONGEST_WORD] for word in words[:most]] or ["…"]
    remark = " ".join(filter(None, remarks))
    vocabulary = list(dict.fromkeys(words))
    xs = np.zeros((len(words), 1, len(vocabulary)))
    xs[np.arange(len(words)), 0, [vocabulary.index(token) for token in words]] = 1.0
    return Sequence(xs, tuple(words), tuple(vocabulary), remark)
