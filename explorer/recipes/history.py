"""A short history: ten ideas, each as a network that runs, with where it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from explorer.cells import CELLS
from explorer.entries import Choice, Linked, Whole, entry
from explorer.memory.classic import Recall
from explorer.memory.signs import random_patterns
from explorer.memory.storage import hebb
from explorer.readout import Readout
from explorer.reservoir.network import Reservoir, wired
from explorer.sequences import generated
from explorer.shapes import Array
from explorer.trace import Trace
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
    """What one network of the past does: states (n, rows) from the start-th step on."""

    states: Array
    start: int = 0
    rows: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Idea:
    """One entry: when, what, by whom, what was new, how it runs, and where it can be played with.

    ``cell`` names the class of the cell that it is, if it is one; ``query`` is what the link to
    its page says.
    """

    year: int
    name: str
    new: str
    source: str
    run: Callable[[History], Running]
    page: str
    query: dict[str, str] = field(default_factory=dict)
    cell: str = ""


def recalled(asked: History) -> Running:
    """Let a small Hopfield network recall: tick k is the state after k flips, then at rest."""
    rng = asked.rng()
    patterns = random_patterns(rng, 2, MEMORY_UNITS)
    x = patterns[0].copy()
    x[rng.permutation(MEMORY_UNITS)[: MEMORY_UNITS // 3]] *= -1.0
    film = Recall.of(hebb(patterns), x, rng).x
    rest = np.repeat(film[-1:], max(0, asked.T + 1 - len(film)), axis=0)
    return Running(np.concatenate([film, rest])[: asked.T + 1])


def of_cell(name: str) -> Callable[[History], Running]:
    """Return how a network of this cell runs: its hidden state, step by step."""

    def run(asked: History) -> Running:
        kind = CELLS[name]
        cell = kind.init(asked.rng(), 1, asked.H, recurrent="orthogonal")
        return Running(Trace.of(cell, asked.sequence()).slot("h")[:, 0])

    return run


def both_ways(asked: History) -> Running:
    """Read forwards and from the end; the rows of both directions side by side."""
    stack = Stack.init(
        CELLS["Elman"], asked.rng(), 1, asked.H, directions=2, recurrent="orthogonal"
    )
    rows = tuple(f"{way} {k + 1}" for way in ("→", "←") for k in range(asked.H))
    return Running(StackTrace.of(stack, asked.sequence()).h[:, 0], start=1, rows=rows)


def echoing(asked: History) -> Running:
    """Drive a fixed random reservoir of spectral radius 0.9 with leaky units."""
    W, _ = wired(asked.rng(), asked.H, "sparse", 1.0)
    reservoir = Reservoir.of(asked.rng(), 0.9 * W, 1, leak=0.5)
    return Running(reservoir.driven(asked.sequence()[:, 0]).slot("h")[:, 0])


def translating(asked: History) -> Running:
    """Read the first two thirds, then write on alone from the state that was reached."""
    reads, rng, kind = 2 * asked.T // 3, asked.rng(), CELLS["GRU"]
    encoder = Stack.init(kind, rng, 1, asked.H, recurrent="orthogonal")
    decoder = Stack.init(kind, rng, WORDS, asked.H, recurrent="orthogonal")
    network = EncoderDecoder(encoder, decoder, Readout.init(rng, asked.H, WORDS))
    film = network.answer(asked.sequence()[:reads], asked.T - reads)
    encoded, decoded = (body.films[0][0].slot("h")[:, 0] for body in film.bodies)
    return Running(np.concatenate([encoded, decoded[1:]]))


IDEAS: tuple[Idea, ...] = (
    Idea(
        1982, "Hopfield network",
        "A network as a memory: with symmetric weights every change of a unit lowers an energy, "
        "so it always comes to rest, at best in a picture that it has stored.",
        "J. J. Hopfield, Neural networks and physical systems with emergent collective "
        "computational abilities, PNAS",
        recalled, "hopfield",
    ),
    Idea(
        1986, "Jordan network",
        "What the network has just *said* is fed back to it, so that one plan of action unfolds "
        "into a sequence of them.",
        "M. I. Jordan, Attractor dynamics and parallelism in a connectionist sequential machine, "
        "Cognitive Science Society",
        of_cell("Jordan"), "unrolling", {"cell": "Jordan"}, "Jordan",
    ),
    Idea(
        1990, "Elman network",
        "What it has just *thought* is fed back instead: the hidden state becomes a context in "
        "which the network finds structure that nobody told it to look for.",
        "J. L. Elman, Finding structure in time, Cognitive Science",
        of_cell("Elman"), "unrolling", {"cell": "Elman"}, "Elman",
    ),
    Idea(
        1997, "LSTM",
        "A cell that adds instead of overwriting, with gates around it: errors flow back through "
        "it without fading. (The forget gate, drawn here too, came with Gers et al. 2000.)",
        "S. Hochreiter & J. Schmidhuber, Long short-term memory, Neural Computation",
        of_cell("LSTM"), "gates", {"cell": "LSTM"}, "LSTM",
    ),
    Idea(
        1997, "Bidirectional network",
        "A second network reads from the end, so that every step knows its future as well as its "
        "past.",
        "M. Schuster & K. K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions "
        "on Signal Processing",
        both_ways, "sequence_maps", {"wiring": "bidirectional"},
    ),
    Idea(
        2000, "LSTM with peepholes",
        "The gates may look at the cell that they guard, and so can time and count events.",
        "F. A. Gers & J. Schmidhuber, Recurrent nets that time and count, IJCNN",
        of_cell("PeepholeLSTM"), "gates", {"cell": "PeepholeLSTM"}, "PeepholeLSTM",
    ),
    Idea(
        2001, "Echo state network",
        "Do not train the loop at all: a large fixed one echoes its input in so many ways that a "
        "linear read-out suffices, found by solving one equation.",
        "H. Jaeger, The “echo state” approach to analysing and training recurrent neural networks, "
        "GMD report 148",
        echoing, "reservoir",
    ),
    Idea(
        2014, "Gated recurrent unit",
        "Two gates instead of three and no separate cell: one gate decides how much of the state "
        "is kept, and what is not kept is written anew.",
        "K. Cho et al., Learning phrase representations using RNN encoder-decoder for statistical "
        "machine translation, EMNLP",
        of_cell("OriginalGRU"), "gates", {"cell": "OriginalGRU"}, "OriginalGRU",
    ),
    Idea(
        2014, "Clockwork network",
        "Groups of units tick at clocks of their own: the slow ones hold still for many steps and "
        "carry what the fast ones forget.",
        "J. Koutník, K. Greff, F. Gomez & J. Schmidhuber, A clockwork RNN, ICML",
        of_cell("Clockwork"), "gates", {"cell": "Clockwork"}, "Clockwork",
    ),
    Idea(
        2014, "Encoder and decoder",
        "One network reads a sequence into its state, a second one writes another sequence from "
        "it: lengths and even languages may differ.",
        "I. Sutskever, O. Vinyals & Q. V. Le, Sequence to sequence learning with neural networks, "
        "NIPS; K. Cho et al., EMNLP",
        translating, "sequence_maps", {"wiring": "encoder_decoder"},
    ),
)  # fmt: skip
