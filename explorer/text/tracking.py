"""Which unit keeps track of what: correlation of units with facts about the text read so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.text.reading import Reading

SHIFTS = 40


@dataclass(frozen=True)
class Tracked:
    """A fact and the unit that follows it best.

    ``r`` is their correlation over the text, ``chance`` the best that any unit reaches in 39 of 40
    cases when the fact is shifted against the text, and so means nothing.
    """

    fact: str
    slot: str
    unit: int
    r: float
    chance: float


def facts(text: str) -> dict[str, Array]:
    """Return what is true after each letter, (T,) each: numbers that depend on the text alone."""
    T = len(text)
    found = {
        name: np.zeros(T)
        for name in (
            "inside double quotes", "depth of brackets", "place in the line",
            "letters of the word so far", "capital letter", "digit", "vowel", "space or new line",
            "words in the line so far", "indent of the line",
        )
    }  # fmt: skip
    quoted, depth, place, letters, words, indent, blank = 0, 0, 0, 0, 0, 0, True
    for t, letter in enumerate(text):
        if letter == '"':
            quoted = 1 - quoted
        depth = max(0, depth + (letter in "([{") - (letter in ")]}"))
        if letter == "\n":
            place = letters = words = indent = 0
            blank = True
        else:
            place += 1
            blank = blank and letter == " "
            indent += blank
            words += letters == 0 and letter.isalnum()
            letters = letters + 1 if letter.isalnum() else 0
        values = (
            quoted, depth, place, letters, letter.isupper(), letter.isdigit(),
            letter.lower() in "aeiou", letter in " \n", words, indent,
        )  # fmt: skip
        for fact, value in zip(found.values(), values, strict=True):
            fact[t] = value
    return found


def standardised(columns: Array) -> Array:
    """Return columns (T, n) with mean 0 and length 1; 0 where a column never changes."""
    columns = columns - columns.mean(axis=0)
    sizes = np.sqrt((columns**2).sum(axis=0))
    return np.where(sizes > 1e-12, columns / np.where(sizes > 0, sizes, 1.0), 0.0)


def tracked(reading: Reading, rng: np.random.Generator) -> list[Tracked]:
    """Return for each fact that changes in this text the unit that follows it best, best first."""
    cell, trace = reading.model.cell, reading.film.trace
    states = trace.s[1:, 0].astype(np.float64)
    if reading.T < 8 or not np.isfinite(states).all():
        return []
    units, found = standardised(states), []
    named = [(slot, unit) for slot, width in cell.widths.items() for unit in range(width)]
    for fact, values in facts(reading.text).items():
        fact_unit = standardised(values[:, None])[:, 0]
        if not fact_unit.any():
            continue
        r = units.T @ fact_unit
        shifts = rng.integers(reading.T // 4, reading.T - reading.T // 4 + 1, SHIFTS)
        shifted = np.stack([np.roll(fact_unit, by) for by in shifts], axis=1)
        chance = np.sort(np.abs(units.T @ shifted).max(axis=0))[-2]
        best = int(np.abs(r).argmax())
        found.append(Tracked(fact, *named[best], float(r[best]), float(chance)))
    return sorted(found, key=lambda each: each.chance - abs(each.r))
