"""What stands below a film waits while a thumb is held, and is right once it rests."""

import pytest

from tests.pages.test_controls import drag
from tests.pages.visiting import link, visit

# Pages with equations or long tables below the film, and a slider to drag.
WAITING = {
    "backpropagation": ("gain", 1.2),
    "gates": ("gain", 1.2),
    "recurrence": ("gain", 1.2),
    "sequence_maps": ("gain", 1.2),
    "timescales": ("leak", 0.5),
    "unrolling": ("gain", 1.2),
}


def written(app):
    """Return what is written on the page."""
    return [part.value for part in (*app.latex, *app.markdown, *app.subheader)]


@pytest.mark.parametrize("page", WAITING)
def test_it_waits_for_the_thumb_and_then_says_what_a_fresh_page_says(page):
    name, value = WAITING[page]
    app = visit(page)
    before = written(app)
    drag(app, page, live=True, **{name: value})
    assert any("when the thumb rests" in caption.value for caption in app.caption)
    assert len(written(app)) < len(before)
    drag(app, page, live=False, moves=2, **{name: value})
    assert not any("when the thumb rests" in caption.value for caption in app.caption)
    assert written(app) == written(visit(page, link(app)))
    assert written(app) != before or page == "sequence_maps"
