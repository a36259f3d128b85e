"""While a thumb is held, what waits below the film keeps its room."""

from playwright.sync_api import expect

from tests.browser.visit import settle

HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"


def test_the_page_keeps_its_height_while_a_thumb_is_held(open_page):
    tab = open_page("gates", "cell=GRU", reduced_motion="reduce")
    before = tab.evaluate(HEIGHT)
    below = tab.get_by_role("heading", name="How much of each gate is stuck")
    box = tab.locator("[data-slider=gain]").bounding_box()
    y = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + 0.3 * box["width"], y)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.6 * box["width"], y, steps=5)
    expect(below).to_have_count(0)
    assert abs(tab.evaluate(HEIGHT) - before) < 20
    tab.mouse.up()
    expect(below).to_be_visible()
    settle(tab)
    assert abs(tab.evaluate(HEIGHT) - before) < 20
