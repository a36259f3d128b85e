"""What stands in a box is what runs, also in boxes that a browser draws only when they open."""

import pytest

from tests.browser.shots import pages
from tests.browser.test_pages import path, said
from tests.browser.visit import settle

MAIN = '[data-testid="stMain"]'
SHOWN = """(body) => [...body.querySelectorAll('[data-testid="stElementContainer"]')]
  .filter((box) => box.querySelector('input, button, [role="slider"], textarea'))
  .filter((box) => !box.querySelector('[data-testid="stCode"]'))
  .map((box) => [
    (box.querySelector('label, [data-testid="stWidgetLabel"]') ?? box).innerText.trim(),
    ...[...box.querySelectorAll('input, textarea')].map((field) => field.value),
    ...[...box.querySelectorAll('[role="slider"]')].map((thumb) => thumb.ariaValueNow),
    ...[...box.querySelectorAll('[data-testid="stSelectbox"]')].map((field) => field.innerText),
    ...[...box.querySelectorAll('button')]
      .map((pill) => pill.innerText + (/Active/.test(pill.dataset.testid ?? "") ? " chosen" : "")),
  ].join(" | "))"""


def boxes(tab):
    """Open everything that opens in the page and return what stands in the boxes there."""
    found = {}
    for opener in tab.locator(f'{MAIN} [data-testid="stPopoverButton"]').all():
        opener.click()
        body = tab.locator('[data-testid="stPopoverBody"]').last
        body.wait_for()
        tab.wait_for_timeout(150)
        found[opener.inner_text().splitlines()[0]] = body.evaluate(SHOWN)
        tab.keyboard.press("Escape")
        body.wait_for(state="detached")
    return {name: shown for name, shown in found.items() if shown}


def choose_next(tab, step):
    """Choose the next option of the first list in the page; tell whether there is a list."""
    lists = tab.locator(f'{MAIN} [data-testid="stSelectbox"] input')
    if not lists.count():
        return False
    lists.first.click()
    tab.keyboard.press("ArrowDown" if step > 0 else "ArrowUp")
    tab.keyboard.press("Enter")
    tab.wait_for_timeout(300)
    settle(tab)
    return True


@pytest.mark.browser
@pytest.mark.parametrize("page", pages())
def test_a_box_that_is_drawn_late_says_what_runs(open_page, page):
    tab = open_page(path(page))
    if not choose_next(tab, 1):
        pytest.skip("this page has no list of choices")
    link = said(tab)
    after = boxes(tab)
    assert said(tab) == link, "opening boxes has changed the link"
    fresh = open_page(path(page), tab.url.partition("?")[2])
    assert after == boxes(fresh)
    if after and choose_next(tab, 1):
        changed = {k for k in link | said(tab) if link.get(k) != said(tab).get(k)}
        assert len(changed) <= 2, changed  # the choice, and at most what depends on it
