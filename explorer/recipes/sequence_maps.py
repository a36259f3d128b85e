"""The settings of the page about wirings: one cell, one sequence, seven ways to wire them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.cells import CELLS
from explorer.entries import Choice, Linked, Real, Text, Whole, entry
from explorer.learning.uses import answer
from explorer.sequences import words
from explorer.wiring.kinds import WIRINGS, Kind, Network
from explorer.wiring.uses import USES, Heard, Use

MOST = 8  # words; more would not fit on a phone


@dataclass(frozen=True)
class SequenceMaps(Linked):
    """Everything that decides the numbers on the page, as plain hashable values."""

    wiring: str = entry(
        "bidirectional", Choice(tuple(WIRINGS)), label="Wiring",
        shown={key: kind.title for key, kind in WIRINGS.items()},
    )  # fmt: skip
    cell: str = entry("GRU", Choice(tuple(CELLS)))
    network: str = entry(
        "drawn", Choice(("drawn", "trained")), label="Network",
        shown={"drawn": "random", "trained": "trained"},
        help="With random weights it reads any words of yours; trained, it does a task.",
    )  # fmt: skip
    use: str = entry(
        "right", Choice(tuple(USES)), label="Use",
        shown={key: use.title for key, use in USES.items()},
    )  # fmt: skip
    text: str = entry(
        "the light bag fell down", Text(200), label="Your words",
        help="Up to eight words, each a one-hot vector.",
    )  # fmt: skip
    read: str = entry(
        "", Text(200), label="What it reads",
        help="In the words that the network was trained on; left empty, it reads an example.",
    )  # fmt: skip
    gradient: str = entry(
        "cursor", Choice(("cursor", "all")), label="Gradient of",
        shown={"cursor": "one output", "all": "all outputs"},
        help="Of the output at the cursor (else the next one), or of the sum of all outputs.",
    )  # fmt: skip
    H: int = entry(6, Whole(1, 16), label="Units H")
    depth: int = entry(2, Whole(2, 3), label="Layers where deep")
    answers: int = entry(4, Whole(1, 6), label="Steps of the decoder")
    gain: float = entry(1.0, Real(0.0, 4.0), label="Gain")
    seed: int = entry(0, Whole(0, 9999), label="Seed")
    cursor: int = entry(3, Whole(1, 2 * MOST), "t")
    unit: int = entry(1, Whole(1, 40))

    @property
    def wired(self) -> Kind:
        """The wiring."""
        return WIRINGS[self.wiring]

    @property
    def uses(self) -> tuple[str, ...]:
        """The uses that this wiring can be trained for, its own first."""
        fitting = [
            key for key, use in USES.items() if pattern(WIRINGS[use.wiring]) == pattern(self.wired)
        ]
        return tuple(sorted(fitting, key=lambda key: USES[key].wiring != self.wiring))

    @property
    def task(self) -> Use:
        """The chosen use, or the wiring's own where the chosen one does not fit."""
        return USES[self.use if self.use in self.uses else self.uses[0]]

    def heard(self) -> Heard:
        """Return what the network reads."""
        if self.network == "trained":
            return self.task.hear(self.read, np.random.default_rng([self.seed, 4]))
        read = words(self.text, MOST)
        assert read.words is not None
        return Heard(read.xs[:, 0], read.words, read.remark)

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the inputs."""
        if self.network == "trained":
            return self.task.reads
        return words(self.text, MOST).features or ()

    @property
    def says(self) -> tuple[str, ...]:
        """The names of the outputs; a network as drawn answers in the words that it reads."""
        return self.task.says if self.network == "trained" else self.reads

    @property
    def spoken(self) -> int:
        """How many steps the network answers, where that is free."""
        if self.network == "trained":
            example = self.task.draw(np.random.default_rng(0))
            return len(example.wanted)
        return self.answers if self.wired.answers else len(self.heard().words)

    def drawn(self) -> Network:
        """Return the network as the seed draws it, its gain in every recurrent matrix."""
        D = len(self.reads)
        return self.wired.build(
            CELLS[self.cell], self.seed, D, self.H, len(self.says), self.depth, gain=self.gain
        )

    def trace(self, network: Network) -> Any:
        """Run a network on what it reads."""
        heard = self.heard()
        xs = heard.xs[:1] if self.wired.hears == "first" else heard.xs
        return answer(network, xs[:, None], self.spoken)


def pattern(kind: Kind) -> tuple[Any, ...]:
    """Return what decides which tasks a wiring can do: who hears, who speaks."""
    return kind.hears, kind.speaks, kind.answers
