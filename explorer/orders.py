"""The same inputs in two orders: how the second is found, and what both networks make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from explorer.feedforward import BagOfWords
from explorer.gradients import GradientTrace
from explorer.recipe import Recipe
from explorer.sequences import Sequence, typed, words
from explorer.shapes import Array
from explorer.trace import Trace

ORDERS = {"shuffled": "Shuffled", "reversed": "Reversed", "own": "Your order"}


def labels(sequence: Sequence) -> tuple[str, ...]:
    """Return what each input is called: its word, or the step at which it was first read."""
    return sequence.words or tuple(str(t + 1) for t in range(len(sequence.xs)))


def shuffled(names: tuple[str, ...], seed: int) -> list[int]:
    """Draw an order that reads differently, if there is one."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(names)).tolist()
        if len(set(names)) == 1 or tuple(names[k] for k in order) != names:
            return order


def wished(names: tuple[str, ...], tokens: tuple[str, ...]) -> tuple[list[int], str]:
    """Return the order in which ``tokens`` name the inputs, and a sentence on what did not fit.

    What is named but not there is left out; what is there but not named comes last.
    """
    left, order, foreign = list(range(len(names))), [], []
    for token in tokens:
        place = next((k for k in left if names[k] == token), None)
        if place is None:
            foreign.append(token)
        else:
            left.remove(place)
            order.append(place)
    remarks = []
    if foreign:
        remarks.append(f"Left out {quoted(foreign)}, of which the first order has no more.")
    if left and order:
        remarks.append(f"Put {quoted([names[k] for k in left])} last, which you did not name.")
    return order + left, " ".join(remarks)


def quoted(found: list[str]) -> str:
    """Return the first few of these words as a sentence shows them."""
    said = list(dict.fromkeys(found))
    return ", ".join(f"“{word[:12]}”" for word in said[:3]) + (" …" if said[3:] else "")


def tokens(recipe: Recipe) -> tuple[tuple[str, ...], str]:
    """Read the order that the visitor typed as the first was read; say what was left out."""
    if not recipe.second.strip():
        return (), ""
    if recipe.input in ("words", "numbers"):
        read = (words if recipe.input == "words" else typed)(recipe.second)
        return read.words or (), read.remark
    named = re.split(r"[\s,;]+", recipe.second.strip(" ,;"))
    return tuple(str(int(name)) if name.isdecimal() else name for name in named if name), ""


def second(recipe: Recipe, sequence: Sequence) -> tuple[Sequence, str]:
    """Return the inputs of ``sequence`` in the second order, and a sentence on what was amended."""
    names, remark = labels(sequence), ""
    if recipe.order == "shuffled":
        order = shuffled(names, recipe.shuffle)
    elif recipe.order == "reversed":
        order = list(range(len(names)))[::-1]
    else:
        named, unread = tokens(recipe)
        order, amended = wished(names, named)
        remark = " ".join(filter(None, (unread, amended)))
    moved = replace(sequence, xs=sequence.xs[order], words=tuple(names[k] for k in order))
    return moved, remark


@dataclass(frozen=True, eq=False)
class Reading:
    """What the two networks make of one order: the bag's answers (T+1, B, H), the trace."""

    sequence: Sequence
    bag: Array
    trace: Trace

    @classmethod
    def of(cls, recipe: Recipe, sequence: Sequence) -> Reading:
        """Let the networks of a recipe read a sequence."""
        cell = recipe.build()
        bag = BagOfWords.init(np.random.default_rng([recipe.seed, 3]), cell.D, recipe.H)
        return cls(sequence, bag(sequence.xs), Trace.of(cell, sequence.xs))


def distances(a: Array, b: Array) -> Array:
    """Return how far two films of states (T+1, B, S) are apart at every step."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linalg.norm(a[:, 0] - b[:, 0], axis=1)


def used(trace: Trace) -> Array:
    """Return which inputs the last state depends on, (T,): those with a gradient that is not 0."""
    dL_ds = np.zeros_like(trace.s[1:])
    # The gradient of one random combination of all entries: it is 0 only where all of them are.
    dL_ds[-1] = np.random.default_rng(0).standard_normal(trace.s.shape[-1])
    return (GradientTrace.of(trace, dL_ds).dx != 0).any(axis=(1, 2))


def rounding(a: Trace, b: Trace) -> float:
    """Return the distance of two last states up to which it can be rounding error alone."""
    largest = max(np.linalg.norm(trace.s[:, 0], axis=1).max() for trace in (a, b))
    return float(2 * a.T * np.finfo(np.float64).eps * largest)


def parting(a: Sequence, b: Sequence) -> int | None:
    """Return the first step (from 1) at which two sequences read different inputs, if any."""
    apart = (a.xs != b.xs).any(axis=(1, 2))
    return int(np.argmax(apart)) + 1 if apart.any() else None


def unfolded(names: tuple[str, ...], t: int, state: str = "s") -> str:
    """Return state t as the step applied to itself, in LaTeX: f(f(s_0, x_1), x_2)."""
    inside = f"{state}_0"
    for name in names[:t]:
        inside = rf"f({inside},\, x_{{\text{{{name}}}}})"
    return f"{state}_{{{t}}} = {inside}"
