"""How many pictures a second stand on the screen while a slider is dragged."""

from collections.abc import Iterator

from tests.bench import server
from tests.bench.browser import browser, new_page, paced, quiet, visit
from tests.bench.jobs.key import OWN_SLIDER
from tests.bench.report import Row
from tests.bench.rounds import Spread

RATE, SECONDS = 30, 2.5
CASES = {
    "film, own slider": ("make run", server.ours(server.STAGE), "?show=film"),
    "page Home": ("make run", server.ours(), ""),
    "page Home, plain": ("streamlit run", server.stock("run", server.APP), ""),
    "page Gates": ("make run", server.ours(), "gates?cell=LSTM&H=32&T=100"),
    # Forty thousand norms to compute and to draw: interactive is all that is asked here.
    "matrix T=200 H=64": ("make run", server.ours(), "gradient_matrix?cell=LSTM&H=64&T=200"),
}
GOALS = {"matrix T=200 H=64": None}


def run(quick: bool) -> Iterator[Row]:
    """Yield a row for each design; only those that we serve have a goal."""
    with browser() as opened:
        for case, (served, command, path) in CASES.items():
            if quick and served != "make run":
                continue
            with server.started(command) as at:
                page = new_page(opened)
                visit(page, f"{at.address}/{path}", "film")
                page.wait_for_timeout(1500)
                drags = [dragged(page) for _ in range(2 if quick else 6)]
                page.context.close()
            rates, moves = zip(*drags, strict=True)
            yield Row(
                "drag", case, f"{RATE} mouse moves/s, {served}", Spread.of(list(rates)),
                unit="pictures/s", at_least=GOALS.get(case, 25) if served == "make run" else None,
                facts={"moves heard": sum(moves) / len(moves)},
            )  # fmt: skip


def dragged(page) -> tuple[float, int]:
    """Drag the thumb to and fro; return pictures per second and how many moves were heard."""
    thumb = page.locator(OWN_SLIDER)
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    quiet()
    page.mouse.move(middle, y)
    page.mouse.down()
    page.wait_for_timeout(300)
    page.evaluate("bench.watch()")
    moves = round(RATE * SECONDS)
    reach = 0.4 * box["width"]
    # A zigzag whose every stop is a new value of the slider.
    half = moves // 2
    path = [*range(1, half), *range(half, half - moves, -1)][:moves]
    seconds = paced(page, [(middle + reach * k / half, y) for k in path], RATE)
    log = page.evaluate("bench.report()")
    page.mouse.up()
    page.wait_for_timeout(800)
    return (len(log["versions"]) - 1) / seconds, len(log["inputs"])
