"""Layers over each other, each read in one direction or in both: compositions, not cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from explorer.cells.base import Cell
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Layer(Weights):
    """One layer: a cell that reads forwards and perhaps another that reads from the end."""

    forward: Cell
    backward: Cell | None = None

    def __post_init__(self) -> None:
        if self.backward is not None and self.backward.D != self.forward.D:
            raise ValueError(
                f"Layer: wanted both directions to read the same inputs, got D = {self.forward.D} "
                f"forwards and {self.backward.D} backwards; give them cells of the same D."
            )

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the layer, the forward one first."""
        return (self.forward,) if self.backward is None else (self.forward, self.backward)

    @property
    def widths(self) -> tuple[int, ...]:
        """Length of the hidden state of each direction."""
        return tuple(cell.widths["h"] for cell in self.cells)

    @property
    def width(self) -> int:
        """Length of what the layer hands up: its hidden states side by side."""
        return sum(self.widths)


@dataclass(frozen=True, eq=False)
class Stack(Weights):
    """Layers, the lowest first; each reads the hidden states of the one below.

    Bidirectional: Schuster & Paliwal 1997; deep: Schmidhuber 1992, Graves et al. 2013. With the
    layers of ``torch.nn``, this is its ``num_layers`` and ``bidirectional``.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("Stack: wanted at least one layer, got none; give it a Layer.")
        for k, (lower, upper) in enumerate(zip(self.layers, self.layers[1:], strict=False)):
            if upper.forward.D != lower.width:
                raise ValueError(
                    f"Stack: wanted layer {k + 2} to read {lower.width} numbers, the hidden states "
                    f"of layer {k + 1}, got D = {upper.forward.D}; give it a cell of that D."
                )

    @classmethod
    def init(
        cls,
        kind: type[Cell],
        rng: np.random.Generator,
        D: int,
        H: int,
        *,
        depth: int = 1,
        directions: int = 1,
        **settings: Any,
    ) -> Self:
        """Draw a stack of cells of one kind with H units each; ``settings`` go to each cell."""
        if depth < 1 or directions not in (1, 2):
            raise ValueError(
                f"Stack.init: wanted depth >= 1 and 1 or 2 directions, got {depth} and "
                f"{directions}."
            )
        layers: list[Layer] = []
        for _ in range(depth):
            wide = layers[-1].width if layers else D
            cells = (kind.init(rng, wide, H, **settings) for _ in range(directions))
            layers.append(Layer(*cells))
        return cls(tuple(layers))

    @property
    def D(self) -> int:
        """Number of inputs."""
        return self.layers[0].forward.D

    @property
    def width(self) -> int:
        """Length of what the uppermost layer hands up."""
        return self.layers[-1].width

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, layer by layer."""
        return tuple(cell for layer in self.layers for cell in layer.cells)

    def from_step(self, k: int) -> Self:
        """Return the stack as it acts from step ``k`` (from 0) on, for a run that goes on there.

        Raises
        ------
        ValueError
            When a layer reads from the end: it has no state to go on from.
        """
        if any(layer.backward is not None for layer in self.layers):
            raise ValueError(
                "Stack.from_step: wanted layers of one direction, for a run can only be continued "
                "forwards; got one that reads from the end."
            )
        return type(self)(tuple(Layer(layer.forward.from_step(k)) for layer in self.layers))
