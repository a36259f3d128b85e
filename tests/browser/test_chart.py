"""The charts of the dynamics pages in a real browser: clicked, dragged, by mouse and by keys."""

import json

import pytest

from tests.browser.visit import settle

SIZE = (1440, 1300)


@pytest.fixture
def page(open_page):
    """Open the phase portrait with nothing moving by itself."""
    return open_page("phase_portrait", size=SIZE, reduced_motion="reduce")


def big(page):
    """Return the large chart."""
    return page.locator(".film-chart-big .film-chart-plot")


def handles(canvas):
    """Return where the handles of a chart are."""
    return json.loads(canvas.get_attribute("data-handles"))


def spot(page, canvas, place, wide=1.12):
    """Return where a place of the large chart is on the screen."""
    box = canvas.bounding_box()
    side = min(box["width"] - 50, box["height"] - 42)
    left, foot = box["x"] + 40, box["y"] + box["height"] - 34
    return left + (place[0] + wide) / (2 * wide) * side, foot - (place[1] + wide) / (
        2 * wide
    ) * side


def test_a_click_starts_a_run_and_a_click_on_it_takes_it_away(page):
    canvas = big(page)
    before = handles(canvas)
    page.mouse.click(*spot(page, canvas, (0.5, -0.3)))
    page.wait_for_function("location.search.includes('from=')")
    settle(page)
    after = handles(canvas)
    assert after[: len(before)] == before
    assert after[-1] == pytest.approx([0.5, -0.3], abs=0.01)
    page.mouse.click(*spot(page, canvas, after[-1]))
    page.wait_for_function("!location.search.includes('from=')")
    settle(page)
    assert handles(canvas) == before


def test_a_start_is_dragged_and_its_run_follows(page):
    canvas = big(page)
    x, y = spot(page, canvas, handles(canvas)[2])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=6)
    page.mouse.move(*spot(page, canvas, (-0.4, 0.6)), steps=6)
    page.mouse.up()
    page.wait_for_function("location.search.includes('from=')")
    settle(page)
    assert handles(canvas)[2] == pytest.approx([-0.4, 0.6], abs=0.02)
    assert len(handles(canvas)) == 4


def test_keys_start_a_run_and_leave_the_film_alone(page):
    canvas = big(page)
    page.locator(".film").first.focus()
    page.keyboard.press("Tab")
    canvas.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("location.search.includes('from=')")
    settle(page)
    assert len(handles(canvas)) == 5
    assert page.locator(".film").first.get_attribute("data-cursor") == "0"
    page.keyboard.press("Delete")
    page.wait_for_function("!location.search.includes('from=')")


def test_the_arrows_of_the_matrix_can_be_dragged(page):
    canvas = page.locator(".film-chart-rest .film-chart-plot").first
    box = canvas.bounding_box()
    (x, y), other = handles(canvas)
    side = min(box["width"] - 36, box["height"] - 26)
    left, foot = box["x"] + 26, box["y"] + box["height"] - 18
    at = left + (x + 2) / 4 * side, foot - (y + 2) / 4 * side
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] - 30, at[1] - 30, steps=5)
    page.mouse.up()
    page.wait_for_function("location.search.includes('W=')")
    settle(page)
    moved, still = handles(canvas)
    assert moved[0] < x - 0.1
    assert moved[1] > y + 0.1
    assert still == other
    assert page.get_by_label("Matrix, row by row").input_value().startswith(f"{moved[0]:g} ")


def test_a_slider_redraws_the_portrait(page):
    before = big(page).screenshot()
    slider = page.locator("[data-slider=x2]")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("/x2=0.1/.test(location.search)")
    settle(page)
    assert big(page).screenshot() != before
    assert page.get_by_text("1 stable, 1 saddle, 1 source, spiral").first.is_visible()


def test_the_weight_is_dragged_in_the_diagram_and_the_plane(open_page):
    page = open_page("bifurcations", size=SIZE, reduced_motion="reduce")
    canvas = big(page).first
    box = canvas.bounding_box()
    (w, _), *_ = handles(canvas)
    wide, high = box["width"] - 50, box["height"] - 42
    x = box["x"] + 40 + (w + 3) / 7 * wide
    y = box["y"] + box["height"] - 34 - 0.04 * high
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=6)
    page.mouse.up()
    page.wait_for_function("location.search.includes('w=')")
    settle(page)
    assert handles(canvas)[0][0] < w - 0.3


@pytest.mark.parametrize("name", ["phase_portrait", "bifurcations"])
def test_nothing_is_wider_than_a_phone(open_page, name):
    page = open_page(name, size=(390, 844), reduced_motion="reduce")
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.film-chart')]"
        ".map((node) => node.getBoundingClientRect().right))"
    )
    assert wide <= 390
