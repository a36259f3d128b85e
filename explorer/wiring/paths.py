"""The paths of a gradient through a wiring: how much of each output's arrives along each arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from explorer.shapes import Array, scaled_norm
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Layer
from explorer.wiring.stack_films import StackGradient, turned


class Spot(NamedTuple):
    """A box of a wiring: an input, a hidden state, an output, or what a decoder was told.

    ``part`` counts the stacks that ran one after the other, ``way`` is 1 for the backward
    direction, and ``t`` counts the steps of the part from 0, in the time of its inputs.
    """

    kind: Literal["x", "h", "y", "told"]
    t: int
    part: int = 0
    layer: int = 0
    way: int = 0


@dataclass(frozen=True, eq=False)
class Arrow:
    """One arrow of a wiring, and the norm (T_out + 1,) of each output's gradient against it.

    Entry k is |∂y_k| back along this arrow alone, over all components of y_k (Frobenius); the last
    entry is that of the sum of all outputs. Exactly 0 where no path leads.
    """

    source: Spot
    target: Spot
    weight: str
    norms: Array


@dataclass(frozen=True, eq=False)
class Paths:
    """Every arrow of a wiring, |∂y_k/∂x_t| as ``inputs`` (T_out + 1, T_in), and the same of states.

    ``states`` holds |∂y_k/∂s| (T_out + 1,) for the whole state at the spot of each hidden state.
    """

    arrows: tuple[Arrow, ...]
    inputs: Array
    states: dict[Spot, Array]


def paths(trace: Any) -> Paths:
    """Return the gradient paths of the first sequence of a sequence map or an encoder-decoder.

    Every component of every output is pulled back at once, one copy of the sequence for each.
    """
    T_out, _, O = trace.y.shape  # noqa: E741
    copies = (T_out + 1) * O
    network, bodies = trace.network, [np.repeat(b.x[:, :1], copies, axis=1) for b in trace.bodies]
    wide = network.run(*bodies)
    dy = np.zeros((T_out, T_out + 1, O, O))
    for k in range(T_out):
        dy[k, k] = dy[k, T_out] = np.eye(O)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        gradient = wide.pull(dy.reshape(T_out, copies, O))
        arrows = tuple(arrows_of(gradient, dy.reshape(T_out, copies, O), O))
        states = {
            Spot("h", t, part, layer, way): size
            for part, body in enumerate(gradient.bodies)
            for layer, films in enumerate(body.films)
            for way, film in enumerate(films)
            for t, size in enumerate(turned(norms(film.ds[1:], O), way))
        }
        return Paths(arrows, norms(gradient.dx, O).T, states)


def norms(gradient: Array, O: int) -> Array:  # noqa: E741
    """Return the norms (T, T_out + 1) of gradients (T, copies, n) over components and features."""
    T, copies, wide = gradient.shape
    rows = gradient.reshape(T * (copies // O), O * wide)
    return scaled_norm(rows).reshape(T, copies // O)


def arrows_of(gradient: Any, dy: Array, O: int) -> Iterator[Arrow]:  # noqa: E741
    """Give every arrow of a wiring from the backward film of its copies."""
    trace = gradient.trace
    fed = isinstance(trace.network, EncoderDecoder)
    for part, body in enumerate(gradient.bodies):
        kind: Literal["x", "told"] = "told" if part else "x"
        heard = min(len(gradient.dx), body.trace.T) if kind == "x" else body.trace.T
        yield from within(body, part, kind, heard, O)
    if fed:
        encoded, decoded = gradient.bodies
        for layer, ends in enumerate(decoded.ds0):
            before = Spot("h", encoded.trace.T - 1, 0, layer)
            yield Arrow(before, Spot("h", 0, 1, layer), "s", norms(ends[0][None], O)[0])
    top, part = gradient.bodies[-1], len(gradient.bodies) - 1
    last, layer = len(top.films) - 1, top.trace.stack.layers[-1]
    handed = np.split(dy @ trace.network.readout.W_hy, np.cumsum(layer.widths)[:-1], axis=-1)
    ends = not fed and trace.network.speaks == "last"
    for way, rows in enumerate(handed):
        for k, size in enumerate(norms(rows, O)):
            at = (0 if way else top.trace.T - 1) if ends else k
            yield Arrow(Spot("h", at, part, last, way), Spot("y", k, part), "W_hy", size)
    if fed:
        still = np.zeros(len(dy) + 1)
        for k in range(len(dy) - 1):  # a choice passes no gradient
            yield Arrow(Spot("y", k, 1), Spot("told", k + 1, 1), "", still)


def within(
    body: StackGradient,
    part: int,
    kind: Literal["x", "told"],
    heard: int,
    O: int,  # noqa: E741
) -> Iterator[Arrow]:
    """Give the arrows inside one stack: from below into each state, and from state to state."""
    for layer, films in enumerate(body.films):
        below: Layer | None = body.trace.stack.layers[layer - 1] if layer else None
        for way, film in enumerate(films):
            into = turned(film.dx, way)
            cuts = np.cumsum(below.widths)[:-1] if below else []
            for side, share in enumerate(np.split(into, cuts, axis=-1)):
                for t, size in enumerate(norms(share, O)):
                    if below or t < heard:
                        low = Spot("h", t, part, layer - 1, side) if below else Spot(kind, t, part)
                        yield Arrow(low, Spot("h", t, part, layer, way), "W_xh", size)
            carried = film.cell.pull(film.trace.steps, film.ds[1:]).ds_prev
            for step, size in enumerate(norms(carried[1:], O)):
                ends = [Spot("h", t, part, layer, way) for t in (step, step + 1)]
                if way:
                    ends = [e._replace(t=body.trace.T - 1 - e.t) for e in ends]
                yield Arrow(*ends, "W_hh", size)
