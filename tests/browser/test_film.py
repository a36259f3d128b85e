"""The film in a real browser: it draws, scrubs without the server, and tells Python the rest."""

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from explorer.film.packing import pack
from explorer.film.payload import numbered
from tests.browser import film_stage
from tests.serving import serve

STAGE = Path(__file__).parent / "film_stage.py"
PHONE = (390, 844)

COUNT_MESSAGES = """() => {
  window.messages = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...all) {
    window.messages += 1;
    return send.apply(this, all);
  };
}"""
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture(scope="module")
def stage_url():
    with serve(STAGE) as address:
        yield address


@pytest.fixture
def show(open_page, stage_url):
    def show(reel="large", **settings):
        return open_page(url=stage_url, query=f"reel={reel}", **settings)

    return show


def data(page, name):
    return page.locator(".film[data-version]").first.get_attribute(f"data-{name}")


def number(page, name="cursor"):
    return int(data(page, name))


def python_says(page):
    return page.get_by_text("python:")


def centre(page, selector, share=(0.5, 0.5)):
    box = page.locator(selector).first.bounding_box()
    return box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]


@pytest.mark.parametrize("reel", ["large", "small", "odd", "auto"])
def test_every_canvas_has_something_on_it(show, reel):
    page = show(reel)
    canvases = page.locator(".film canvas").all()
    assert len(canvases) >= 7
    for canvas in canvases:
        assert canvas.evaluate(COLOURS) > 3, canvas.get_attribute("class")


def test_keys_scrub_without_the_server_and_python_hears_of_the_rest(show):
    page = show()
    page.locator(".film").focus()
    page.evaluate(COUNT_MESSAGES)
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    assert (number(page), page.evaluate("messages")) == (3, 0)
    expect(python_says(page)).to_contain_text("cursor 3")
    assert page.evaluate("messages") == 1
    page.keyboard.press("End")
    assert number(page) == 100


def test_a_drag_over_the_panels_scrubs_without_the_server(show):
    page = show()
    page.evaluate(COUNT_MESSAGES)
    page.mouse.move(*centre(page, ".film-overlay", (0.2, 0.3)))
    page.mouse.down()
    seen = set()
    for share in np.linspace(0.2, 0.8, 25):
        page.mouse.move(*centre(page, ".film-overlay", (share, 0.3)))
        page.evaluate("new Promise(requestAnimationFrame)")
        seen.add(number(page))
    page.wait_for_timeout(500)
    assert page.evaluate("messages") == 0  # a held finger is not at rest
    assert len(seen) > 20
    assert number(page) == 80
    page.mouse.up()
    expect(python_says(page)).to_contain_text("cursor 80")


def test_thumb_and_cursor_share_their_place(show):
    page = show()
    box = page.locator(".film-plot").first.bounding_box()
    rail = page.locator(".film-rail").bounding_box()
    assert rail["x"] == pytest.approx(box["x"], abs=1)
    assert rail["width"] == pytest.approx(box["width"], abs=1)
    cell = box["width"] / 101
    page.mouse.click(box["x"] + 30.5 * cell, rail["y"] + rail["height"] / 2)
    assert number(page) == 30


def test_hovering_a_square_reads_the_numbers_of_that_unit_everywhere(show):
    page = show()
    _, gates, h, c, _ = film_stage.signals(32, 100, 3, 0.9)
    plot = page.locator(".film-plot").nth(1).bounding_box()  # the input gate
    page.mouse.move(plot["x"] + 12.5 / 101 * plot["width"], plot["y"] + 4.5 / 32 * plot["height"])
    text = page.locator(".film-reading")
    expect(text).to_contain_text("unit 5, t = 12")
    said = text.inner_text().replace("−", "-").replace("\n", " ")
    for value in (*gates[:, 11, 4], h[12, 4], c[12, 4]):
        digits = 3 - int(np.floor(np.log10(abs(value))))
        assert f"{value:.{digits}f}" in said
    assert number(page) == 42


def test_a_click_pins_a_row_and_escape_lets_it_go(show):
    page = show()
    box = page.locator(".film-plot").nth(2).bounding_box()
    page.mouse.click(box["x"] + 50.5 / 101 * box["width"], box["y"] + 7.5 / 32 * box["height"])
    expect(python_says(page)).to_contain_text("cursor 50 pick ('f', 7)")
    page.mouse.move(5, 5)
    expect(page.locator(".film-reading")).to_contain_text("unit 8, t = 50")
    page.locator(".film").focus()
    page.keyboard.press("Escape")
    expect(python_says(page)).to_contain_text("pick None")


def test_a_tap_pins_on_a_phone(show):
    page = show(size=PHONE, has_touch=True)
    box = page.locator(".film-plot").nth(1).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 20.5 / 32 * box["height"])
    expect(python_says(page)).to_contain_text("pick ('i', 20)")


def test_a_dragged_slider_shows_new_pictures_and_the_newest_value_wins(show):
    page = show()
    slider = page.locator("[data-slider=gain]")
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    versions = set()
    for k in range(20):
        page.mouse.move(box["x"] + (0.5 + 0.02 * k) * box["width"], y)
        held = slider.input_value()
        page.wait_for_timeout(40)
        assert slider.input_value() == held  # no answer moves the thumb under the finger
        versions.add(data(page, "version"))
    assert len(versions) >= 5
    expect(python_says(page)).to_contain_text("live True")
    page.mouse.up()
    last = float(slider.input_value())
    assert 1.4 < last < 1.6
    expect(python_says(page)).to_contain_text(f"gain {last:g} live False")
    assert float(slider.input_value()) == last


def test_arrow_keys_move_a_slider_and_leave_the_cursor(show):
    page = show()
    page.locator("[data-slider=gain]").focus()
    page.keyboard.press("ArrowRight")
    expect(python_says(page)).to_contain_text("gain 0.91 live False")
    page.locator("[data-slider=rate]").focus()
    before = data(page, "version")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".film-value").nth(1)).to_have_text("0.0112")
    expect(page.locator(f".film[data-version='{before}']")).to_have_count(0)
    assert number(page) == 42


def test_playing_stays_in_the_browser(show):
    page = show()
    page.locator(".film").focus()
    page.evaluate(COUNT_MESSAGES)
    page.keyboard.press(" ")
    page.wait_for_function("Number(document.querySelector('[data-testid^=stBidi]').shadowRoot"
                           ".querySelector('.film').dataset.cursor) > 46")  # fmt: skip
    assert data(page, "playing") == "true"
    assert page.evaluate("messages") == 0
    page.keyboard.press(" ")
    assert data(page, "playing") == "false"
    expect(python_says(page)).to_contain_text(f"cursor {number(page)}")


def test_a_film_plays_by_itself_unless_motion_is_unwanted(show):
    assert data(show("auto"), "playing") == "true"
    assert data(show("auto", reduced_motion="reduce"), "playing") == "false"


def test_the_graph_rolls_up_and_back(show):
    page = show("small")
    toggle = page.get_by_role("button", name=re.compile("rolled up"))
    open_colours = page.locator(".film-graph").evaluate(COLOURS)
    toggle.click()
    assert data(page, "rolled") == "true"
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(900)
    assert page.locator(".film-graph").evaluate(COLOURS) < open_colours
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")


def test_dark_pages_get_the_dark_scale(show):
    light, dark = show(), show(dark=True)
    assert (data(light, "theme"), data(dark, "theme")) == ("light", "dark")
    middle = "(c) => [...c.getContext('2d').getImageData(2, 20, 1, 1).data].slice(0, 3)"
    hidden = [page.locator(".film-plot").nth(6).evaluate(middle) for page in (light, dark)]
    assert sum(hidden[0]) > 600
    assert sum(hidden[1]) < 150


@pytest.mark.parametrize("reel", ["large", "small", "odd"])
def test_a_phone_shows_all_of_it(show, reel):
    page = show(reel, size=PHONE)
    over = "() => document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(over) <= PHONE[0]
    for node in page.locator(".film canvas, .film input, .film button, .film-gutter").all():
        box = node.bounding_box()
        assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= PHONE[0])


def test_a_new_width_is_drawn_anew(show):
    page = show()
    wide = page.locator(".film-plot").first.bounding_box()["width"]
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(300)
    canvas = page.locator(".film-plot").first
    assert canvas.bounding_box()["width"] < wide
    assert canvas.evaluate("(c) => c.width === Math.round(c.clientWidth * devicePixelRatio)")
    assert canvas.evaluate(COLOURS) > 3


TAKE = """async (payloads) => {
  const names = performance.getEntriesByType("resource").map((entry) => entry.name);
  const src = names.find((name) => name.includes("/static/film/view.js"));
  const { default: film } = await import(src);
  const parentElement = document.body.appendChild(document.createElement("div"));
  const sheet = src.replace("view.js", "view.css");
  const shown = [];
  for (const payload of payloads) {
    const data = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    await film({ data, parentElement, setStateValue() {} }, sheet);
    shown.push(parentElement.querySelector(".film").getAttribute("aria-label"));
  }
  return shown;
}"""


def test_an_older_picture_that_comes_late_is_ignored(show):
    page = show("small")
    first, second, third = (replace(film_stage.odd(), title=t) for t in "ABC")
    sent = [
        numbered(pack(second), 12),
        numbered(pack(first), 11),
        numbered(pack(second), 12),
        numbered(pack(third), 13),
        pack(first),  # a film taken home has no number
    ]
    shown = page.evaluate(TAKE, [base64.b64encode(one).decode() for one in sent])
    assert shown == ["B", "B", "B", "C", "A"]


CLEAR = """async (values) => {
  const names = performance.getEntriesByType("resource").map((entry) => entry.name);
  const src = names.find((name) => name.includes("/static/film/curves.js"));
  const { clear_of, scale_of } = await import(src);
  const panel = { log: true, lines: [{ values: Float32Array.from(values), start: 0 }] };
  const { place, rails } = scale_of(panel, 100);
  const x = clear_of(panel, (i) => 4 * i, place, rails[0].y, 40, 4 * values.length);
  return [rails.length, x / (4 * values.length)];
}"""


@pytest.mark.parametrize(
    ("values", "share"),
    [
        ([0.0] * 30 + [1.0] * 70, 0.72),
        ([1.0] * 60 + [0.0] * 40, 0.28),
        ([1.0, 0.0] * 50, 0.72),  # nowhere clear
    ],
    ids=["left", "right", "all along"],
)
def test_the_name_of_a_rail_stands_where_no_line_runs(show, values, share):
    rails, found = show("small").evaluate(CLEAR, values)
    assert rails == 1
    assert found == pytest.approx(share, abs=0.01)


def test_bad_bytes_end_in_a_sentence(open_page, stage_url):
    page = open_page(url=stage_url, query="reel=broken")
    expect(page.locator(".film-trouble")).to_contain_text("This film cannot be drawn")


def test_without_static_files_the_script_travels_inline(open_page, monkeypatch):
    monkeypatch.setenv("FILM_INLINE", "1")
    with serve(STAGE) as address:
        page = open_page(url=address, query="reel=small")
        assert page.locator(".film-plot").first.evaluate(COLOURS) > 3
        asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert not [name for name in asked if "/static/film/" in name]


def test_the_film_speaks_when_it_rests(show):
    page = show()
    film = page.get_by_role("group", name="LSTM-like film")
    film.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[aria-live=polite]")).to_contain_text("t = 43")
    expect(page.locator(".film-said")).to_contain_text(
        "Gates open and close while the state wanders."
    )
    expect(page.get_by_role("slider", name="time")).to_have_attribute(
        "aria-valuetext", "t = 43 of 100"
    )


def test_two_films_on_a_page_keep_apart(show):
    page = show("small")
    first, second = page.locator(".film").all()
    second.focus()
    page.keyboard.press("End")
    expect(second).to_have_attribute("data-cursor", "40")
    expect(first).to_have_attribute("data-cursor", "5")


def test_the_graph_can_stand_alone(show):
    page = show("graph")
    assert page.locator(".film-plot").count() == 0
    page.locator(".film").focus()
    page.keyboard.press("End")
    assert number(page) == 11
    page.wait_for_timeout(500)  # the window glides there
    box = page.locator(".film-graph").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 70)
    assert number(page) == 8


def test_a_drag_over_the_graph_moves_through_time(show):
    page = show()
    page.mouse.move(*centre(page, ".film-graph", (0.5, 0.1)))
    page.mouse.down()
    page.mouse.move(*centre(page, ".film-graph", (0.3, 0.1)), steps=8)
    page.mouse.up()
    assert 43 <= number(page) <= 45
