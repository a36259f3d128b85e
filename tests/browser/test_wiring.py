"""The drawing of a wiring in a real browser: it glides, and its columns can be pointed at."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import STILL, data, film
from tests.browser.visit import settle

PAGE = "sequence_maps"
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True}


def wire(tab, title):
    tab.get_by_role("radio", name=title, exact=True).click()


def test_one_wiring_glides_into_another(open_page):
    tab = open_page(PAGE, "wiring=aligned")
    assert data(tab, "blend") == "1.00"
    seen = tab.evaluate_handle(
        """() => {
          const root = [...document.querySelectorAll("*")].map((node) => node.shadowRoot ?? node)
            .map((node) => node.querySelector?.(".film")).find(Boolean);
          const seen = [];
          new MutationObserver(() => seen.push(Number(root.dataset.blend)))
            .observe(root, { attributes: true, attributeFilter: ["data-blend"] });
          return seen;
        }"""
    )
    wire(tab, "bidirectional")
    settle(tab)
    expect(film(tab)).to_have_attribute("data-blend", "1.00")
    between = [blend for blend in seen.json_value() if 0 < blend < 1]
    assert len(between) >= 2
    assert between == sorted(between)


def test_nothing_glides_for_those_who_asked_for_stillness(open_page):
    tab = open_page(PAGE, "wiring=aligned", **STILL)
    wire(tab, "encoder–decoder")
    settle(tab)
    assert data(tab, "blend") == "1.00"


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desktop", "phone"])
def test_a_click_on_a_column_brings_the_cursor_there(open_page, look):
    tab = open_page(PAGE, "wiring=many_to_one&t=1", **look, **STILL)
    drawing = tab.locator(".film-graph")
    box = drawing.bounding_box()
    drawing.click(position={"x": box["width"] - 30, "y": 12})
    expect(tab.locator(".film-time")).to_have_text("t = 5 of 5")
    expect(tab.locator(".film-scene")).to_contain_text(re.compile("gradient of y"))
    assert drawing.evaluate("node => node.scrollWidth <= node.parentNode.clientWidth + 1")
