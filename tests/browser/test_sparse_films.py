"""Films of a single tick are drawn, and every number of a read-out has a name."""

import re

from tests.browser.visit import settle

SPAN = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let [left, right] = [1, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b, a] = data.slice(i, i + 4);
    if (a < 128 || Math.max(r, g, b) - Math.min(r, g, b) < 60) continue;
    const x = ((i / 4) % width) / width;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
  }
  return [left, right];
}"""


def test_a_recall_without_a_flip_is_a_level_over_the_whole_panel(open_page):
    page = open_page("hopfield", "start=mixture", reduced_motion="reduce")
    plots = page.locator(".film").first.locator(".film-plot").all()
    assert len(plots) == 2
    for plot in plots:
        left, right = plot.evaluate(SPAN)
        assert left < 0.05
        assert right > 0.95


def test_every_number_of_a_read_out_has_a_name(open_page):
    page = open_page(
        "training", "task=FlipFlop&T=30&cell=Elman&H=2&rate=0.02&n=8", reduced_motion="reduce"
    )
    page.locator(".film-readout .film-item, .film-item").first.wait_for()
    for item in page.locator(".film-item").all():
        name = item.inner_text().replace(item.locator("b").inner_text(), "")
        assert re.search(r"\w", name), item.inner_text()


def test_the_rows_of_a_triangle_are_numbered(open_page):
    page = open_page("gradient_matrix", reduced_motion="reduce")
    panel = page.locator(".film-panel").first
    plot = panel.locator(".film-plot").bounding_box()
    marks = panel.locator(".film-marks span").all()
    assert len(marks) >= 4
    for mark in marks:
        box = mark.bounding_box()
        middle = plot["y"] + (int(mark.inner_text()) - 0.5) * plot["height"] / 40
        assert abs(box["y"] + box["height"] / 2 - middle) < 2
        assert box["x"] + box["width"] <= plot["x"]


def test_another_length_keeps_the_place_in_the_walk_on_the_screen(open_page):
    page = open_page("backpropagation", reduced_motion="reduce")
    assert "t = 8, on the way back" in page.locator(".film-reading").inner_text()
    thumb = page.get_by_role("slider", name=re.compile(r"^steps"))
    thumb.focus()
    thumb.press("End")
    page.wait_for_url("**T=200**")
    settle(page)
    assert "t = 8, on the way back" in page.locator(".film-reading").inner_text()
    assert page.locator(".film").first.get_attribute("data-cursor") == "394"
