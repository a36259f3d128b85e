"""The films of a stack: forward through its layers, and the gradient back (Werbos 1990)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from explorer.gradients import GradientTrace
from explorer.shapes import Array
from explorer.trace import Trace
from explorer.wiring.stack import Layer, Stack

States = tuple[tuple[Array, ...], ...]  # one state (B, S) for each direction of each layer


@dataclass(frozen=True, eq=False)
class StackTrace:
    """The forward films of a stack: one for each direction of each layer.

    The film of a backward cell runs in that cell's own time: its step 0 reads the last input.
    """

    stack: Stack
    films: tuple[tuple[Trace, ...], ...]

    @classmethod
    def of(cls, stack: Stack, xs: Array, s0: States | None = None) -> Self:
        """Run a sequence ``xs`` (T, B, D) through all layers.

        ``s0`` holds the initial state (B, S) of each direction of each layer, zero unless given.
        """
        films: list[tuple[Trace, ...]] = []
        for k, layer in enumerate(stack.layers):
            below = joined(films[-1]) if films else xs
            starts: Sequence[Array | None] = (None, None) if s0 is None else s0[k]
            films.append(
                tuple(
                    Trace.of(cell, turned(below, way), start)
                    for way, (cell, start) in enumerate(zip(layer.cells, starts, strict=False))
                )
            )
        return cls(stack, tuple(films))

    @property
    def x(self) -> Array:
        """The inputs (T, B, D)."""
        return self.films[0][0].x

    @property
    def T(self) -> int:
        """Number of steps."""
        return self.films[0][0].T

    @property
    def B(self) -> int:
        """Number of sequences run side by side."""
        return self.films[0][0].B

    @property
    def h(self) -> Array:
        """What the uppermost layer hands up, (T, B, width), on the time axis of the inputs."""
        return joined(self.films[-1])

    @property
    def last(self) -> States:
        """The state in which each direction of each layer ends; the backward one at the start."""
        return tuple(tuple(film.s[-1] for film in films) for films in self.films)

    @property
    def h_last(self) -> Array:
        """The hidden states (B, width) in which the directions of the uppermost layer end."""
        return np.concatenate([film.slot("h")[-1] for film in self.films[-1]], axis=-1)


@dataclass(frozen=True, eq=False)
class StackGradient:
    """The backward films of a stack, each in the time of its own cell, as in ``StackTrace``."""

    trace: StackTrace
    films: tuple[tuple[GradientTrace, ...], ...]

    @classmethod
    def of(cls, trace: StackTrace, dh: Array, last: States | None = None) -> Self:
        """Carry ``dh`` (T, B, width), the loss gradient at what the top hands up, to the inputs.

        ``last`` is what the loss injects besides at the state in which each direction ends. The
        backward pass of a layer is that of its cells; what it leaves at its inputs is what it
        injects into the layer below (Werbos 1990).
        """
        films: list[tuple[GradientTrace, ...]] = []
        for k in reversed(range(len(trace.films))):
            layer, traces = trace.stack.layers[k], trace.films[k]
            parts = np.split(dh, np.cumsum(layer.widths)[:-1], axis=-1)
            found = []
            for way, (film, part) in enumerate(zip(traces, parts, strict=True)):
                ds = np.zeros(film.s[1:].shape, np.result_type(film.s, part))
                film.cell.slot(ds, "h")[...] += turned(part, way)
                if last is not None:
                    ds[-1] += last[k][way]
                found.append(GradientTrace.of(film, ds))
            films.insert(0, tuple(found))
            dh = inputs_of(films[0])
        return cls(trace, tuple(films))

    @property
    def dx(self) -> Array:
        """The gradient at the inputs (T, B, D)."""
        return inputs_of(self.films[0])

    @property
    def ds0(self) -> States:
        """The gradient at the initial state of each direction of each layer."""
        return tuple(tuple(film.ds[0] for film in films) for films in self.films)

    @property
    def dstack(self) -> Stack:
        """The gradient of every weight, shaped like the stack."""
        return Stack(tuple(Layer(*(film.dcell for film in films)) for films in self.films))


def turned(rows: Array, way: int) -> Array:
    """Return a sequence as the direction ``way`` (0 forward, 1 backward) reads it."""
    return rows[::-1] if way else rows


def joined(films: tuple[Trace, ...]) -> Array:
    """Return the hidden states of a layer (T, B, width), both directions on one time axis."""
    return np.concatenate([turned(f.slot("h")[1:], k) for k, f in enumerate(films)], axis=-1)


def inputs_of(films: tuple[GradientTrace, ...]) -> Array:
    """Return what a layer's directions together leave at its inputs, (T, B, D)."""
    forward, *backward = (turned(film.dx, way) for way, film in enumerate(films))
    with np.errstate(over="ignore", invalid="ignore"):
        return forward + backward[0] if backward else forward
