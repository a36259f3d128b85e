"""The Streamlit door of the film: foreign input is cast, clamped or ignored; scripts stay small."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import explorer.film as door
from explorer.film import Slider, bundle
from tests.browser import film_stage

FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
)
HEADER = {
    "axis": {"first": 1, "count": 10, "stride": 1},
    "panels": [{"key": "h", "kind": "heat"}],
    "blobs": {"h": {"shape": [10, 4]}},
    "sliders": [{"key": "gain", "low": 0.0, "high": 2.0, "value": 0.9}],
}


@given(cursor=FOREIGN, pick=FOREIGN, sliders=FOREIGN, gain=FOREIGN)
def test_whatever_arrives_becomes_a_state_within_its_ranges(cursor, pick, sliders, gain):
    for knobs in (sliders, {"values": {"gain": gain, "other": 1}, "live": gain}):
        raw = {"cursor": cursor, "pick": pick, "sliders": knobs}
        state = door._within(door._parse(raw), HEADER)
        assert state.cursor is None or (isinstance(state.cursor, int) and 1 <= state.cursor <= 10)
        assert state.pick is None or (state.pick[0] == "h" and 0 <= state.pick[1] < 4)
        assert state.sliders.keys() == {"gain"}
        assert 0 <= state.sliders["gain"] <= 2
        assert isinstance(state.live, bool)


def test_what_is_right_passes():
    raw = {"cursor": 7, "pick": ["h", 3], "sliders": {"values": {"gain": 1.5}, "live": True}}
    assert door._within(door._parse(raw), HEADER) == door.FilmState(
        7, ("h", 3), {"gain": 1.5}, True
    )


@pytest.mark.parametrize("raw", [None, 3, "x", [], {}])
def test_nothing_gives_the_defaults(raw):
    assert door._within(door._parse(raw), HEADER) == door.FilmState(
        None, None, {"gain": 0.9}, False
    )


def test_only_bytes_are_a_film():
    with pytest.raises(TypeError, match="wanted bytes from pack"):
        door.film({"no": "bytes"}, key="film")


def show_stage():
    from tests.browser.film_stage import stage

    stage()


def test_a_script_reads_the_sliders_before_it_shows_the_film():
    app = AppTest.from_function(show_stage).run()
    assert not app.exception
    assert "gain 0.9 live False" in app.text[0].value
    app.session_state["film"] = {"sliders": {"values": {"gain": 99.0}, "live": True}, "cursor": 12}
    app.run()
    assert not app.exception
    assert "cursor 12" in app.text[0].value
    assert "gain 1.6 live True" in app.text[0].value


def test_serial_numbers_of_a_session_only_grow(monkeypatch):
    monkeypatch.setattr(door.st, "session_state", {})
    shown = [("a", 7), ("b", 7), ("a", 8), ("a", 7), ("b", 9)]
    given = [door._serial(*one) for one in shown]
    assert given == sorted(set(given))
    assert door._serial("b", 9) == given[-1], "the same picture again need not be sent"
    monkeypatch.setattr(door.st, "session_state", {})
    assert door._serial("a", 7) > given[0] - 1, "a page may outlive its session"
    assert given[-1] < 2**53


def test_given_sliders_are_filled_in_and_clamped(monkeypatch):
    knobs = (Slider("a", "", "a", 0, 1, 0.1, 0.5), Slider("b", "", "b", 0, 1, 0.1, 0.5))
    monkeypatch.setattr(door.st, "session_state", {"f": {"sliders": {"values": {"b": 7}}}})
    assert door.film_state("f", knobs).sliders == {"a": 0.5, "b": 1}
    assert door.film_state("f").sliders == {"b": 7.0}


def test_the_loader_is_small_and_names_every_module():
    loader = bundle.loader()
    assert len(loader) < 600
    assert "\n" in loader  # in one line Streamlit would take it for a path
    assert {path.stem for path in bundle.FOLDER.glob("*.js")} == set(bundle.MODULES)
    assert bundle.version() in loader


def test_the_inline_script_stands_alone():
    script = bundle.inline()
    assert "import(" not in script
    assert "import.meta" not in script
    assert script.count("export default") == 1
    assert script.count("export ") == 1


def test_a_module_imports_only_from_those_before_it():
    for i, name in enumerate(bundle.MODULES):
        text = (bundle.FOLDER / f"{name}.js").read_text("utf-8")
        for other in bundle.MODULES[i:]:
            assert f'"./{other}.js"' not in text, f"{name}.js imports {other}.js"


def test_the_stage_shows_what_the_tests_expect():
    x, gates, h, *_ = film_stage.signals(32, 100, 3, 0.9)
    assert (x.shape, gates.shape, h.shape) == ((100, 3), (4, 100, 32), (101, 32))
