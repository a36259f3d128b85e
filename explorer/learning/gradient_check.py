"""A gradient put to the test: central finite differences on weights drawn at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.cells import Cell
from explorer.gradients import GradientTrace
from explorer.learning.losses import Loss
from explorer.trace import Trace

STEP = 3e-4


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
        return self._relative(np.array([w.ours - w.theirs for w in self.weights]))

    @property
    def doubt(self) -> float:
        """How far, relatively, the differences may be off by their own account."""
        return self._relative(np.array([w.doubt for w in self.weights]))

    @property
    def agrees(self) -> bool:
        """Tell whether ours differs by no more than rounding, or than the differences may err."""
        return bool(self.error <= max(1e-6, 10 * self.doubt))

    @property
    def sentence(self) -> str:
        """The outcome, said to a visitor."""
        if not np.isfinite(self.error):
            return "The run or its gradient has left float64: there is nothing to compare."
        if self.doubt > 1e-2:
            return (
                "Here finite differences cannot follow: halving their step changes their answer "
                f"by {self.doubt:.0%}, so sharply does the loss bend."
            )
        if self.agrees:
            return f"Ours and the differences agree: relative error {self.error:.1e}."
        return f"Ours and the differences do NOT agree: relative error {self.error:.1e}."

    def _relative(self, miss: np.ndarray) -> float:
        ours, theirs = (np.array([getattr(w, k) for w in self.weights]) for k in ("ours", "theirs"))
        with np.errstate(over="ignore", invalid="ignore"):
            size = max(float(np.abs(ours).max()), float(np.abs(theirs).max()))
            if size == 0 or not np.isfinite(size):
                return 0.0 if size == 0 else np.nan
            norms = [float(np.linalg.norm(v / size)) for v in (ours, theirs, miss)]
        return norms[2] / max(norms[:2])


def gradient_check(
    gradients: GradientTrace, loss: Loss, rng: np.random.Generator, count: int = 8
) -> GradientCheck:
    """Compare ``count`` randomly drawn weights, every array in its turn.

    Central differences of two steps, h and h/2, are extrapolated to h = 0 (Richardson); how much
    they differ tells how far to trust them.
    """
    cell, trace, dcell = gradients.cell, gradients.trace, gradients.dcell.named()
    names, start = list(dcell), int(rng.integers(len(dcell)))
    found = []
    for k in range(count):
        name = names[(start + k) % len(names)]
        array = cell.named()[name]
        place = tuple(int(rng.integers(size)) for size in array.shape)
        wide, narrow = (slope(trace, loss, name, place, h) for h in (STEP, STEP / 2))
        with np.errstate(over="ignore", invalid="ignore"):
            theirs, doubt = narrow + (narrow - wide) / 3, abs(narrow - wide) / 3
        found.append(Weighed(name, place, float(dcell[name][place]), theirs, doubt))
    return GradientCheck(tuple(found))


def slope(trace: Trace, loss: Loss, name: str, place: tuple[int, ...], h: float) -> float:
    """Return the central difference of the loss in one weight."""
    weight = trace.cell.named()[name][place]
    h *= max(1.0, abs(float(weight)))
    ends = [moved(trace.cell, name, place, weight + move) for move in (h, -h)]
    with np.errstate(over="ignore", invalid="ignore"):
        values = [loss.value(Trace.of(cell, trace.x, trace.s[0])) for cell in ends]
        return float((values[0] - values[1]) / ((weight + h) - (weight - h)))


def moved(cell: Cell, name: str, place: tuple[int, ...], value: float) -> Cell:
    """Return the cell with one of its weights set to this value."""
    array = cell.named()[name].copy()
    array[place] = value
    return replace(cell, **{name: array})
