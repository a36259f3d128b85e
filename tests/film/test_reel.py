"""Packed reels: what goes in comes out, every array aligned, and mistakes are named."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.film.packing import pack
from explorer.film.payload import numbered, read_header, unpack
from explorer.film.reel import (
    Axis,
    Bars,
    Curves,
    Graph,
    Heat,
    Line,
    Plane,
    Reel,
    Slider,
)
from explorer.film.scale import Mark, Scale

FLOATS = st.floats(width=64)


def reel(**changes):
    """A small whole reel, changed in the fields that a test asks for."""
    t = np.arange(7.0)
    whole = Reel(
        axis=Axis(7, words=("", "I", "love", "to", "cook", "and", "eat")),
        panels=(
            Heat("x", "input", "x", np.ones((6, 2)), start=1),
            Heat("h", "state", "h", np.sin(t[:, None] + np.arange(3)), limit=1.0),
            Heat("m", "size", "m", 10.0 ** -t[:, None], "log"),
            Curves("n", "norm", "‖h‖", (Line("n", t, band=(t - 1, t + 1)),), log=True),
        ),
        side=(Bars("h"), Plane("path", np.stack([t, -t], 1))),
        graph=Graph("x", ("h",), gradient="n"),
        sliders=(Slider("g", "gain", "g", 0.1, 2.0, 0.01, 0.9, marks=((1.0, "edge"),)),),
        cursor=3,
        pick=("h", 1),
        text="A wave.",
    )
    return dataclasses.replace(whole, **changes)


def test_all_that_was_packed_comes_back():
    whole = reel()
    header, found = unpack(pack(whole))
    np.testing.assert_array_equal(found["h"], whole.panels[1].values.astype(np.float32))
    np.testing.assert_array_equal(found["m"], whole.panels[2].values)
    np.testing.assert_array_equal(found["n/0"], whole.panels[3].lines[0].values)
    np.testing.assert_array_equal(found["n/0/high"], whole.panels[3].lines[0].band[1])
    np.testing.assert_array_equal(found["plane/1"], whole.side[1].xy)
    assert header["axis"]["words"][2] == "love"
    assert header["graph"]["states"] == ["h"]
    assert header["sliders"][0]["marks"] == [[1.0, "edge"]]
    assert (header["cursor"], header["pick"], header["text"]) == (3, ["h", 1], "A wave.")


def test_the_header_ends_and_every_array_starts_at_a_multiple_of_eight():
    payload = pack(reel())
    length = int.from_bytes(payload[:4], "little")
    assert (4 + length) % 8 == 0
    assert all(blob["at"] % 8 == 0 for blob in read_header(payload)["blobs"].values())


def test_the_version_follows_the_content():
    same, other = pack(reel()), pack(reel(cursor=4))
    assert pack(reel()) == same
    assert read_header(same)["version"] != read_header(other)["version"]


@given(serial=st.integers(0, 2**53))
def test_a_serial_number_changes_nothing_else(serial):
    (bare, arrays_), (header, found) = unpack(pack(reel())), unpack(numbered(pack(reel()), serial))
    assert header == bare | {"serial": serial}
    assert found.keys() == arrays_.keys()
    for name, array in arrays_.items():
        np.testing.assert_array_equal(found[name], array)
    payload = numbered(pack(reel()), serial)
    assert (4 + int.from_bytes(payload[:4], "little")) % 8 == 0


@given(
    values=arrays.arrays(
        np.float64, st.tuples(st.integers(1, 9), st.integers(1, 5)), elements=FLOATS
    ),
    scale=st.sampled_from(["unit", "signed", "log"]),
    start=st.integers(0, 3),
)
def test_any_values_survive_the_precise_way(values, scale, start):
    heat = Heat("h", "state", "h", values, scale, start=start)
    found = unpack(pack(Reel(Axis(12), (heat,))))[1]["h"]
    odd = ~np.isfinite(values)
    np.testing.assert_array_equal(found[odd], values[odd])
    np.testing.assert_allclose(found[~odd], values[~odd], rtol=1e-6, atol=1e-37)


@given(
    values=arrays.arrays(np.float64, (4, 3), elements=FLOATS),
    scale=st.sampled_from(["unit", "signed", "log"]),
)
def test_any_values_survive_the_quick_way_to_within_half_a_level(values, scale):
    values = np.where(np.isfinite(values), np.clip(values, -1e308, 1e308), values)
    heat = Heat("h", "state", "h", values, scale)
    payload = pack(Reel(Axis(4), (heat,), precise=False))
    found = unpack(payload)[1]["h"]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
    odd = np.isinf(values)
    np.testing.assert_array_equal(found[odd], values[odd])
    assert np.isfinite(found[np.isfinite(values)]).all()
    plain = np.isfinite(values)
    if scale == "log":
        seen = np.abs(values[plain])
        assert ((found[plain] == 0) == (seen < 1e-300)).all()
        logs = np.log10(seen[seen >= 1e-300])
        back = np.log10(found[plain][seen >= 1e-300])
        assert np.abs(back - logs).max(initial=0) <= np.ptp(logs if logs.size else [0]) / 400 + 1e-9
    elif plain.any():
        step = values[plain].max() / 250 - values[plain].min() / 250
        near = np.abs(found[plain] / 2 - values[plain] / 2)
        assert (near <= step / 3 + 1e-12 * np.abs(values[plain]) + 1e-300).all()


def test_quick_packing_is_smaller():
    wide = Reel(
        Axis(100), (Heat("h", "state", "h", np.random.default_rng(0).normal(size=(100, 32))),)
    )
    assert len(pack(dataclasses.replace(wide, precise=False))) < 0.35 * len(pack(wide))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"axis": Axis(6)}, r"Heat\('x'\).values|axis.words"),
        ({"axis": Axis(7, words=("a",))}, r"axis.words: wanted 7 labels.*got 1"),
        ({"axis": Axis(0)}, "axis: wanted count >= 1, got 0"),
        ({"side": (Bars("z"),)}, r"Bars\('z'\).of: wanted one of \['h', 'm', 'x'\], got 'z'"),
        ({"side": (Plane("p", np.ones((7, 3))),)}, r"wanted shape \(n, 2\), got \(7, 3\)"),
        ({"side": (Plane("p", np.ones((7, 2)), behind=np.ones(4)),)}, r"behind: wanted shape"),
        ({"scale": Scale("half-lives", (), 0.0, 10.0, 7.0)}, "Scale: wanted 0 < low < high"),
        ({"scale": Scale("half-lives", (Mark("m", np.inf, 1, 2, 3, ("", "")),), 1, 10, 7)},
         r"Mark\('m'\): wanted finite times"),
        ({"graph": Graph("q", ("h",))}, "Graph: wanted one of"),
        ({"graph": Graph("x", ("h",), gradient="h")}, r"Graph.gradient: wanted one of \['n'\]"),
        ({"pick": ("h", 3)}, "pick: wanted a row from 0 to 2, got 3"),
        ({"sliders": (Slider("g", "", "g", 0, 1, 0.1, 2.0),)}, r"\('g'\): wanted a value from"),
        ({"sliders": (Slider("g", "g", "g", 0, 1, 0.1, 1.0, log=True),)}, "low > 0 on a log scale"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_cure(changes, message):
    with pytest.raises(ValueError, match=message):
        pack(reel(**changes))


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        (
            Heat("h", "", "h", np.ones(3)),
            r"Heat\('h'\).values: wanted shape \(n, rows\), got \(3,\)",
        ),
        (Heat("h", "", "h", np.ones((3, 1)), start=2), r"wanted start \+ n <= 4 ticks"),
        (Heat("h", "", "h", np.ones((3, 1)), "rainbow"), '"signed" or "log", got rainbow'),
        (Heat("h", "", "h", np.ones((3, 1)), limit=-1.0), "a positive number, got -1.0"),
        (Heat("h", "", "h", np.ones((3, 2)), rows=("a",)), "wanted 2 names, got 1"),
        (Curves("c", "", "c", ()), "wanted at least one line"),
        (Curves("c", "", "c", (Line("l", np.ones(5)),)), r"Line\('l'\) of 'c': wanted start"),
        (
            Curves("c", "", "c", (Line("l", np.ones(2), band=(np.ones(3), np.ones(2))),)),
            "a band of",
        ),
    ],
)
def test_a_wrong_panel_is_named_with_its_cure(panel, message):
    with pytest.raises(ValueError, match=message):
        pack(Reel(Axis(4), (panel,)))


def test_two_panels_need_two_keys():
    heat = Heat("h", "", "h", np.ones((3, 1)))
    with pytest.raises(ValueError, match="a key of its own"):
        pack(Reel(Axis(3), (heat, heat)))


def test_an_axis_of_times_and_a_path_behind_another_come_back():
    mark = Mark("leak", 6.6, 6.0, None, None, ("#000000", "#ffffff"))
    behind = np.ones((3, 2))
    side = (Plane("path", np.zeros((7, 2)), behind=behind), Plane("alone", np.zeros((7, 2))))
    header, found = unpack(pack(reel(scale=Scale("steps", (mark,), 0.5, 100.0, 7.0), side=side)))
    assert header["scale"]["marks"] == [vars(mark) | {"ink": list(mark.ink)}]
    assert [one["behind"] for one in header["side"]] == [True, False]
    np.testing.assert_array_equal(found["plane/0/behind"], behind)
    assert unpack(pack(reel()))[0]["scale"] is None
