"""What stands on a page is seen whole: nothing is cut off, and no number is broken in two."""

import pytest

PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True}
CUT = "nodes => nodes.filter((node) => node.scrollWidth > node.clientWidth + 1)"


@pytest.mark.parametrize("settings", [{}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["recurrence", "unrolling"])
def test_a_sentence_is_seen_whole_in_its_field(open_page, path, settings):
    page = open_page(path, **settings)
    field = page.get_by_label("Your sequence", exact=True)
    assert len(field.input_value()) > 30
    assert field.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_step_back_by_hand_is_seen_whole_on_a_phone(open_page):
    page = open_page("backpropagation", **PHONE)
    equations = page.locator(".katex-display")
    assert equations.count() >= 4
    assert equations.evaluate_all(f"nodes => ({CUT})(nodes).map((node) => node.innerText)") == []


def test_a_share_and_its_range_stand_on_one_line_of_a_phone(open_page):
    page = open_page("sequence_maps", **PHONE)
    cells = page.locator("td:nth-child(2)").filter(has_text="–")
    assert cells.count() >= 7
    lines = """nodes => nodes.map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      return new Set(boxes.map((box) => Math.round(box.bottom / 6))).size;
    })"""
    assert set(cells.evaluate_all(lines)) == {1}


def test_what_is_true_of_a_picture_is_said_whole_on_a_phone(open_page):
    page = open_page("text", **PHONE)
    badge = page.get_by_role("button", name="✓ real").locator("p")
    assert badge.evaluate("node => node.scrollWidth <= node.clientWidth")
