"""A server that starts anew under an open page: nothing that was set is lost."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.visit import settle
from tests.serving import serve


@pytest.mark.parametrize("query", ["", "cell=GRU&T=12"], ids=["bare", "linked"])
def test_a_server_that_starts_anew_is_told_what_was_set(chromium, query):
    tab = chromium.new_context(reduced_motion="reduce").new_page()
    said = re.compile(rf"/gates\?{re.escape(query)}&?bias=1\.25$")
    with serve() as url:
        tab.goto(f"{url}/gates?{query}")
        settle(tab)
        thumb = tab.locator(".film [role=slider], .film input[type=range]").first
        thumb.focus()
        for _ in range(5):
            thumb.press("ArrowRight")
        expect(tab).to_have_url(said)
        settle(tab)
        before, set_to = tab.url, tab.locator(".film-sliders").first.inner_text()
    expect(tab.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)
    with serve(port=urlsplit(url).port):
        expect(tab.locator("[data-test-connection-state=CONNECTED]")).to_have_count(
            1, timeout=30000
        )
        tab.wait_for_timeout(1000)
        settle(tab)
        assert tab.url == before
        assert tab.locator(".film-sliders").first.inner_text() == set_to
    tab.context.close()
