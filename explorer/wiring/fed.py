"""A network with a way from its output back in: what it says at a step it reads at the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import BackStep
from explorer.readout import Readout
from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Fed(Weights):
    """A network with a way from its output back in.

    A cell whose W_hh reads its own output (Jordan) is fed there, and has no read-out besides; every
    other cell is fed through its input, and its output is read from its hidden state.
    """

    cell: Cell
    readout: Readout | None = None

    def __post_init__(self) -> None:
        if (self.readout is None) != (self.cell.fed != "h"):
            raise ValueError(
                f"Fed: wanted a read-out if, and only if, W_hh of the {self.cell.name} network "
                "reads its hidden state; its own output needs no second one."
            )
        if self.readout is not None and self.readout.b_y.shape[0] != self.cell.D:
            raise ValueError(
                f"Fed: wanted as many outputs as inputs, for they are eaten, got "
                f"{self.readout.b_y.shape[0]} outputs and D = {self.cell.D}."
            )

    @classmethod
    def init(
        cls,
        rng: np.random.Generator,
        kind: type[Cell],
        H: int,
        O: int,  # noqa: E741
        **settings: Any,
    ) -> Self:
        """Draw a network of this kind with H units and O outputs, and no other input."""
        if kind.fed != "h":
            return cls(kind.init(rng, 1, H, **settings).narrowed(O))
        return cls(kind.init(rng, O, H, **settings), Readout.init(rng, H, O))

    @property
    def O(self) -> int:  # noqa: E743
        """Number of outputs."""
        return self.cell.widths[self.cell.fed] if self.readout is None else self.cell.D

    def served(self, s: Array, meal: Array) -> tuple[Array, Array]:
        """Return input (B, D) and state (B, S) of a step that eats ``meal`` (B, O)."""
        if self.readout is not None:
            return meal, s
        s = s.astype(np.result_type(s, meal))
        self.cell.slot(s, self.cell.fed)[...] = meal
        return np.zeros((len(s), self.cell.D), meal.real.dtype), s

    def says(self, s: Array) -> Array:
        """Return the output (..., O) of a state (..., S)."""
        if self.readout is None:
            return self.cell.slot(s, self.cell.fed)
        return self.readout(self.cell.slot(s, "h"))

    def eaten(self, back: BackStep) -> tuple[Array, Array]:
        """Split what a step sends back: the gradient at its meal, and at the state before."""
        if self.readout is not None:
            return self.cell.dx(back), back.ds_prev
        rest = back.ds_prev.copy()
        meal = self.cell.slot(rest, self.cell.fed)
        gradient = meal.copy()
        meal[...] = 0.0
        return gradient, rest
