"""A text in a reel: one letter for each tick, and every panel it names must be there."""

import dataclasses
import json

import numpy as np
import pytest

from explorer.film import Axis, Heat, Passage, Reel, pack
from explorer.film.payload import read_header

TEXT = "a <b>\n"


def reel(**changes):
    """A small reel with a passage."""
    t = np.arange(6.0)
    passage = Passage(
        TEXT,
        "text",
        units=("h",),
        told="p",
        reach="r",
        odds="o",
        guesses=("ab",) * 6,
        came=" <b>\n",
    )
    return Reel(
        axis=Axis(6, first=1),
        panels=(
            Heat("h", "state", "h", np.sin(t[:, None] + np.arange(3))),
            Heat("p", "told", "p", t[1:, None] / 6, "unit", start=1, tall=0),
            Heat("r", "reach", "r", 10.0 ** -np.abs(t[:, None] - np.arange(4)), "log"),
            Heat("o", "odds", "p", np.full((6, 2), 0.5), "unit", tall=0),
        ),
        passage=dataclasses.replace(passage, **changes),
    )


def test_a_passage_travels_as_it_is():
    said = read_header(pack(reel()))["passage"]
    assert said["text"] == TEXT
    assert said["guesses"] == ["ab"] * 6
    assert json.dumps(said)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({"text": "abc"}, "6 letters"), ({"told": "x"}, "'x'"), ({"units": ("h", "c")}, "'c'"),
     ({"guesses": ("a",)}, "6 strings"),
     ({"units": (), "told": None, "reach": None}, "something to colour by")],
)  # fmt: skip
def test_mistakes_are_named(changes, wanted):
    with pytest.raises(ValueError, match=wanted):
        pack(reel(**changes))
