"""A film that turns back: its axis, its graph with the loss, sliders that end in a word."""

import numpy as np
import pytest

from explorer.film import Axis, Curves, Graph, Heat, Line, Reel, Slider, pack, unpack


def walk(**changes):
    """A walk of three states, the loss, and back."""
    whole = {
        "axis": Axis(7, turn=3),
        "panels": (
            Heat("h", "state", "h_t", np.ones((3, 2))),
            Heat("back_h", "gradient", "∂L/∂h_t", np.ones((3, 2)), start=4),
            Curves("flow", "gradient", "", (Line("from the future", np.ones(2), start=5),
                                            Line("local", np.ones(1), start=4)), log=True),
        ),
        "graph": Graph(None, ("h",), gradient="flow", back=("back_h",), local=1, loss="0.5"),
        "sliders": (Slider("K", "window", "K", 1, 200, 0.02, 200, digits=0, log=True, top="all"),),
    }  # fmt: skip
    return Reel(**whole | changes)


def test_a_walk_is_packed_with_its_turn():
    header, arrays = unpack(pack(walk()))
    assert header["axis"]["turn"] == 3
    assert header["graph"]["back"] == ["back_h"]
    assert (header["graph"]["local"], header["graph"]["loss"]) == (1, "0.5")
    assert header["sliders"][0]["top"] == "all"
    assert arrays["back_h"].shape == (3, 2)


@pytest.mark.parametrize("count", [6, 8, 1])
def test_a_walk_goes_back_as_far_as_it_went(count):
    with pytest.raises(ValueError, match=r"axis.turn: wanted count = 7, got \d"):
        pack(walk(axis=Axis(count, turn=3)))


def test_what_the_states_give_way_to_must_be_there():
    with pytest.raises(ValueError, match="Graph: wanted one of"):
        pack(walk(graph=Graph(None, ("h",), back=("nothing",))))
