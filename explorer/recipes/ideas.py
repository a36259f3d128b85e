"""Ten ideas that made the recurrent network: when, by whom, what was new, and how each runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.recipes.history import (
    BIDIRECTIONAL,
    ECHO_STATE,
    ENCODER_DECODER,
    HOPFIELD,
    Ancestor,
    History,
    Running,
    of_cell,
)


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
    network: Ancestor
    page: str
    query: dict[str, str] = field(default_factory=dict)
    cell: str = ""

    def run(self, asked: History) -> Running:
        """Let its network run."""
        return self.network.run(asked)


IDEAS: tuple[Idea, ...] = (
    Idea(
        1982, "Hopfield network",
        "A network as a memory: with symmetric weights every change of a unit lowers an energy, "
        "so it always comes to rest, at best in a picture that it has stored.",
        "J. J. Hopfield, Neural networks and physical systems with emergent collective "
        "computational abilities, PNAS",
        HOPFIELD, "hopfield",
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
        BIDIRECTIONAL, "sequence_maps", {"wiring": "bidirectional"},
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
        ECHO_STATE, "reservoir",
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
        ENCODER_DECODER, "sequence_maps", {"wiring": "encoder_decoder"},
    ),
)  # fmt: skip
