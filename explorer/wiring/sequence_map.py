"""From a sequence to an answer: which steps hear an input, and which of them speak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from explorer.readout import Readout
from explorer.shapes import Array
from explorer.weights import Weights
from explorer.wiring.stack import Stack
from explorer.wiring.stack_films import StackGradient, StackTrace


@dataclass(frozen=True, eq=False)
class SequenceMap(Weights):
    """A stack with a read-out: many-to-many, many-to-one (``speaks``), one-to-many (``hears``).

    With ``speaks="last"`` the one output is read where each direction of the top layer ends; with
    ``hears="first"`` the inputs after the first step are silence (zeros).
    """

    stack: Stack
    readout: Readout
    hears: Literal["every", "first"] = "every"
    speaks: Literal["every", "last"] = "every"

    def __post_init__(self) -> None:
        if self.readout.W_hy.shape[1] != self.stack.width:
            raise ValueError(
                f"SequenceMap: wanted a read-out of {self.stack.width} hidden units, got "
                f"{self.readout.W_hy.shape[1]}; draw it with H = stack.width."
            )

    def run(self, xs: Array, T: int | None = None) -> MapTrace:
        """Answer a sequence ``xs`` (T, B, D), or one input (1, B, D) over ``T`` steps."""
        xs = np.asarray(xs)
        if self.hears == "first":
            silent = np.zeros((len(xs) if T is None else T, *xs.shape[1:]), xs.dtype)
            silent[:1] = xs[:1]
            xs = silent
        elif T is not None and T != len(xs):
            raise ValueError(
                f"SequenceMap.run: wanted T = {len(xs)}, one step for each input, got {T}; only "
                'a map that hears="first" has steps of its own.'
            )
        body = StackTrace.of(self.stack, xs)
        return MapTrace(self, body, self.readout(self.read(body)))

    def read(self, body: StackTrace) -> Array:
        """Return the hidden states (T_out, B, width) that the read-out sees."""
        return body.h_last[None] if self.speaks == "last" else body.h


@dataclass(frozen=True, eq=False)
class MapTrace:
    """The forward film of a sequence map; ``y`` (T_out, B, O) is what it says."""

    network: SequenceMap
    body: StackTrace
    y: Array

    @property
    def bodies(self) -> tuple[StackTrace, ...]:
        """The stacks that ran, one after the other."""
        return (self.body,)

    def pull(self, dy: Array) -> MapGradient:
        """Carry the loss gradient ``dy`` (T_out, B, O) at the outputs back to everything."""
        net = self.network
        dh, last = dy @ net.readout.W_hy, None
        if net.speaks == "last":
            parts = np.split(dh[0], np.cumsum(net.stack.layers[-1].widths)[:-1], axis=-1)
            last = at_ends(self.body, parts)
            dh = np.zeros((self.body.T, *dh.shape[1:]), dh.dtype)
        body = StackGradient.of(self.body, dh, last)
        return MapGradient(self, body, read_gradient(net.read(self.body), dy))


@dataclass(frozen=True, eq=False)
class MapGradient:
    """The backward film of a sequence map."""

    trace: MapTrace
    body: StackGradient
    dreadout: Readout

    @property
    def bodies(self) -> tuple[StackGradient, ...]:
        """The backward films of the stacks, in the order of the trace's."""
        return (self.body,)

    @property
    def dx(self) -> Array:
        """The gradient at the inputs: (T, B, D), or (1, B, D) where only the first is heard."""
        return self.body.dx[:1] if self.trace.network.hears == "first" else self.body.dx

    @property
    def dnetwork(self) -> SequenceMap:
        """The gradient of every weight, shaped like the network."""
        return replace(self.trace.network, stack=self.body.dstack, readout=self.dreadout)


def read_gradient(h: Array, dy: Array) -> Readout:
    """Return the gradient of the read-out from what it saw and the gradient at what it said."""
    return Readout(np.einsum("tbo,tbh->oh", dy, h), dy.sum(axis=(0, 1)))


def at_ends(body: StackTrace, parts: list[Array]) -> tuple[tuple[Array, ...], ...]:
    """Return gradients at the last states: ``parts`` at the top layer's h, zero elsewhere."""
    found = []
    for k, films in enumerate(body.films):
        ends = tuple(np.zeros_like(film.s[-1]) for film in films)
        if k == len(body.films) - 1:
            for film, end, part in zip(films, ends, parts, strict=True):
                film.cell.slot(end, "h")[...] = part
        found.append(ends)
    return tuple(found)
