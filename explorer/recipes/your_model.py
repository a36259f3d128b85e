"""Settings of the page about a visitor's own model: what of it, what it reads, what to see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.entries import Choice, Linked, Text, Whole, entry
from explorer.sequences import GENERATED, LONGEST, Sequence, generated
from explorer.shapes import Array

READ = {
    **{name: name for name in GENERATED},
    "numbers": "your numbers",
    "letters": "letters of a text",
    "file": "a file of yours",
}
VIEWS = {
    "film": "states and gates",
    "matrix": "gradient matrix",
    "spectrum": "Jacobian spectra",
    "exponents": "Lyapunov exponents",
}
LOSSES = {"last": "the last output", "every": "every output"}
# Pulses at these steps, each on another input than the one before, and silence between.
PULSES = {2: 1, 6: -1, 10: 1, 16: -1, 22: 1, 28: 1, 34: -1}
EXAMPLE = 40  # steps
SPELL = "One letter for each row of the embedding, or for each input, in the order of training."


@dataclass(frozen=True)
class YourModel(Linked):
    """Everything on the page but the model itself, which stays in the visitor's session."""

    module: str = entry("", Text(300), "net")
    layer: int = entry(1, Whole(1, 8), label="Layer")
    way: str = entry("forward", Choice(("forward", "backward")), label="Direction")
    activation: str = entry(
        "tanh", Choice(("tanh", "relu")), "act", label="Activation",
        help="A state dict of nn.RNN does not say which one it was trained with.",
    )  # fmt: skip
    # The first in the file, unless one is named; "" means none.
    head: str = entry("first", Text(300))
    embedding: str = entry("first", Text(300))
    input: str = entry("numbers", Choice(tuple(READ)), label="It reads", shown=READ)
    numbers: str = entry(
        "", Text(4000), label="Your numbers",
        help="Numbers of one step apart by spaces, steps by ; as in 1 0; 0 1. With nothing here "
        "it reads an example of the file's own width.",
    )  # fmt: skip
    text: str = entry("to be or not to be", Text(2000, blank=False), label="Your text")
    alphabet: str = entry("", Text(600), label="Letters it knows", help=SPELL)
    T: int = entry(60, Whole(1, LONGEST), label="Steps T")
    loss: str = entry("last", Choice(tuple(LOSSES)), label="Loss looks at", shown=LOSSES)
    view: str = entry("film", Choice(tuple(VIEWS)), label="Show", shown=VIEWS)
    seed: int = entry(0, Whole(0, 9999), label="Seed")
    at: int = entry(LONGEST, Whole(1, LONGEST))
    unit: int = entry(1, Whole(1, 512))
    cursor: int = entry(30, Whole(0, LONGEST), "t")

    def sequence(self, D: int, rows: Array | None, table: Array | None) -> Sequence:
        """Return what the model reads, D numbers a step.

        ``rows`` (T, D) are those of an uploaded file, ``table`` (V, D) an embedding of letters.
        """
        if self.input == "numbers":
            blank = not self.numbers.strip()
            return example(D, table) if blank else steps_of(self.numbers, D)
        if self.input == "letters":
            return letters(self.text, self.alphabet, D, table)
        if self.input == "file" and rows is not None:
            return fitted(rows, D)
        choice = "noise" if self.input == "file" else self.input
        found = generated(choice, np.random.default_rng([self.seed, 1]), self.T, D)
        if self.input == "file":
            return Sequence(found.xs, remark="No file of numbers is here yet; this is noise.")
        return found


def example(D: int, table: Array | None) -> Sequence:
    """Return what a model reads before it is given anything: rows of its embedding, or pulses."""
    if table is not None:
        rows = np.arange(min(EXAMPLE, len(table)))
        return Sequence(table[rows].astype(np.float64)[:, None, :], tuple(map(str, rows)))
    xs = np.zeros((EXAMPLE, 1, D))
    for k, (t, height) in enumerate(PULSES.items()):
        xs[t - 1, 0, k % D if len(PULSES) > D else k * D // len(PULSES)] = height
    return Sequence(xs)


def steps_of(text: str, D: int) -> Sequence:
    """Read steps apart by ; or new lines, D numbers each, or one row of numbers that fill steps.

    Steps of fewer numbers are filled with 0, those of more are cut.
    """
    rows = [row.replace(",", " ").split() for row in text.replace("\n", ";").split(";")]
    rows = [row for row in rows if row]
    if len(rows) == 1 and len(rows[0]) > D and len(rows[0]) % D == 0:
        rows = [rows[0][k : k + D] for k in range(0, len(rows[0]), D)]
    good, bad, other = [], [], 0
    for row in rows:
        try:
            numbers = [float(part) for part in row]
        except ValueError:
            numbers = []
        right = len(numbers) > 0 and all(abs(number) <= 1e6 for number in numbers)
        other += right and len(numbers) != D
        numbers = (numbers + [0.0] * D)[:D]
        (good if right else bad).append(numbers if right else " ".join(row))
    remark = ""
    if other:
        remark = f"{other} steps had other than {D} numbers: filled with 0, or cut. "
    if bad:
        shown = f"“{bad[0][:20]}”" + (f" and {len(bad) - 1} more" if bad[1:] else "")
        remark += f"Left out {shown}: wanted {D} numbers between -1e6 and 1e6 for each step."
    if not good:
        good, remark = [[0.0] * D], f"{remark} With nothing left, one step of zeros stands in."
    if len(good) > LONGEST:
        remark += f" Kept the first {LONGEST} of {len(good)} steps."
    return Sequence(np.array(good[:LONGEST])[:, None, :], remark=remark.strip())


def letters(text: str, alphabet: str, D: int, table: Array | None) -> Sequence:
    """Read the letters of a text, as one of D inputs that is 1 or as a row of an embedding."""
    known = list(dict.fromkeys(alphabet or sorted(set(text))))
    V = D if table is None else len(table)
    remarks = []
    if len(known) > V:
        remarks.append(f"The model tells {V} letters apart, so only the first {V} are used.")
    index = {letter: k for k, letter in enumerate(known[:V])}
    read = [letter for letter in text if letter in index]
    if len(read) < len(text):
        remarks.append(f"{len(text) - len(read)} letters that it does not know were left out.")
    if len(read) > LONGEST:
        remarks.append(f"Kept the first {LONGEST} of {len(read)} letters.")
    read = read[:LONGEST]
    if not read:
        remarks.append("No letter was left, so it reads a single step of zeros.")
        return Sequence(np.zeros((1, 1, D)), ("…",), remark=" ".join(remarks))
    rows = np.eye(D) if table is None else table
    xs = rows[[index[letter] for letter in read]][:, None, :].astype(np.float64)
    words = tuple("␣" if letter.isspace() else letter for letter in read)
    return Sequence(xs, words, remark=" ".join(remarks))


def fitted(rows: Array, D: int) -> Sequence:
    """Return the rows of a file as steps; columns too many are left out, too few are zeros."""
    remarks = []
    if len(rows) > LONGEST:
        remarks.append(f"Kept the first {LONGEST} of {len(rows)} steps.")
    if rows.shape[1] != D:
        remarks.append(
            f"The file has {rows.shape[1]} columns and the model {D} inputs: "
            + ("the others are left out." if rows.shape[1] > D else "the others are 0.")
        )
    rows = rows[:LONGEST, :D]
    rows = np.pad(rows, ((0, 0), (0, D - rows.shape[1])))
    return Sequence(rows[:, None, :].astype(np.float64), remark=" ".join(remarks))
