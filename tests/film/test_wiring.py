"""A wiring in a reel: packed whole, and every mistake named."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.film import Axis, Box, Heat, Link, Reel, Wiring, pack, unpack

WIRED = Wiring(
    boxes=(Box("x.0", "x", 0, 0, "x_1", "word"), Box("h.0", "h", 0, 1, "h_1", aside=-1.0)),
    links=(Link(0, 1, "W_xh"),),
    flows=np.array([[0.5], [0.0]]),
    reach=np.array([[0.5, 1.0], [0.0, np.nan]]),
    of=("y_1", "y_2"),
    spoken=(1, -1),
    floors=("input", "state"),
)
PANELS = (Heat("x", "input", "x_t", np.ones((2, 1))), Heat("h", "state", "h_t", np.ones((2, 3))))


def reel(**changes):
    return Reel(Axis(2, first=1), PANELS, wiring=replace(WIRED, **changes))


def test_a_wiring_is_packed_whole():
    header, arrays = unpack(pack(reel()))
    assert [box["key"] for box in header["wiring"]["boxes"]] == ["x.0", "h.0"]
    assert header["wiring"]["links"][0]["weight"] == "W_xh"
    np.testing.assert_array_equal(arrays["wiring/flows"], WIRED.flows)
    np.testing.assert_array_equal(arrays["wiring/reach"], WIRED.reach)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"boxes": (Box("x.0", "nothing", 0, 0, "x"),)}, "name a panel of this reel"),
        ({"boxes": (Box("x.0", "x", 0, 2, "x"), WIRED.boxes[1])}, "name each floor"),
        ({"links": (Link(0, 2),)}, "list both boxes"),
        ({"flows": np.zeros((1, 1))}, r"Wiring.flows: wanted shape \(2, 1\)"),
        ({"reach": np.zeros((2, 1))}, r"Wiring.reach: wanted shape \(2, 2\)"),
        ({"of": ("y_1",)}, "Wiring.of: wanted 2 entries"),
    ],
)
def test_a_wiring_that_cannot_be_drawn_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        pack(reel(**changes))
