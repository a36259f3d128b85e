"""A page whose name is made to point at this machine gets no answer; our own names do."""

from urllib.parse import urlsplit

import pytest

from tests.browser import chromium as finder


@pytest.fixture
def rebound(chromium):
    """Give a page of a browser for which a foreign name is this machine's."""
    rule = "--host-resolver-rules=MAP rebound.example 127.0.0.1"
    browser = chromium.browser_type.launch(
        executable_path=finder.find(), args=[*finder.FLAGS, rule]
    )
    yield browser.new_page()
    browser.close()


def test_a_rebound_name_is_refused(rebound, app_url):
    port = urlsplit(app_url).port
    answer = rebound.goto(f"http://rebound.example:{port}/")
    assert answer.status == 421
    assert "ALLOW_HOST" in answer.text()
    assert rebound.goto(f"http://localhost:{port}/").status == 200
    rebound.get_by_role("heading", level=1).wait_for(timeout=30_000)
