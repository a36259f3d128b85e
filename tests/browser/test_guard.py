"""A page whose name is made to point at this machine gets no answer; our own names do."""

from urllib.parse import urlsplit

import pytest

from tests.browser import chromium as finder
from tests.browser.visit import settle


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


LOADS = """(address) => new Promise((done) => {
  const seen = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    seen.push(event.effectiveDirective);
    if (seen.length === 3) done(seen.sort());
  });
  fetch(address).catch(() => {});
  new Image().src = address;
  const script = document.createElement("script");
  script.src = address;
  document.head.append(script);
})"""


def test_nothing_is_loaded_from_elsewhere(rebound, app_url):
    rebound.goto(app_url)
    rebound.get_by_role("heading", level=1).wait_for(timeout=30_000)
    seen = rebound.evaluate(LOADS, "http://127.0.0.1:9/elsewhere")
    assert seen == ["connect-src", "img-src", "script-src-elem"]


def test_a_file_is_sent_only_where_a_page_asks_for_one(open_page):
    tab = open_page("your_model")
    with tab.expect_request(lambda request: request.method == "PUT") as put:
        tab.set_input_files(
            "input[type=file]", {"name": "a.pt", "mimeType": "", "buffer": b"epoch,loss"}
        )
    sent = put.value
    assert sent.response().status == 204
    tab.get_by_text("This is a text file, whatever its name says.").wait_for()
    again = {"headers": sent.all_headers(), "data": sent.post_data_buffer}
    tab.evaluate(
        "history.pushState({}, '', '/gates'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    tab.get_by_role("heading", level=1, name="Gates").wait_for()
    settle(tab)
    again["headers"].pop("content-length", None)
    answer = tab.request.put(sent.url, **again)
    assert answer.status == 403, answer.text()
