"""Training in a real browser: it plays, it stops, and training time can be scrubbed."""

import re

from playwright.sync_api import expect

from tests.browser.visit import settle


def updates(tab) -> int:
    """Return how many updates the page says were made."""
    said = tab.get_by_text(re.compile(r"trained here · update \d+")).first.inner_text()
    return int(re.search(r"update (\d+)", said)[1])


def test_training_plays_pauses_and_is_scrubbed(open_page):
    tab = open_page("training", "cell=Elman&T=10&H=4", reduced_motion="reduce")
    began = updates(tab)
    tab.get_by_role("button", name="Train", exact=True).click()
    for _ in range(100):
        tab.wait_for_timeout(100)
        if updates(tab) > began + 5:
            break
    tab.get_by_role("button", name="Pause", exact=True).click()
    expect(tab.get_by_role("button", name="Train", exact=True)).to_be_visible()
    settle(tab)
    made = updates(tab)
    assert made > began + 5
    # The film of training stands at its end and goes back key by key; the example below follows.
    course = tab.locator(".film").first
    scrubber = course.locator(".film-scrubber")
    scrubber.focus()
    scrubber.press("Home")
    expect(tab.get_by_role("heading", name=re.compile("network of update 0$"))).to_be_visible()
    assert updates(tab) == made
    tab.get_by_role("button", name="Go on from update 0").click()
    expect(tab.get_by_text(re.compile("Before the first update")).first).to_be_visible()
