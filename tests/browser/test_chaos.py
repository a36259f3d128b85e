"""A long computation in a real browser: it hears a click while it runs, and keeps what it has."""

from playwright.sync_api import expect

from tests.browser.visit import settle

PAGE = "chaos"
LONG = {"view": "gain", "sizes": "25,50,100,200,300,400", "seeds": "60", "steps": "2000"}


def test_a_long_sweep_can_be_stopped(open_page):
    tab = open_page(PAGE, "N=20")
    tab.goto(tab.url.split("?")[0] + "?" + "&".join(f"{k}={v}" for k, v in LONG.items()))
    tab.get_by_role("button", name="Stop, keep what there is").click()
    expect(tab.get_by_text("Stopped. What follows is what had been found")).to_be_visible()
    settle(tab)
    expect(tab.get_by_role("button", name="Go on")).to_be_visible()
    expect(tab.locator('[data-testid="stPlotlyChart"] .main-svg').first).to_be_visible()


HEAVY = {"view": "gradient", "cell": "LSTM", "N": "400", "g": "6", "lags": "1500"}


def test_what_the_film_waits_for_can_be_stopped_too(open_page):
    tab = open_page(PAGE, "N=20")
    tab.goto(tab.url.split("?")[0] + "?" + "&".join(f"{k}={v}" for k, v in HEAVY.items()))
    stop = tab.get_by_role("button", name="Stop, keep what there is")
    expect(stop).to_be_in_viewport()
    stop.click()
    expect(tab.get_by_text("Stopped")).to_be_visible(timeout=15_000)
    settle(tab)
    expect(tab.get_by_role("button", name="Go on")).to_be_in_viewport()
    expect(stop).to_have_count(0)
