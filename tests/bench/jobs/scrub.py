"""Whether every move of the time slider is shown, and how soon; no server takes part in it."""

import time
from collections.abc import Iterator

from tests.bench import server
from tests.bench.browser import browser, new_page, quiet, visit
from tests.bench.report import Row
from tests.bench.rounds import Spread

STEPS = 150
CASE = "LSTM H=64 T=200"


def run(quick: bool) -> Iterator[Row]:
    """Yield the dropped moves and the time that a step takes."""
    dropped, waits, heard, fastest = [], [], [], []
    with server.started(server.ours(server.STAGE)) as stage, browser() as opened:
        page = new_page(opened)
        visit(page, f"{stage.address}/?show=large", "film")
        page.wait_for_timeout(1500)
        for _ in range(2 if quick else 6):
            quiet()
            log, seconds = scrubbed(page)
            lost, delays = shown(log)
            dropped.append(lost)
            waits += delays
            heard.append(len(log["inputs"]))
            fastest.append(STEPS / seconds)
        moving = float(page.evaluate("bench.film().dataset.moveMs"))
    waits.sort()
    facts = {
        "moves heard": sum(heard),
        "moves sent per second": round(sum(fastest) / len(fastest), 1),
        "p95 ms": round(waits[int(0.95 * len(waits))], 1),
        "script ms of a step": moving,
    }
    yield Row(
        "scrub", f"{CASE}: dropped", "a mouse move every frame", Spread.of([float(sum(dropped))]),
        unit=f"of {sum(heard)}", at_most=0, facts=facts,
    )  # fmt: skip
    yield Row(
        "scrub", f"{CASE}: move to picture", "a frame takes 16.7 ms", Spread.of(waits), unit="ms",
        facts=facts,
    )  # fmt: skip


def scrubbed(page) -> tuple[dict, float]:
    """Drag the time slider from left to right, one step a move; return the log and the seconds."""
    scrubber = page.locator(".film-scrubber")
    scrubber.scroll_into_view_if_needed()
    scrubber.evaluate("(input) => { input.value = 0; input.dispatchEvent(new Event('input')); }")
    page.wait_for_timeout(800)
    box = scrubber.bounding_box()
    last = int(scrubber.get_attribute("max"))
    y, thumb = box["y"] + box["height"] / 2, 20
    step = (box["width"] - thumb) / last
    start = box["x"] + thumb / 2
    page.mouse.move(start, y)
    page.mouse.down()
    page.wait_for_timeout(100)
    page.evaluate("bench.watch()")
    # The browser takes one move per frame and asks for the next: 60 a second, no clock needed.
    began = time.perf_counter()
    page.mouse.move(start + step * STEPS, y, steps=STEPS)
    seconds = time.perf_counter() - began
    page.wait_for_timeout(100)
    log = page.evaluate("bench.report()")
    page.mouse.up()
    page.wait_for_timeout(500)
    return log, seconds


def shown(log: dict) -> tuple[int, list[float]]:
    """Return how many inputs were never shown, and after how many ms the others were."""
    frames = {int(cursor): when for when, cursor in reversed(log["cursors"])}
    waits, lost = [], 0
    for when, value in log["inputs"]:
        if int(value) in frames:
            waits.append(max(0.0, frames[int(value)] - when))
        else:
            lost += 1
    return lost, waits
