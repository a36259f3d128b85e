"""Everything on a page can be reached, seen and used without a pointer."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import settle

# What has the focus, also inside of a component with a root of its own.
FOCUS = """
() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
}
"""
# All that takes the focus, and what a reader of the screen would call it.
STOPS = """
() => {
  const found = [];
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) look(node.shadowRoot);
      const box = node.getBoundingClientRect();
      const stop = node.matches("button, input, select, textarea, a[href], summary, [tabindex]");
      if (stop && node.tabIndex >= 0 && !node.disabled && box.width && box.height) found.push(node);
    }
  };
  look(document.querySelector('[data-testid="stMain"]'));
  return found;
}
"""


def tab_through(page, most=120):
    """Press Tab to the end of the page and return how many stops have a name, and those without."""
    page.evaluate(f"window.stops = ({STOPS})(); window.seen = new Set()")
    names = []
    for _ in range(most):
        page.keyboard.press("Tab")
        node = page.evaluate_handle(FOCUS).as_element()
        if node is None or node.evaluate("node => node === document.body || seen.has(node)"):
            return names
        node.evaluate("node => seen.add(node)")
        if node.evaluate("node => stops.includes(node)"):
            words = "node.ariaLabel || node.innerText || node.labels?.[0]?.innerText || ''"
            names.append(node.evaluate(f"node => {words}"))
    raise AssertionError(f"Tab does not come to an end: {names[-5:]}")


@pytest.mark.parametrize("path", ["", "phase_portrait", "text", "backpropagation"])
def test_tab_comes_to_everything_and_everything_has_a_name(open_page, path):
    page = open_page(path)
    names = tab_through(page)
    assert all(name.strip() for name in names), names
    # Of choices that lie open Tab comes to one, and arrow keys go on from there.
    missed = page.evaluate(
        "stops.filter((node) => !seen.has(node) && !node.matches('[role=radio]'))"
        ".map((node) => node.outerHTML.slice(0, 200))"
    )
    assert not missed
    assert not page.evaluate("[...seen].some((node) => node.matches('.katex-display'))")


def test_what_opens_by_a_key_is_entered_and_left_by_keys(open_page):
    page = open_page("gates")
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    inside = page.locator('[data-testid="stPopoverBody"]')
    expect(inside.locator(":focus")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(more).to_be_focused()
    page.keyboard.press("Escape")
    expect(inside).to_have_count(0)
    badge = page.get_by_role("button", name="✓ real")
    badge.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_focused()  # nothing in it can be set: it is there to be read
    page.keyboard.press("Escape")
    expect(badge).to_be_focused()


def test_the_link_is_copied_without_a_pointer(open_page):
    page = open_page("gates")
    page.get_by_role("button", name="Take home").focus()
    page.keyboard.press("Enter")
    copy = page.get_by_role("button", name="Copy link")
    expect(copy).to_be_visible(timeout=30_000)  # the first time it takes a while
    settle(page)
    for _ in range(4):
        page.keyboard.press("Tab")
        if copy.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("Tab does not come to the button that copies the link.")


def test_arrow_keys_go_through_time_and_through_units(open_page):
    page = open_page("gates", "H=3&T=9&t=4")
    film = page.locator(".film").first
    film.focus()
    page.keyboard.press("ArrowRight")
    expect(film).to_have_attribute("data-cursor", "5")
    reading = page.locator(".film-reading").first
    for unit in (1, 2, 3):
        expect(reading).to_contain_text(f"unit {unit}")
        page.keyboard.press("ArrowDown")
    expect(reading).to_contain_text("unit 1")  # of the next signal
    settle(page)  # an answer that takes seconds counts as news, and would set the unit back
    page.keyboard.press("ArrowUp")
    expect(reading).to_contain_text("unit 3")
    assert film.evaluate("node => getComputedStyle(node).outlineStyle") != "none"


def test_an_arrow_key_on_the_list_of_pictures_saves_none(open_page):
    page = open_page("gates", "H=3&T=9")
    saved = []
    page.on("download", lambda download: saved.append(download))
    page.locator(".film-save").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert not saved
    with page.expect_download() as download:
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
    assert re.search(r"\.svg$", download.value.suggested_filename)
