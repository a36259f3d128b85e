"""From a key on a slider to the new pixels, against an empty rerun and a naive Plotly page.

The picture is always all films of an LSTM with H=32 over T=100 steps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench import server
from tests.bench.browser import browser, new_page, quiet, visit
from tests.bench.report import Row
from tests.bench.rounds import interleaved

FLOOR, NAIVE = "empty rerun", "six go.Figure"
STREAMLIT_SLIDER = '[data-testid="stSlider"] input'
OWN_SLIDER = '.film-thumb[data-slider="gain"]'


@dataclass(frozen=True)
class Design:
    """A page under test: where it is, how its picture is recognised, which slider is moved."""

    path: str
    sight: str
    slider: str


STAGED = {
    FLOOR: Design("?show=empty", "text", STREAMLIT_SLIDER),
    "film, own slider": Design("?show=film", "film", OWN_SLIDER),
    "film, Streamlit's slider": Design("?show=stock", "film", STREAMLIT_SLIDER),
    NAIVE: Design("?show=naive", "plotly", STREAMLIT_SLIDER),
}
REAL = {"page Gates": Design("gates?cell=LSTM&H=32&T=100", "film", OWN_SLIDER)}


def run(quick: bool) -> Iterator[Row]:
    """Yield a row against the floor and one against the naive page for each of our designs."""
    with (
        server.started(server.ours(server.STAGE)) as stage,
        server.started(server.ours()) as app,
        browser() as opened,
    ):
        pages = {
            name: opened_at(opened, f"{base.address}/{design.path}", design)
            for base, designs in ((stage, STAGED), (app, REAL))
            for name, design in designs.items()
        }
        times = interleaved(
            {name: press(*pages[name]) for name in pages},
            rounds=6 if quick else 25,
            budget=12 if quick else 60,
            measure=lambda job: job(),
        )
    facts = times.milliseconds()
    for name in (name for name in pages if name not in (FLOOR, NAIVE)):
        yield Row(
            "key", name, f"{FLOOR} (ours / theirs)",
            times.ratio(name, FLOOR), at_most=1.6, facts=facts,
        )  # fmt: skip
        yield Row(
            "key", name, NAIVE, times.ratio(NAIVE, name), at_least=7,
            facts=facts,
        )  # fmt: skip


def opened_at(opened, address: str, design: Design):
    """Open a page, wait for its picture and set the focus on its slider."""
    page = new_page(opened)
    visit(page, address, design.sight)
    page.wait_for_timeout(1500)
    page.locator(design.slider).first.focus()
    return page, design


def press(page, design: Design) -> Callable[[], float]:
    """Return a function that presses a key and says how many seconds the picture took."""
    turns = iter(range(10**9))

    def pressed() -> float:
        page.bring_to_front()
        page.wait_for_timeout(250)
        quiet()
        page.evaluate("(sight) => bench.arm(sight)", design.sight)
        # To and fro, so that no slider reaches its end.
        page.keyboard.press("ArrowRight" if next(turns) % 8 < 4 else "ArrowLeft")
        elapsed = page.evaluate("bench.elapsed()")
        page.wait_for_timeout(150)
        return elapsed / 1000

    return pressed
