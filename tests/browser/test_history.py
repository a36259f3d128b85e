"""The browser's Back button: to the page seen before, as it was, however fast one clicks."""

import pytest
from playwright.sync_api import expect

from tests.browser.visit import settle

# What passes between browser and server is late, as on a busy server or a slow line.
LATE = """
(() => {
  const late = %d, { prototype } = WebSocket;
  const send = prototype.send;
  prototype.send = function (said) {
    setTimeout(() => this.readyState === 1 && send.call(this, said), late);
  };
  const heard = Object.getOwnPropertyDescriptor(prototype, "onmessage");
  Object.defineProperty(prototype, "onmessage", {
    ...heard,
    set(hear) { heard.set.call(this, (event) => setTimeout(() => hear(event), late)); },
  });
})()"""
BOTH = pytest.mark.parametrize("late", [0, 200])  # ms each way


@pytest.fixture
def start(chromium, open_page):
    """Open a page over a line that is late."""

    def start(late, *page):
        tab = open_page(*page, reduced_motion="reduce")
        if late:
            tab.add_init_script(LATE % late)
            tab.reload()
            settle(tab)
        return tab

    return start


def stands_at(tab, title, address):
    """Wait until a page stands, and see that it is the one that the address bar names."""
    expect(tab.get_by_role("heading", level=1)).to_have_text(title)
    settle(tab)
    expect(tab).to_have_url(tab.url.split("/", 3)[2].join(["http://", f"/{address}"]))


def go(tab, section, title):
    """Choose a page in the navigation; it need not stand yet."""
    tab.get_by_role("button", name=section).click()
    tab.get_by_text(title, exact=True).last.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(title)


def choose(tab, cell):
    """Choose a cell, however often the page is drawn anew meanwhile."""
    tab.get_by_role("radio", name=cell, exact=True).click()


def shown(tab):
    """Return the cell that the page says it shows."""
    return tab.get_by_role("radio", checked=True).first.inner_text()


@BOTH
def test_one_step_back_for_every_page_however_fast_one_clicks(start, late):
    tab = start(late, "gates", "cell=GRU")
    go(tab, "Recurrence", "Unrolling")
    choose(tab, "LSTM")
    tab.wait_for_url("**/unrolling?cell=LSTM", wait_until="commit")
    go(tab, "Gates and cells", "Gates")  # opens as it was left
    go(tab, "Gradients", "What does a gradient foresee?")
    for title, address, cell in (
        ("Gates", "gates?cell=GRU", "GRU"),
        ("Unrolling", "unrolling?cell=LSTM", "LSTM"),
        ("Gates", "gates?cell=GRU", "GRU"),
    ):
        tab.go_back(wait_until="commit")
        stands_at(tab, title, address)
        assert shown(tab) == cell


def test_a_change_of_a_setting_is_no_page(start):
    tab = start(0, "unrolling")
    pages = tab.evaluate("history.length")
    for cell in ("GRU", "LSTM"):
        choose(tab, cell)
        tab.wait_for_url(f"**/unrolling?cell={cell}", wait_until="commit")
    settle(tab)
    assert tab.evaluate("history.length") == pages


def test_back_finds_each_visit_as_it_was(start):
    tab = start(0, "unrolling")
    go(tab, "Gates and cells", "Gates")
    go(tab, "Recurrence", "Unrolling")
    choose(tab, "LSTM")
    tab.wait_for_url("**/unrolling?cell=LSTM", wait_until="commit")
    tab.go_back(wait_until="commit")
    stands_at(tab, "Gates", "gates")
    tab.go_back(wait_until="commit")
    stands_at(tab, "Unrolling", "unrolling")
    assert shown(tab) == "Elman"
    for title, address in (("Gates", "gates"), ("Unrolling", "unrolling?cell=LSTM")):
        tab.go_forward(wait_until="commit")
        stands_at(tab, title, address)
    assert shown(tab) == "LSTM"


@BOTH
def test_two_quick_steps_back(start, late):
    tab = start(late, "gates", "cell=GRU")
    go(tab, "Recurrence", "Unrolling")
    go(tab, "Gradients", "Vanishing gradients")
    settle(tab)
    pages = tab.evaluate("history.length")
    tab.evaluate("history.back()")
    tab.wait_for_timeout(30)
    tab.evaluate("history.back()")
    stands_at(tab, "Gates", "gates?cell=GRU")
    tab.wait_for_timeout(4 * late)  # what was asked for first may still come
    stands_at(tab, "Gates", "gates?cell=GRU")
    assert tab.evaluate("history.length") == pages


def test_clicks_through_pages_that_nobody_waits_for(start):
    tab = start(0, "gates", "cell=GRU")
    for section, title in (("Recurrence", "Unrolling"), ("Gates and cells", "Gates")):
        tab.get_by_role("button", name=section).click()
        tab.get_by_text(title, exact=True).last.click()
    go(tab, "Gradients", "Vanishing gradients")
    stands_at(tab, "Vanishing gradients", "vanishing_gradients")
