"""The walk back in a real browser: it plays, turns, is dragged, and says where it stands."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import STILL, data, drag, film, follows
from tests.browser.visit import settle

PAGE = "backpropagation"
PIXEL = """([canvas, x, y]) => {
  const scale = canvas.width / canvas.clientWidth;
  return [...canvas.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data];
}"""


def time(tab):
    return tab.locator(".film-time")


def test_the_keys_lead_to_the_loss_and_back(open_page):
    tab = open_page(PAGE, "T=4&t=3", **STILL)
    film(tab).focus()
    expect(time(tab)).to_have_text("t = 3 of 4, forward")
    tab.keyboard.press("ArrowRight")
    expect(time(tab)).to_have_text("t = 4 of 4, forward")
    tab.keyboard.press("ArrowRight")
    expect(time(tab)).to_have_text("the loss L")
    expect(tab.get_by_role("heading", name="The loss by hand")).to_be_visible()
    tab.keyboard.press("ArrowRight")
    expect(time(tab)).to_have_text("t = 4 of 4, on the way back")
    expect(tab.get_by_role("heading", name="Step back 4 by hand")).to_be_visible()
    follows(tab, t="6")
    tab.keyboard.press("End")
    expect(time(tab)).to_have_text("t = 0 of 4, on the way back")
    expect(tab.get_by_role("heading", name="Back at the first state")).to_be_visible()


def test_it_plays_through_the_turn_without_the_server(open_page):
    tab = open_page(PAGE, "T=3&t=0")
    asked = []
    tab.on("websocket", lambda socket: asked.append(socket))
    tab.get_by_label("speed").select_option("4")
    film(tab).focus()
    tab.keyboard.press("Space")
    expect(time(tab)).to_have_text(re.compile("on the way back"), timeout=8000)
    tab.keyboard.press("Space")
    assert not asked


@pytest.mark.parametrize(
    ("slider", "entry"), [("window", "window"), ("clip", "clip"), ("gain", "gain"), ("T", "T")]
)
def test_every_slider_moves_the_picture(open_page, slider, entry):
    tab = open_page(PAGE, **STILL)
    versions = set()
    drag(tab, slider, 0.95, 0.2, lambda: versions.add(data(tab, "version")))
    settle(tab)
    assert len(versions) >= 2 or slider == "clip"  # clipping moves the table, not the film
    tab.wait_for_url(re.compile(rf"[?&]{entry}="), wait_until="commit")


def test_the_window_counts_in_whole_steps_and_ends_in_a_word(open_page):
    tab = open_page(PAGE, "T=12&window=5", **STILL)
    knob = tab.locator("[data-slider=window]")
    shown = knob.locator("xpath=..").locator("output")
    expect(shown).to_have_text("5")
    knob.focus()
    tab.keyboard.press("ArrowRight")
    expect(shown).to_have_text("6")
    follows(tab, window="6")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")
    expect(shown).to_have_text("4")
    follows(tab, window="4")
    box = knob.bounding_box()
    tab.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    expect(shown).to_have_text("all steps")


def test_clipping_shows_in_the_table_while_the_thumb_is_held(open_page):
    tab = open_page(PAGE, **STILL)
    said = tab.get_by_text("The window holds all steps")
    expect(said).to_contain_text("clipping changes nothing")
    drag(tab, "clip", 0.98, 0.2)
    expect(said).to_contain_text("does not turn it")


def test_what_is_ahead_is_pale_and_what_is_behind_is_not(open_page):
    tab = open_page(PAGE, "T=12&t=2", dark=True, **STILL)
    plot = tab.locator(".film-overlay").first
    box = plot.evaluate("(canvas) => [canvas.clientWidth, canvas.clientHeight]")

    def veiled(share):
        handle = plot.element_handle()
        return tab.evaluate(PIXEL, [handle, share * box[0], 4])[3]

    assert veiled(0.9) > 100
    assert veiled(0.02) == 0
    film(tab).focus()
    tab.keyboard.press("End")
    tab.wait_for_timeout(200)
    assert veiled(0.9) == 0


def test_the_loss_can_be_clicked(open_page):
    tab = open_page(PAGE, "T=4&t=2", **STILL)
    canvas = tab.locator(".film-graph")
    box = canvas.bounding_box()
    # Of the six places s_0 .. s_4 and L, the last.
    wide = box["width"] / 2 + 2.5 * box["width"] / 9
    for down in (0.35, 0.45, 0.55):
        tab.mouse.click(box["x"] + wide, box["y"] + down * box["height"])
    expect(time(tab)).to_have_text("the loss L")
