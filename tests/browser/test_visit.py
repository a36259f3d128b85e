"""The harness itself: a page that stands is told from one that does not, and errors are noticed."""

import pytest

from tests.browser.visit import Visit, settle
from tests.serving import serve

STAGE = """
import time
import streamlit as st

st.title("Stage")
if st.button("wait"):
    with st.spinner("working"):
        time.sleep(0.5)
    st.text("done")
st.plotly_chart({"data": [{"y": [1, 2, 3]}]})
film = st.components.v2.component("film", html="<canvas></canvas>", js='''
export default function ({ parentElement }) {
  const canvas = parentElement.querySelector("canvas");
  setTimeout(() => { canvas.dataset.version = "1"; }, 400);
}
''')
film(key="film")
if wrong := st.query_params.get("wrong"):
    speaker = st.components.v2.component("speaker", html="<p>!</p>", js=f'''
export default function () {{
  {wrong}
}}
''')
    speaker(key="speaker")
if st.query_params.get("raise"):
    raise ValueError("on purpose")
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    script = tmp_path_factory.mktemp("stage") / "stage.py"
    script.write_text(STAGE)
    with serve(script) as url:
        yield url


def test_a_page_stands_when_every_picture_is_drawn(stage, open_page):
    page = open_page(url=stage)
    assert page.locator("canvas[data-version]").count() == 1
    assert page.locator(".main-svg").count() > 0


def test_a_page_does_not_stand_while_its_script_runs(stage, open_page):
    page = open_page(url=stage)
    page.get_by_role("button", name="wait").click()
    settle(page)
    assert page.get_by_text("done").is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_a_page_opens_in_the_theme_and_the_size_asked_for(stage, open_page, dark):
    page = open_page(url=stage, dark=dark, size=(390, 844))
    background = page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )
    assert background == ("rgb(23, 22, 20)" if dark else "rgb(255, 255, 255)")
    assert page.viewport_size == {"width": 390, "height": 844}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("wrong=console.error('ouch')", "console error: ouch"),
        ("wrong=setTimeout(() => {throw new Error('ouch')})", "page error: ouch"),
        ("wrong=fetch('app/static/nothing.js')", "answered 404"),
        ("wrong=fetch('http://127.0.0.1:9/').catch(() => 0)", "asked another server"),
        ("raise=1", "exception box: ValueError"),
    ],
)
def test_what_goes_wrong_is_noticed(stage, chromium, query, complaint):
    visit = Visit.to(chromium, f"{stage}/?{query}")
    assert any(complaint in said for said in visit.close()), visit.complaints
