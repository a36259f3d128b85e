"""A gradient put to the test: central finite differences on weights drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.cells import Cell
from explorer.gradients import GradientTrace
from explorer.learning.losses import Loss
from explorer.numerals import numeral
from explorer.shapes import scaled_norm
from explorer.trace import Trace

STEPS = (3e-4, 1.5e-4)
ROUNDING = 16 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Weighed:
    """One weight: our derivative, that of the differences, and how far these may be off."""

    name: str
    place: tuple[int, ...]
    ours: float
    theirs: float
    doubt: float


@dataclass(frozen=True)
class GradientCheck:
    """Our gradient beside finite differences on some weights of one network."""

    weights: tuple[Weighed, ...]

    @property
    def error(self) -> float:
        """|ours - theirs| over the checked weights, relative to the larger of the two norms."""
        ours, theirs, miss, _ = self._norms
        largest = max(ours, theirs)
        return miss / largest if largest else miss

    @property
    def doubt(self) -> float:
        """How far the differences may be off by their own account, relative to their norm."""
        _, theirs, _, doubt = self._norms
        return doubt / theirs if theirs else doubt

    @property
    def tells(self) -> bool:
        """Tell whether the differences are sure enough of themselves to judge anything."""
        return bool(self.doubt <= 1e-2)

    @property
    def agrees(self) -> bool:
        """Tell whether ours differs by no more than rounding, or than the differences may err."""
        _, _, miss, doubt = self._norms
        return bool(miss <= doubt or (self.tells and self.error <= max(1e-6, 10 * self.doubt)))

    @property
    def sentence(self) -> str:
        """The outcome, said to a visitor."""
        if not np.isfinite(self.error):
            return "The run or its gradient has left float64: there is nothing to compare."
        if self.agrees and not self.tells:
            return "Both are 0, as far as finite differences can tell it from rounding."
        if self.agrees:
            return f"Ours and the differences agree: relative error {numeral(self.error, 2)}."
        if not self.tells:
            return (
                "Here finite differences cannot follow: with half the step they say something "
                "else, so sharply does the loss bend."
            )
        return f"Ours and the differences do NOT agree: relative error {numeral(self.error, 2)}."

    @property
    def _norms(self) -> tuple[float, ...]:
        rows = [(w.ours, w.theirs, w.ours - w.theirs, w.doubt) for w in self.weights]
        return tuple(float(norm) for norm in scaled_norm(np.array(rows).T))


def gradient_check(
    gradients: GradientTrace, loss: Loss, rng: np.random.Generator, count: int = 8
) -> GradientCheck:
    """Compare ``count`` randomly drawn weights, every array in its turn and no weight twice.

    Central differences of two steps, h and h/2, are extrapolated to h = 0 (Richardson); how much
    they differ tells how far to trust them.
    """
    cell, trace, dcell = gradients.cell, gradients.trace, gradients.dcell.named()
    found = []
    for name, place in drawn(cell, rng, count):
        (wide, _), (narrow, noise) = (slope(trace, loss, name, place, h) for h in STEPS)
        with np.errstate(over="ignore", invalid="ignore"):
            theirs, doubt = narrow + (narrow - wide) / 3, abs(narrow - wide) / 3 + noise
        found.append(Weighed(name, place, float(dcell[name][place]), theirs, doubt))
    return GradientCheck(tuple(found))


def drawn(cell: Cell, rng: np.random.Generator, count: int) -> list[tuple[str, tuple[int, ...]]]:
    """Return the name and the place of ``count`` different weights, or of all if there are fewer.

    The arrays take turns, from one that is drawn; an array whose weights are used up sits out.
    """
    arrays = cell.named()
    order = {name: iter(rng.permutation(array.size)[:count]) for name, array in arrays.items()}
    turns = np.roll(list(arrays), -int(rng.integers(len(arrays))))
    rounds = [[(name, next(order[name], None)) for name in turns] for _ in range(count)]
    found = [pair for turn in rounds for pair in turn if pair[1] is not None][:count]
    return [
        (str(name), tuple(int(i) for i in np.unravel_index(place, arrays[name].shape)))
        for name, place in found
    ]


def slope(
    trace: Trace, loss: Loss, name: str, place: tuple[int, ...], h: float
) -> tuple[float, float]:
    """Return the central difference of the loss in one weight, and what rounding may add to it."""
    weight = trace.cell.named()[name][place]
    h *= max(1.0, abs(float(weight)))
    ends = [moved(trace.cell, name, place, weight + move) for move in (h, -h)]
    with np.errstate(over="ignore", invalid="ignore"):
        up, down = (loss.value(Trace.of(cell, trace.x, trace.s[0])) for cell in ends)
        width = (weight + h) - (weight - h)
        return float((up - down) / width), ROUNDING * max(1.0, abs(up), abs(down)) / h


def moved(cell: Cell, name: str, place: tuple[int, ...], value: float) -> Cell:
    """Return the cell with one of its weights set to this value."""
    array = cell.named()[name].copy()
    array[place] = value
    return replace(cell, **{name: array})


def along(gradients: GradientTrace, loss: Loss, rng: np.random.Generator) -> float:
    """Return the error of the whole gradient along one random direction, relative to its size.

    All weights move at once, so that two runs put every one of them to the test; nan where the
    run or its gradient left float64.
    """
    cell, trace = gradients.cell, gradients.trace
    way = cell.map(lambda array: rng.standard_normal(array.shape))
    with np.errstate(over="ignore", invalid="ignore"):
        ahead, back = (
            loss.value(Trace.of(cell.map(lambda w, d, h=h: w + h * d, way), trace.x, trace.s[0]))
            for h in (2e-6, -2e-6)
        )
        pairs = zip(gradients.dcell.named().values(), way.named().values(), strict=True)
        ours = sum(float(np.sum(g * d)) for g, d in pairs)
        size = gradients.dcell.norm()
        miss = abs((ahead - back) / 4e-6 - ours)
        if not np.isfinite(size):
            return np.nan
        return float(miss / size) if size > 0 else 0.0
