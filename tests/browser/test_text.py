"""The text in a real browser: letters are pointed at, coloured, and never taken for markup."""

import re

from playwright.sync_api import expect

from tests.browser.test_pages import STILL, film, follows
from tests.browser.visit import settle

PAGE = "text"


def letters(tab, which=0):
    return tab.locator(".film-letters").nth(which).locator(".film-letter")


def test_a_letter_is_clicked_and_the_cursor_stands_on_it(open_page):
    tab = open_page(PAGE, "T=80&t=5", **STILL)
    letter = letters(tab).nth(49)
    letter.click()
    expect(letter).to_have_class(re.compile("film-here"))
    expect(tab.locator(".film-time").first).to_have_text("letter = 50 of 80")
    follows(tab, t="50")
    settle(tab)
    film(tab).focus()
    tab.keyboard.press("ArrowRight")
    expect(letters(tab).nth(50)).to_have_class(re.compile("film-here"))


def test_the_letters_can_be_coloured_in_four_ways(open_page):
    tab = open_page(PAGE, "T=80&t=60", **STILL)
    seen = set()
    for name in ("a unit", "how probable it was", "influence, relative", "influence, absolute"):
        button = tab.get_by_role("button", name=name).first
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        tab.wait_for_timeout(100)
        seen.add(
            tab.evaluate(
                "() => [...document.querySelectorAll('[data-testid^=stBidiComponent]')]"
                ".flatMap((c) => [...(c.shadowRoot ?? c).querySelectorAll('.film-letter')])"
                ".slice(0, 80).map((l) => l.style.background).join()"
            )
        )
    assert len(seen) == 4
    # What comes after the cursor has no influence on what is expected there.
    assert letters(tab).nth(70).evaluate("(node) => node.style.background") == ""


def test_what_anybody_types_is_shown_as_text(open_page):
    foreign = "<img src=x onerror=alert(1)> **b** $x$ \u202eabc"
    tab = open_page(PAGE, "topic=typed&weights=own&H=4", **STILL)
    tab.locator("textarea").fill(foreign)
    tab.keyboard.press("Control+Enter")
    expect(letters(tab)).to_have_count(len(foreign), timeout=15000)
    settle(tab)
    assert "".join(letters(tab).all_inner_texts()).startswith("<img src=x onerror")
    assert tab.locator(".film img").count() == 0


def test_it_learns_while_one_watches(open_page):
    tab = open_page(PAGE, "weights=own&H=8&T=40", **STILL)
    tab.get_by_role("button", name="Learn from this text").click()
    expect(tab.get_by_text(re.compile(r"^([5-9]|\d\d+) updates made"))).to_be_visible(timeout=20000)
    tab.get_by_role("button", name="Pause").click()
    expect(tab.get_by_role("button", name="Learn from this text")).to_be_visible(timeout=15000)
    settle(tab)
