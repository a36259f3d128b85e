"""The duel and the two orders under a real hand: pin and unpin, shuffle, type an order."""

import re

from playwright.sync_api import expect

from explorer.numerals import numeral
from tests.browser.test_pages import STILL, data, drag, follows, said
from tests.browser.visit import settle


def test_a_run_is_pinned_compared_and_let_go(open_page):
    tab = open_page("cell_duel", **STILL)
    tab.get_by_role("button", name="Pin this run as A").click()
    follows(tab, pin="v%3D1")
    settle(tab)
    expect(tab.get_by_text("are the same so far")).to_be_visible()
    knob = drag(tab, "bias", 0.6, 0.3)
    value = str(float(knob.input_value()))
    follows(tab, bias=value)
    settle(tab)
    expect(tab.get_by_text(f"keep bias = {numeral(float(value), 6)}")).to_be_visible()
    version = data(tab, "version")
    tab.reload()
    settle(tab)
    assert data(tab, "version") == version
    tab.get_by_role("button", name="Unpin A").click()
    expect(tab.get_by_role("button", name="Pin this run as A")).to_be_visible()
    settle(tab)
    assert said(tab) == {"bias": value}


def test_each_preset_can_be_pressed(open_page):
    tab = open_page("cell_duel", **STILL)
    for name, (key, value) in {
        "Random gates": ("memory", "default"),
        "same number of parameters": ("fair", "parameters"),
    }.items():
        tab.get_by_role("button", name=re.compile(name)).click()
        follows(tab, **{key: value})
        settle(tab)


def test_an_order_is_shuffled_reversed_and_typed(open_page):
    tab = open_page("recurrence", **STILL)
    version = data(tab, "version")
    tab.get_by_role("button", name="Shuffle again").click()
    follows(tab, shuffle="2")
    settle(tab)
    assert data(tab, "version") != version
    for choice, key in (("reversed", "reversed"), ("typed by you", "own")):
        tab.get_by_label("Second order").click()
        tab.get_by_role("option", name=choice).click()
        follows(tab, order=key)
        settle(tab)
    field = tab.get_by_label("The same words in your order")
    expect(field).to_have_value("clean to hate i but cook to love i")
    field.fill("I love to clean but I hate to cook")
    field.press("Enter")
    settle(tab)
    expect(tab.get_by_text("They part at step 4")).to_be_visible()
