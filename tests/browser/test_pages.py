"""The pages in a real browser: they open, move, follow the hand, and keep what the link says."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.shots import pages
from tests.browser.visit import settle
from tests.pages.visiting import OF_CELLS

PAGES = pages()
PHONE = (390, 844)
STILL = {"reduced_motion": "reduce"}
WITH_STEPS = ["gates", "unrolling"]
WIDTHS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const film = main.querySelector("[data-testid^=stBidiComponent]").shadowRoot;
  const wide = document.documentElement.clientWidth;
  const parts = film.querySelectorAll("canvas, input, button");
  const buttons = [...main.querySelectorAll("button")].filter(
    (node) => !node.closest('[class*="st-key-one_line"]')); // that line can be pushed
  return [...parts, ...buttons]
    .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < 0 || box.right > wide + 0.5));
}"""
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def path(page):
    return "" if page == "home" else page


def film(tab):
    return tab.locator(".film").first


def data(tab, name):
    return tab.locator(".film[data-version]").first.get_attribute(f"data-{name}")


def said(tab):
    """Return what the address bar says."""
    return {key: values[-1] for key, values in parse_qs(urlsplit(tab.url).query).items()}


def follows(tab, **wanted):
    """Wait until the address bar says so."""
    for key, value in wanted.items():
        tab.wait_for_url(re.compile(rf"[?&]{key}={re.escape(value)}(&|$)"), wait_until="commit")


def drag(tab, slider, start, end, held=lambda: None):
    """Drag a live slider from one share of its width to another, looking at the page meanwhile."""
    knob = tab.locator(f"[data-slider={slider}]")
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    y = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + start * box["width"], y)
    tab.mouse.down()
    for k in range(1, 11):
        tab.mouse.move(box["x"] + (start + (end - start) * k / 10) * box["width"], y)
        tab.wait_for_timeout(40)
        held()
    tab.mouse.up()
    return knob


def check_size(tab, width, height):
    """Assert that nothing is blank, cut off or too far down."""
    drawn = [canvas.evaluate(COLOURS) for canvas in tab.locator(".film canvas").all()]
    assert len(drawn) >= 3
    assert min(drawn) >= 2
    assert tab.evaluate(WIDTHS) == []
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert film(tab).bounding_box()["y"] < height  # the picture comes before the reading


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_a_picture_on_any_screen(open_page, page, dark):
    tab = open_page(path(page), dark=dark, **STILL)
    expect(tab.get_by_role("heading", level=1)).to_have_count(1)
    assert data(tab, "theme") == ("dark" if dark else "light")
    check_size(tab, 1440, 900)
    tab.set_viewport_size({"width": 390, "height": 844})
    settle(tab)
    check_size(tab, 390, 844)


def test_a_phone_opens_a_page_by_its_link(open_page):
    tab = open_page("gates", "t=7", size=PHONE, has_touch=True, is_mobile=True, **STILL)
    check_size(tab, *PHONE)
    plot = tab.locator(".film-plot").nth(1)
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")  # clear of the bar below
    box = plot.bounding_box()
    tab.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 4.5 / 16 * box["height"])
    expect(tab.get_by_role("heading", name=re.compile("by hand, unit 5"))).to_be_visible()


@pytest.mark.parametrize("page", OF_CELLS)
def test_a_dragged_slider_moves_the_picture_and_then_the_link(open_page, page):
    tab = open_page(path(page), **STILL)
    before, versions = said(tab), set()

    def held():
        versions.add(data(tab, "version"))
        assert said(tab) == before

    knob = drag(tab, "gain", 0.3, 0.6, held)
    assert len(versions) >= 3
    value = f"{float(knob.input_value()):g}"
    follows(tab, gain=value)
    settle(tab)
    assert f"{float(knob.input_value()):g}" == value


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OF_CELLS])
def test_whatever_is_dragged_moves_the_picture_and_then_the_link(open_page, page):
    tab = open_page(path(page), **STILL)
    knob = film(tab).locator("[data-slider]")
    if not knob.count():
        pytest.skip("nothing to drag in the first film of this page")
    before, version = said(tab), data(tab, "version")
    drag(tab, knob.first.get_attribute("data-slider"), 0.35, 0.6, lambda: None)
    tab.wait_for_function("start => location.search !== start", arg=before_search(before))
    settle(tab)
    assert data(tab, "version") != version


def before_search(said):
    """Return the search part of an address that says this."""
    return f"?{urlencode(said)}" if said else ""


@pytest.mark.parametrize("page", WITH_STEPS)
def test_the_step_by_hand_follows_the_cursor_when_it_rests(open_page, page):
    tab = open_page(path(page), "t=4", **STILL)
    expect(tab.get_by_role("heading", name="Step 4 by hand")).to_be_visible()
    film(tab).focus()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    assert data(tab, "cursor") == "7"
    expect(tab.get_by_role("heading", name="Step 7 by hand")).to_be_visible()
    follows(tab, t="7")
    settle(tab)
    assert data(tab, "cursor") == "7"


@pytest.mark.parametrize("page", WITH_STEPS)
def test_a_square_that_is_clicked_chooses_its_unit(open_page, page):
    tab = open_page(path(page), "H=4", **STILL)
    plot = tab.locator(".film-plot").nth(1)
    plot.evaluate("plot => plot.scrollIntoView({ block: 'center' })")  # clear of the bar below
    box = plot.bounding_box()
    tab.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 2.5 / 4 * box["height"])
    expect(tab.get_by_role("heading", name=re.compile("by hand, unit 3"))).to_be_visible()
    follows(tab, unit="3")


@pytest.mark.parametrize("page", WITH_STEPS)
def test_another_cell_has_another_film_and_other_equations(open_page, page):
    tab = open_page(path(page), **STILL)
    before = data(tab, "version")
    tab.locator("[data-testid=stMain]").get_by_role("button", name="GRU", exact=True).or_(
        tab.get_by_role("radio", name="GRU", exact=True)
    ).first.click()
    follows(tab, cell="GRU")
    settle(tab)
    assert data(tab, "version") != before
    tab.get_by_role("button", name="The rule as code").click()
    expect(tab.locator("[data-testid=stCode]").first).to_contain_text("z")


def test_a_link_opens_exactly_its_state_and_a_reload_keeps_it(open_page):
    query = "H=5&T=9&bias=-2.5&cell=GRU&gain=0.75&input=sine&memory=bias&seed=3&t=6&unit=2"
    tab = open_page("gates", query, **STILL)

    def check():
        wanted = {key: values[-1] for key, values in parse_qs(query).items()}
        default = {"memory": "bias"}
        assert said(tab) == {k: v for k, v in wanted.items() if default.get(k) != v}
        assert data(tab, "cursor") == "6"
        expect(tab.get_by_role("heading", name="Step 6 by hand, unit 2")).to_be_visible()
        for name, value in (("gain", 0.75), ("bias", -2.5), ("H", 5), ("T", 9)):
            assert float(tab.locator(f"[data-slider={name}]").input_value()) == value
        return data(tab, "version")

    version = check()
    tab.reload()
    settle(tab)
    assert check() == version


def test_a_bad_link_is_one_sentence_and_the_page_stands(open_page):
    tab = open_page("gates", "H=many&seed=3&%00=%00", **STILL)
    tab.get_by_text("settings of the link were changed or left out").click()
    expect(tab.get_by_text("The link says H = “many”")).to_be_visible()
    assert data(tab, "version")
    assert said(tab) == {"seed": "3"}


def test_what_was_set_is_found_again_after_a_walk(open_page):
    tab = open_page("unrolling", "seed=5", **STILL)
    version = data(tab, "version")
    tab.get_by_text("Gates and cells").click()
    tab.get_by_role("menuitem", name="Gates", exact=True).click()
    tab.wait_for_url("**/gates*")
    settle(tab)
    assert "seed" not in said(tab)
    tab.go_back()
    tab.wait_for_url("**/unrolling*")
    settle(tab)
    assert data(tab, "version") == version
    follows(tab, seed="5")


def test_a_door_of_home_opens(open_page):
    tab = open_page("", **STILL)
    doors = tab.locator("[data-testid=stMain] [data-testid=stPageLink] a")
    assert doors.count() == len(PAGES) - 1
    doors.first.click()
    tab.wait_for_url(re.compile("/(" + "|".join(PAGES) + ")"))
    settle(tab)
    expect(tab.get_by_role("heading", level=1)).not_to_have_text("Unrolled")


def test_home_plays_by_itself(open_page):
    tab = open_page("")
    expect(film(tab)).to_have_attribute("data-playing", "true")
    start = data(tab, "cursor")
    expect(film(tab)).not_to_have_attribute("data-cursor", start)


def test_own_words_become_the_sequence(open_page):
    tab = open_page("unrolling", **STILL)
    field = tab.get_by_label("Your sequence")
    field.fill("to be or not to be")
    field.press("Enter")
    settle(tab)
    follows(tab, text="to+be+or+not+to+be")
    film(tab).focus()
    tab.keyboard.press("End")
    assert data(tab, "cursor") == "6"
    field.fill("🌀 _ $ <b>")
    field.press("Enter")
    settle(tab)
    assert tab.locator("[data-testid=stException]").count() == 0


def test_a_preset_changes_the_picture_and_the_link(open_page):
    tab = open_page("vanishing_gradients", **STILL)
    version = data(tab, "version")
    tab.get_by_role("button", name=re.compile("Explode")).click()
    follows(tab, gain="1.3", act="identity")
    settle(tab)
    assert data(tab, "version") != version
    assert float(tab.locator("[data-slider=gain]").input_value()) == 1.3


def test_the_figure_to_zoom_into_is_drawn(open_page):
    tab = open_page("vanishing_gradients", "seeds=2", **STILL)
    tab.get_by_text("as a figure to zoom into").click()
    expect(tab.locator(".main-svg").first).to_be_visible()
    settle(tab)
