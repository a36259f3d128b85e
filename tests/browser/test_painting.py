"""The picture of the Hopfield page in a real browser: painted by mouse and keys, chosen, played."""

import re

import pytest

from tests.browser.visit import settle

CUE = re.compile(r"cue=([0-9a-f]{25})")


@pytest.fixture
def page(open_page):
    """Open the page with nothing moving by itself."""
    return open_page("hopfield", size=(1440, 1100), reduced_motion="reduce")


def cue(page):
    """Return the painted picture of the address bar as rows of 0 and 1."""
    bits = f"{int(CUE.search(page.url)[1], 16):0100b}"
    return [bits[row : row + 10] for row in range(0, 100, 10)]


def test_a_mouse_paints_a_line_and_the_link_says_it(page):
    page.get_by_role("button", name="Blank grid").click()
    settle(page)
    hand = page.locator(".film-hand")
    box = hand.bounding_box()
    each = box["width"] / 10
    page.mouse.move(box["x"] + 1.5 * each, box["y"] + 2.5 * each)
    page.mouse.down()
    page.mouse.move(box["x"] + 8.5 * each, box["y"] + 2.5 * each, steps=3)
    page.mouse.up()
    page.wait_for_function("!/cue=0{25}/.test(location.search)")
    assert cue(page) == ["0" * 10, "0" * 10, "0111111110", *["0" * 10] * 7]


def test_keys_paint_a_square_and_leave_the_film_alone(page):
    page.get_by_role("button", name="Blank grid").click()
    settle(page)
    page.locator(".film-hand").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("!/cue=0{25}/.test(location.search)")
    rows = cue(page)
    assert rows[1] == "0010000000"
    assert sum(row.count("1") for row in rows) == 1
    assert page.locator(".film").first.get_attribute("data-cursor") == "0"


def test_a_click_on_a_memory_begins_with_it_and_its_bar_grows(page):
    page.locator(".film-memory").nth(2).click()
    page.wait_for_function("location.search.includes('target=3')")
    settle(page)
    page.locator(".film").first.press("End")
    shown = page.locator(".film-memory").nth(2)
    shown.locator(".film-match-value", has_text="1.00").wait_for()
    assert "film-found" in shown.get_attribute("class")
