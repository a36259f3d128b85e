"""Every control moves the picture and the link, and none of them can break the page."""

import numpy as np
import pytest

from tests.pages.visiting import (
    OF_CELLS,
    PAGES,
    asks_again,
    check_numbers,
    default_of,
    film,
    films,
    link,
    recipe_of,
    stands,
    states,
    visit,
)

STARTS = {
    "default": {},
    "words": {"input": "words", "text": "to be or not to be"},
    "numbers": {"input": "numbers", "text": "1 2 3"},
    "drawn": {"input": "drawn"},
    "edit": {"edit": "W_hh", "memory": "chrono"},
    "unit": {"loss": "unit", "scale": "gain"},
}
SMALL = {"learning_rules": {"samples": "100", "seeds": "1"}}  # where a button starts much work
GARBAGE = ("", " ", "\0", "nan inf 1e999", "🌀 <b>x</b> $x^2$ **y**", "a " * 900, "1 " * 900, "[]")
KINDS = (
    "selectbox", "number_input", "button_group", "text_input", "text_area", "slider",
    "select_slider", "toggle", "checkbox", "radio", "button", "multiselect",
)  # fmt: skip


def widgets(app):
    """Return every native widget of the page, by its key."""
    return {widget.key: widget for kind in KINDS for widget in app.get(kind) if widget.key}


def choices(widget):
    """Return the values that a widget is moved to."""
    if widget.type in ("selectbox", "radio", "select_slider"):
        return list(range(len(widget.options)))
    if widget.type in ("button_group", "multiselect"):
        many = isinstance(widget.value, list)
        return [[] if many else None, *([name] if many else name for name in options(widget))]
    if widget.type in ("number_input", "slider"):
        return [widget.min, widget.max]
    if widget.type in ("toggle", "checkbox"):
        return [True]
    return list(GARBAGE) if widget.type.startswith("text") else [None]


def move(widget, choice):
    """Move a widget as a visitor does."""
    if widget.type == "button":
        return widget.click()
    if widget.type in ("toggle", "checkbox"):
        return widget.set_value(choice)
    if widget.type in ("selectbox", "radio", "select_slider"):
        return widget.select_index(choice)
    return widget.set_value(choice)


def options(widget):
    """Return the values, not the titles, of a group of pills."""
    page, name = widget.key.split(".")
    return default_of(page).kind(name).names


@pytest.mark.parametrize(
    ("page", "start"),
    [(p, s) for p in PAGES for s in STARTS if p in OF_CELLS or s == "default"],
)
def test_every_widget_can_be_moved(page, start):
    small = {"seeds": "2", "T": "20"} if page in OF_CELLS else SMALL.get(page, {})
    query = STARTS[start] | small
    first = widgets(visit(page, query))
    known = widgets(visit(page, small)) if start != "default" else {}
    default, moved = default_of(page), 0
    for key in first.keys() - known.keys():
        app = visit(page, query)
        for choice in choices(first[key]):
            if key not in widgets(app):  # what was chosen before may have no use for it
                app = visit(page, query)
            move(widgets(app)[key], choice)
            check_numbers(stands(app.run()), page)
            said, remarks = default.told(link(app))
            # A link may say more than the settings: how far a run has come, once it is paused.
            assert said == app.session_state[f"{page}.linked"] or asks_again(app)
            assert not remarks
            moved += 1
        assert visit(page, link(app)).session_state[f"{page}.recipe"] == recipe_of(app, page)
    assert moved or start != "default" or not first


DRAWN = {page: widgets(visit(page)) for page in OF_CELLS}
PRESET = [page for page in OF_CELLS if any(".preset." in key for key in DRAWN[page])]
TYPED = [page for page in OF_CELLS if f"{page}.input" in DRAWN[page]]


def same(one, other):
    """Tell whether two recipes make the same run."""
    return np.array_equal(one.trace().s, other.trace().s)


NAMES = ("seed", "activation", "recurrent", "memory", "input")


@pytest.mark.parametrize(
    ("page", "name"),
    [(page, name) for page in OF_CELLS for name in NAMES if f"{page}.{name}" in DRAWN[page]],
)
def test_a_moved_widget_changes_recipe_film_and_link(page, name):
    app = visit(page)
    before = film(app)[0]["version"]
    widget = widgets(app)[f"{page}.{name}"]
    if name == "seed":
        widget.set_value(5)
    else:
        widget.set_value(next(name for name in options(widget) if name != widget.value))
    stands(app.run())
    moved, default = recipe_of(app, page), default_of(page)
    assert getattr(moved, name) != getattr(default, name)
    # An Elman network has no gate to bias, an LSTM no activation to choose.
    if not same(moved, default):
        assert film(app)[0]["version"] != before
    assert recipe_of(visit(page, link(app)), page) == recipe_of(app, page)


@pytest.mark.parametrize("page", PRESET)
def test_presets_are_recipes_of_their_own(page):
    app = visit(page)
    seen = set()
    for key in [button.key for button in app.button if ".preset." in button.key]:
        widgets(app)[key].click()
        stands(app.run())
        check_numbers(app, page)
        assert recipe_of(visit(page, link(app)), page) == recipe_of(app, page)
        (pressed,) = [b.key for b in app.button if "●" in b.label]
        assert pressed == key
        seen.add(recipe_of(app, page))
    assert len(seen) >= 2
    if f"{page}.seed" in widgets(app):  # a preset moves the widgets, which then still work
        widgets(app)[f"{page}.seed"].set_value(9)
        stands(app.run())
        assert recipe_of(app, page).seed == 9


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("kind", ["words", "numbers"])
@pytest.mark.parametrize("page", TYPED)
def test_whatever_is_typed_is_shown_or_said(page, kind, garbage):
    app = visit(page, {"input": kind, "text": "1 2 3", "seed": "4"})
    app.text_input[0].set_value(garbage)
    stands(app.run())
    recipe = recipe_of(app, page)
    assert recipe.seed == 4
    header, _ = film(app)
    assert states(header) == len(recipe.sequence().words) + 1
    assert bool(app.warning) == bool(recipe.sequence().remark)
    check_numbers(app, page)


def drag(app, page, live, moves=1, cursor=None, pick=None, **values):
    """Do in the film what a hand would do there, and run the page."""
    app.session_state[f"{page}.film"] = {
        "cursor": cursor, "pick": pick,
        "sliders": {"values": values, "live": live, "moves": moves},
    }  # fmt: skip
    return stands(app.run())


@pytest.mark.parametrize("page", OF_CELLS)
def test_the_link_follows_when_the_thumb_is_let_go(page):
    app = visit(page)
    before = film(app)[0]["version"]
    drag(app, page, True, gain=1.25)
    assert recipe_of(app, page).gain == 1.25
    assert link(app) == {}
    assert film(app)[0]["version"] != before
    drag(app, page, False, moves=2, gain=1.26)
    assert link(app) == {"gain": "1.26"}
    check_numbers(app, page)


@pytest.mark.parametrize("page", OF_CELLS)
def test_cursor_and_pin_come_to_rest_in_the_link(page):
    app = drag(visit(page), page, False, cursor=3, pick=["h", 1])
    said = link(app)
    assert said["t"] == "3"
    assert said.get("unit", said.get("at")) == "2"  # a row of a triangle is a loss, not a unit
    assert film(app)[0]["cursor"] == 3


@pytest.mark.parametrize("page", OF_CELLS)
@pytest.mark.parametrize(
    "values",
    [{"gain": 1e9}, {"gain": -1.0}, {"bias": 99.0}, {"nothing": 1.0}, {"H": 1e6}, {"H": -3.0},
     {"T": 0.0}, {"T": 1e12}, {"H": 2.5}],
)  # fmt: skip
def test_a_hand_cannot_leave_the_range(page, values):
    check_numbers(drag(visit(page), page, False, cursor=10**6, pick=["h", 10**6], **values), page)


@pytest.mark.parametrize("page", PRESET)
def test_an_old_move_is_not_taken_for_news(page):
    app = visit(page)
    drag(app, page, False, gain=1.25)
    next(button for button in app.button if ".preset." in button.key).click()
    stands(app.run())
    assert recipe_of(app, page).gain != 1.25


@pytest.mark.parametrize("page", OF_CELLS)
def test_every_step_of_a_long_sequence_can_be_reached(page):
    app = visit(page, {"input": "words", "text": " ".join(f"w{k}" for k in range(40))})
    drag(app, page, False, cursor=33)
    assert film(app)[0]["cursor"] == 33
    if app.subheader and "by hand" in app.subheader[0].value:
        assert app.subheader[0].value.startswith("Step 33 by hand")


@pytest.mark.parametrize("page", OF_CELLS)
def test_a_film_knows_where_its_sliders_stand(page):
    app = visit(page, {"gain": "1.5", "H": "5", "T": "9", "memory": "bias", "bias": "2.5"})
    recipe = recipe_of(app, page)
    for header, _ in films(app):
        for slider in header["sliders"]:
            assert slider["value"] == getattr(recipe, slider["key"])
