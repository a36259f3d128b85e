"""A teacher's link leaves out what it names, keeps doing so, and breaks nothing."""

import pytest

from tests.pages.test_controls import widgets
from tests.pages.visiting import PAGES, films, link, recipe_of, stands, visit


def sliders(app):
    """Return the names of the live sliders on the page."""
    return {slider["key"] for header, _ in films(app) for slider in header["sliders"]}


def test_named_controls_and_sections_are_left_out():
    whole, bare = visit("gates"), visit("gates", {"hide": "cell,input,gain,notice,badge,maths"})
    assert {"gates.cell", "gates.input"} <= widgets(whole).keys()
    assert not {"gates.cell", "gates.input"} & widgets(bare).keys()
    assert "gain" in sliders(whole)
    assert "gain" not in sliders(bare)
    assert "What to notice" not in [part.value for part in bare.subheader]
    assert not bare.warning
    assert recipe_of(bare, "gates") == recipe_of(whole, "gates")


def test_what_is_hidden_stays_hidden_and_stays_in_the_link():
    app = visit("gates", {"hide": "cell", "seed": "4"})
    app.selectbox(key="gates.hold").select_index(1)
    stands(app.run())
    assert "gates.cell" not in widgets(app)
    assert link(app)["hide"] == "cell"
    assert link(app)["seed"] == "4"


def test_a_link_without_it_shows_all_again():
    app = visit("gates", {"hide": "cell"})
    app.query_params.clear()
    app.query_params["seed"] = "4"
    stands(app.run())
    assert "gates.cell" in widgets(app)


@pytest.mark.parametrize("hide", ["", ",,", "colour", "\0,<b>", "cell," * 300])
def test_nonsense_is_said_and_hides_nothing_else(hide):
    app = visit("gates", {"hide": hide})
    assert "gates.input" in widgets(app)
    assert len(app.warning) == any(part not in ("", "cell") for part in hide.split(","))


@pytest.mark.parametrize("page", PAGES)
def test_everything_can_be_hidden(page):
    whole = visit(page)
    names = sorted({*recipe_of(whole, page).entries(), "presets", "maths", "notice", "badge"})
    app = visit(page, {"hide": ",".join([*names, "home"])})
    assert not app.warning
    assert not any(key.startswith(f"{page}.preset") for key in widgets(app))
    assert not sliders(app)
