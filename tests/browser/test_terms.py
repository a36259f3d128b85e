"""A symbol of a film says what it means: on hover, on keyboard focus and on tap."""

import re

from playwright.sync_api import expect

from tests.browser.visit import settle


def symbol(page, name):
    return page.locator(f".film-term[aria-label^='{name}:']").first


def test_a_symbol_is_explained_to_mouse_and_keyboard(open_page):
    page = open_page("unrolling")
    tip = page.locator(".film-tip")
    for name, said in (("ρ", "eigenvalue"), ("h_t", "h = phi"), ("L", "L = u·h")):
        node = symbol(page, name)
        node.scroll_into_view_if_needed()
        node.hover()
        expect(tip).to_be_visible()
        expect(tip).to_contain_text(said)
        box, window = tip.bounding_box(), page.viewport_size
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= window["width"]
        page.mouse.move(2, 2)
        expect(tip).to_be_hidden()
        node.focus()
        expect(tip).to_contain_text(said)
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
        node.blur()
    listed = page.locator(".film-said .film-terms dt").all_inner_texts()
    assert {"L", "s_t", "W_hh", "ρ", "h_t", "y_t"} <= set(listed)


def test_a_tap_on_a_symbol_explains_it_and_moves_no_slider(open_page):
    page = open_page("gates", "cell=GRU", size=(390, 844), has_touch=True)
    before = page.locator(".film-value").all_inner_texts()
    for name, said in (("z_t", "update gate"), ("H", "hidden units")):
        symbol(page, name).scroll_into_view_if_needed()
        symbol(page, name).tap()
        expect(page.locator(".film-tip")).to_contain_text(re.compile(said))
    settle(page)
    assert page.locator(".film-value").all_inner_texts() == before
