"""The browser's Back button: no page ever gets the settings of another."""

from playwright.sync_api import expect

from tests.browser.visit import settle


def go(tab, section, title):
    """Choose a page in the navigation."""
    tab.get_by_role("button", name=section).click()
    tab.get_by_text(title, exact=True).last.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(title)
    settle(tab)
    tab.wait_for_timeout(700)  # as long as nobody needs to read even the title


def test_back_keeps_the_pages_apart(open_page):
    tab = open_page("gates", "cell=GRU", reduced_motion="reduce")
    go(tab, "Recurrence", "Unrolling")
    tab.get_by_role("radio", name="LSTM", exact=True).click()
    tab.wait_for_url("**/unrolling?cell=LSTM")
    go(tab, "Gates and cells", "Gates")
    tab.wait_for_url("**/gates?cell=GRU")  # what was left there, once the page stands
    seen = []
    for _ in range(2):
        tab.go_back()
        settle(tab)
        seen.append(tab.url.rsplit("/", 1)[1])
    assert "unrolling?cell=GRU" not in seen
    assert "gates?cell=LSTM" not in seen
