"""The places of rest in a real browser: a hand turns the space, and a click picks a point."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import STILL, data, drag, follows
from tests.browser.visit import settle

PAGE = "fixed_points"


def space(tab):
    return tab.locator(".film-space-plot")


def painted(tab):
    return space(tab).evaluate("canvas => canvas.toDataURL()")


def test_a_drag_turns_the_space_without_the_server(open_page):
    tab = open_page(PAGE, **STILL)
    before, box = painted(tab), space(tab).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 120, y + 30, steps=4)
    tab.mouse.up()
    assert painted(tab) != before
    assert float(space(tab).get_attribute("data-yaw")) == pytest.approx(
        -0.6 + 120 * 0.009, abs=0.05
    )
    assert "point=" not in tab.url


def test_arrow_keys_turn_it_too(open_page):
    tab = open_page(PAGE, **STILL)
    before = painted(tab)
    space(tab).focus()
    tab.keyboard.press("ArrowRight")
    expect(space(tab)).to_have_attribute("data-yaw", "-0.480")
    tab.wait_for_timeout(100)
    assert painted(tab) != before


def test_a_click_picks_a_point_and_shows_its_spectrum(open_page):
    tab = open_page(PAGE, "net=random&init=orthogonal&gain=0.5&H=2", **STILL)
    named = tab.locator(".film-space-side .film-side-title")
    expect(named).to_have_text("Point 1: stable spiral")
    tab = open_page(PAGE, **STILL)
    named = tab.locator(".film-space-side .film-side-title")
    # Wherever point 14 is drawn, that is where the hand goes.
    spot = space(tab).evaluate("canvas => canvas.dataset.places")
    x, y = (float(part) for part in spot.split(";")[13].split(","))
    box = space(tab).bounding_box()
    tab.mouse.click(box["x"] + x, box["y"] + y)
    expect(named).to_contain_text("Point 14: saddle")
    expect(tab.get_by_role("heading", name="Modes of point 14")).to_be_visible()
    follows(tab, point="14")


def test_the_held_input_is_dragged_live(open_page):
    tab = open_page(PAGE, **STILL)
    versions = set()
    drag(tab, "level", 0.5, 0.62, lambda: versions.add(data(tab, "version")))
    settle(tab)
    assert len(versions) >= 2
    expect(tab.get_by_text("9 fixed points", exact=False).first).to_be_visible()
