"""The seven wirings of the textbook, as plain settings, and the network that each one makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from explorer.cells.base import Cell
from explorer.readout import Readout
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.sequence_map import SequenceMap
from explorer.wiring.stack import Stack

Network = SequenceMap | EncoderDecoder


@dataclass(frozen=True)
class Kind:
    """One wiring: who hears, who speaks, how deep, in which directions, and what it is used for."""

    title: str
    uses: str
    source: str
    hears: Literal["every", "first"] = "every"
    speaks: Literal["every", "last"] = "every"
    deep: bool = False
    directions: int = 1
    answers: bool = False  # a second network answers after the first has read

    def build(
        self,
        cell: type[Cell],
        seed: int,
        D: int,
        H: int,
        O: int,  # noqa: E741
        depth: int = 2,
        **settings: Any,
    ) -> Network:
        """Draw the network; the first cell depends on nothing but seed, sizes and settings."""
        layers = depth if self.deep else 1

        def stack(wide: int, which: int) -> Stack:
            rng = np.random.default_rng([seed, which])
            return Stack.init(
                cell, rng, wide, H, depth=layers, directions=self.directions, **settings
            )

        body = stack(D, 0)
        readout = Readout.init(np.random.default_rng([seed, 2]), body.width, O)
        if self.answers:
            return EncoderDecoder(body, stack(O, 3), readout)
        return SequenceMap(body, readout, self.hears, self.speaks)


WIRINGS: dict[str, Kind] = {
    "one_to_many": Kind(
        "one to many", "captioning a picture", "Vinyals et al. 2015", hears="first"
    ),
    "many_to_one": Kind("many to one", "sentiment of a sentence", "Dai & Le 2015", speaks="last"),
    "aligned": Kind("many to many, aligned", "tagging, next word", "Elman 1990"),
    "encoder_decoder": Kind(
        "encoder–decoder", "translation", "Cho et al. 2014; Sutskever et al. 2014", answers=True
    ),
    "bidirectional": Kind(
        "bidirectional", "tagging by what follows", "Schuster & Paliwal 1997", directions=2
    ),
    "deep": Kind("deep", "text to speech", "Schmidhuber 1992; Graves 2013", deep=True),
    "deep_bidirectional": Kind(
        "deep bidirectional", "speech to text", "Graves et al. 2013", deep=True, directions=2
    ),
}
"""From the name of a wiring to its settings."""
