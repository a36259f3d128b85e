"""A short history: the settings, and ten networks of the past, each drawn from them and run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.cells import CELLS, Cell
from explorer.entries import Choice, Linked, Whole, entry
from explorer.memory.begun import Classic
from explorer.memory.classic import Recall, recall
from explorer.memory.signs import random_patterns
from explorer.memory.storage import hebb
from explorer.readout import Readout
from explorer.reservoir.network import Reservoir, wired
from explorer.reservoir.units import LeakyUnits
from explorer.sequences import generated
from explorer.shapes import Array
from explorer.trace import Trace
from explorer.weights import Weights
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Stack
from explorer.wiring.stack_films import StackTrace

DRIVES = {"sine": "a wave", "pulse": "a pulse", "switch": "a switch", "noise": "noise"}
MEMORY_UNITS = 16
WORDS = 3  # that the decoder chooses among


@dataclass(frozen=True)
class History(Linked):
    """Everything that decides the numbers on the page, as plain hashable values."""

    input: str = entry("switch", Choice(tuple(DRIVES)), label="They all read", shown=DRIVES)
    H: int = entry(6, Whole(1, 16), label="Units H")
    T: int = entry(48, Whole(8, 120), label="Steps T")
    seed: int = entry(0, Whole(0, 9999), label="Seed", help="Draws all weights and the sequence.")
    cursor: int = entry(0, Whole(0, 120), "t")

    def sequence(self) -> Array:
        """Return the sequence that all of them read, (T, 1, 1)."""
        return generated(self.input, np.random.default_rng([self.seed, 1]), self.T, 1).xs

    def rng(self) -> np.random.Generator:
        """Return a fresh generator for the weights, the same for every network."""
        return np.random.default_rng([self.seed, 0])


@dataclass(frozen=True, eq=False)
class Running:
    """What one network of the past does: states (n, rows) from the start-th step on.

    ``halves`` names equal groups of rows, such as the two directions; ``stages`` are the networks
    that follow one another, each with the step at which it begins.
    """

    states: Array
    start: int = 0
    rows: tuple[str, ...] | None = None
    halves: tuple[str, ...] = ("",)
    stages: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Ancestor:
    """A network of the past: how it is drawn from the settings, and how it runs in them."""

    drawn: Callable[[History], Weights]
    running: Callable[[Any, History], Running]

    def run(self, asked: History) -> Running:
        """Draw the network and let it run."""
        return self.running(self.drawn(asked), asked)


def hopfield(asked: History) -> Classic:
    """Store two pictures in a small Hopfield network, and damage a third of the first."""
    rng = asked.rng()
    patterns = random_patterns(rng, 2, MEMORY_UNITS)
    x, W = patterns[0].copy(), hebb(patterns)
    x[rng.permutation(MEMORY_UNITS)[: MEMORY_UNITS // 3]] *= -1.0
    return Classic(patterns, x, W, Recall.of(W, x, rng).order)


def recalling(memory: Classic, asked: History) -> Running:
    """Let it recall: tick k is the state after k flips, then at rest."""
    flips = recall(memory.W, memory.start, memory.order)
    film = np.stack([memory.start, *(flip.x for flip in flips)])
    rest = np.repeat(film[-1:], max(0, asked.T + 1 - len(film)), axis=0)
    return Running(np.concatenate([film, rest])[: asked.T + 1])


def reading(cell: Cell, asked: History) -> Running:
    """Read step by step; shown is the hidden state."""
    return Running(Trace.of(cell, asked.sequence()).slot("h")[:, 0])


def both_ways(asked: History) -> Stack:
    """Draw two simple networks, of which one reads from the end."""
    return Stack.init(CELLS["Elman"], asked.rng(), 1, asked.H, directions=2, recurrent="orthogonal")


def meeting(stack: Stack, asked: History) -> Running:
    """Read forwards and from the end; the rows of both directions side by side."""
    rows = tuple(f"{way} {k + 1}" for way in ("→", "←") for k in range(asked.H))
    states = StackTrace.of(stack, asked.sequence()).h[:, 0]
    return Running(states, start=1, rows=rows, halves=("→ forward", "← backward"))


def reservoir(asked: History) -> LeakyUnits:
    """Draw leaky units with fixed random weights of spectral radius 0.9."""
    W, _ = wired(asked.rng(), asked.H, "sparse", 1.0)
    return Reservoir.of(asked.rng(), 0.9 * W, 1, leak=0.5).cell


def translator(asked: History) -> EncoderDecoder:
    """Draw an encoder, a decoder, and its read-out of the symbols among which it chooses."""
    rng, kind = asked.rng(), CELLS["GRU"]
    encoder = Stack.init(kind, rng, 1, asked.H, recurrent="orthogonal")
    decoder = Stack.init(kind, rng, WORDS, asked.H, recurrent="orthogonal")
    return EncoderDecoder(encoder, decoder, Readout.init(rng, asked.H, WORDS))


def translating(network: EncoderDecoder, asked: History) -> Running:
    """Read the first two thirds, then write on alone from the state that was reached."""
    reads = 2 * asked.T // 3
    film = network.answer(asked.sequence()[:reads], asked.T - reads)
    encoded, decoded = (body.films[0][0].slot("h")[:, 0] for body in film.bodies)
    stages = ((0, "encoder"), (reads, "decoder"))
    return Running(np.concatenate([encoded, decoded[1:]]), stages=stages)


HOPFIELD = Ancestor(hopfield, recalling)
BIDIRECTIONAL = Ancestor(both_ways, meeting)
ECHO_STATE = Ancestor(reservoir, reading)
ENCODER_DECODER = Ancestor(translator, translating)


def of_cell(name: str) -> Ancestor:
    """Return the network that is a single cell."""

    def drawn(asked: History) -> Cell:
        return CELLS[name].init(asked.rng(), 1, asked.H, recurrent="orthogonal")

    return Ancestor(drawn, reading)
