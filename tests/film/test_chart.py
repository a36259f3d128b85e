"""Charts in a film: what is packed comes back, and what cannot be drawn is named."""

import re
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from explorer.export import film_page
from explorer.film import Axis, Chart, Ground, Reel, Spot, Stroke, pack, unpack

INK = ("#000000", "#ffffff")
CHART = Chart(
    "portrait",
    (-1.0, 1.0),
    (-2.0, 2.0),
    ground=Ground(np.array([[0, 1], [-1, 1]]), "parts", (INK, INK)),
    arrows=np.ones((3, 3, 2)),
    strokes=(
        Stroke(np.array([[0.0, 0.5], [0.25, np.nan], [1e40, 0.0]]), "a run", INK, start=0),
        Stroke(np.zeros((0, 2)), "nothing"),
        Stroke(np.ones((2, 2)), "dots", "quiet", "dots"),
    ),
    marks=(Spot(0.1, 0.2, "saddle", "saddle", "here", turns=True),),
    handles=np.array([[0.5, 0.25]]),
    most=3,
)
REEL = Reel(Axis(3), (), charts=(CHART,))


def test_what_is_packed_comes_back():
    header, arrays = unpack(pack(REEL))
    (chart,) = header["charts"]
    lines = arrays["chart/0/lines"]
    assert [stroke["n"] for stroke in chart["strokes"]] == [3, 0, 2]
    assert lines.shape == (5, 2)
    assert np.isnan(lines[1, 1])
    assert lines[2, 0] == np.float32(1e30)
    np.testing.assert_array_equal(arrays["chart/0/ground"], [[0, 1], [255, 1]])
    np.testing.assert_array_equal(arrays["chart/0/handles"], [[0.5, 0.25]])
    assert arrays["chart/0/arrows"].shape == (3, 3, 2)
    assert chart["hand"]
    assert chart["marks"][0]["turns"]


def test_a_logarithmic_ground_is_told_by_decades():
    values = np.array([[1e-6, 1.0], [np.nan, 1e-3]])
    chart = replace(CHART, ground=Ground(values, "log", label="loss"))
    header, arrays = unpack(pack(replace(REEL, charts=(chart,))))
    np.testing.assert_array_equal(arrays["chart/0/ground"], [[0, 250], [255, 125]])
    assert header["charts"][0]["ground"]["span"] == pytest.approx([-6, 0])


def test_the_same_everywhere_is_drawn_too():
    for values in (np.ones((2, 2)), np.full((2, 2), np.nan), np.zeros((2, 2))):
        pack(replace(REEL, charts=(replace(CHART, ground=Ground(values, "log")),)))


def test_without_hand_and_ground_there_is_none():
    bare = Chart("bare", (0.0, 1.0), (0.0, 1.0))
    (chart,) = unpack(pack(replace(REEL, charts=(bare,))))[0]["charts"]
    assert not chart["hand"]
    assert chart["ground"] is None
    assert chart["arrows"] == 0


def test_what_is_taken_home_stands_still():
    reel = replace(REEL, charts=(replace(CHART, hint="drag"),))
    coded = re.search(r'id="reel">([^<]+)<', film_page(reel, "t", "c", ""))[1]
    (chart,) = unpack(b64decode(coded))[0]["charts"]
    assert not chart["hand"]
    assert chart["hint"] == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"x": (1.0, 1.0)}, "low < high"),
        ({"y": (0.0, np.inf)}, "low < high"),
        ({"strokes": (Stroke(np.zeros(3)),)}, "lines of shape"),
        ({"marks": (Spot(0, 0, "star"),)}, "choose one"),
        ({"marks": (Spot(np.nan, 0),)}, "finite places"),
        ({"handles": np.array([[np.nan, 0]])}, "finite, shape"),
        ({"handles": np.zeros(3)}, "finite, shape"),
        ({"arrows": np.zeros((2, 3, 2))}, r"shape \(n, n, 2\)"),
    ],
)
def test_a_mistake_is_named(changes, said):
    with pytest.raises(ValueError, match=said):
        pack(replace(REEL, charts=(replace(CHART, **changes),)))
