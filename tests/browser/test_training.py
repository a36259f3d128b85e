"""Training in a real browser: it plays, it stops, and training time can be scrubbed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_take_home import taken
from tests.browser.visit import settle
from tests.serving import serve

# A server that is busy sends what it has to say late: here always, else now and then.
LATE = "import streamlit.runtime.runtime as runtime\nruntime.MESSAGE_FLUSH_INTERVAL_SECS = 0.4\n"


@pytest.fixture
def late_url(tmp_path, monkeypatch):
    """Give the address of the app on a server that sends late."""
    (tmp_path / "sitecustomize.py").write_text(LATE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with serve() as address:
        yield address


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


def losses(tab, path) -> tuple[list[str], str]:
    """Return the losses of all updates, as the CSV of the page has them, and its link."""
    tab.get_by_role("button", name="Take home").click()
    code = tab.get_by_role("dialog").locator("code", has_text="://").first
    expect(code).to_contain_text("&n=")
    link = code.inner_text()
    rows = taken(tab, "CSV", path).read_text("utf-8").splitlines()
    tab.keyboard.press("Escape")
    return [row for row in rows if row[0] != "#"], link


def test_a_link_trains_again_to_the_same_losses(open_page, tmp_path):
    tab = open_page("training", "task=DelayedRecall&T=10&H=8&n=60")
    tab.get_by_role("combobox", name=re.compile("Optimiser")).click()
    tab.get_by_role("option", name="Momentum").click()
    settle(tab)
    for _ in range(3):
        tab.get_by_role("button", name="One update", exact=True).click()
        settle(tab)
    expect(tab.get_by_text(re.compile(r"trained here · update 63"))).to_be_visible()
    assert "n=63" in tab.url
    rows, link = losses(tab, tmp_path / "one.csv")
    assert {"n=63", "before=60_optimiser_Adam"} <= set(link.split("?")[1].split("&"))
    there = open_page("training", link.split("?")[1])
    assert losses(there, tmp_path / "two.csv")[0] == rows
    assert len(rows) == 65


def test_training_again_shows_how_far_it_is_and_stops(open_page):
    tab = open_page("training", "H=64&T=100", reduced_motion="reduce")
    tab.goto(tab.url.split("?")[0] + "?H=64&T=100&n=5000")
    stop = tab.get_by_role("button", name="Stop, keep what there is")
    stop.click(timeout=20000)
    expect(tab.get_by_text("Update 5000 was asked for")).to_be_visible(timeout=20000)
    settle(tab)
    assert 0 < updates(tab) < 5000
    expect(tab.get_by_role("button", name="Train", exact=True)).to_be_enabled()


@pytest.mark.parametrize(
    ("page", "query", "label"),
    [
        ("training", "cell=LSTM&T=50&H=8&rate=0.00001", "Train"),  # too slow to be solved meanwhile
        ("text", "weights=own&H=8&T=40", "Learn from this text"),
    ],
    ids=["training", "text"],
)
def test_a_pause_is_a_pause_however_late_the_server_sends(open_page, late_url, page, query, label):
    tab = open_page(page, query, url=late_url, reduced_motion="reduce")
    go = tab.get_by_role("button", name=label, exact=True)
    pause = tab.get_by_role("button", name="Pause", exact=True)
    for wait in (600, 0, 200):
        go.click()
        expect(pause).to_be_visible(timeout=20000)
        tab.wait_for_timeout(wait)
        pause.click()
        expect(go).to_be_visible(timeout=20000)
        tab.wait_for_timeout(wait)
        expect(go).to_be_visible()
    settle(tab)
    expect(tab.get_by_role("heading", name="What to notice")).to_be_visible()
    expect(tab.locator(".film").first).to_be_visible()
