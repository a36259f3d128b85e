"""A headless Chromium whose pages carry the probe."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.report import Skip

PROBE = Path(__file__).with_name("probe.js")
WINDOW = {"width": 1440, "height": 1000}


@contextlib.contextmanager
def browser() -> Iterator:
    """Open the browser that the tests use.

    Raises
    ------
    Skip
        When there is none.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser import chromium

    path = chromium.find()
    if not path:
        raise Skip(chromium.MISSING)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        try:
            yield opened
        finally:
            opened.close()


def new_page(opened, **settings):
    """Open a page in a window of its own, with nothing cached."""
    context = opened.new_context(viewport=WINDOW, **settings)
    context.add_init_script(path=PROBE)
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def visit(page, address: str, sight: str) -> float:
    """Open an address and return the ms until its first picture was painted."""
    page.goto(address)
    return page.evaluate("(sight) => bench.first(sight)", sight)


def paced(page, places: list[tuple[float, float]], rate: float) -> float:
    """Move the mouse from place to place at a steady rate; return the seconds that it took."""
    start = time.perf_counter()
    for k, (x, y) in enumerate(places):
        time.sleep(max(0.0, start + k / rate - time.perf_counter()))
        page.mouse.move(x, y)
    return time.perf_counter() - start


def quiet(patience: float = 2.0) -> None:
    """Wait until most of the machine is idle for a moment, or no longer than ``patience``."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end and idle_share(0.08) < 0.6:
        pass


def idle_share(seconds: float) -> float:
    """Return the idle share of all cores over so many seconds; 1 where the system does not tell."""
    before = _ticks()
    time.sleep(seconds)
    idle, total = (now - then for now, then in zip(_ticks(), before, strict=True))
    return idle / total if total else 1.0


def _ticks() -> tuple[int, int]:
    with contextlib.suppress(OSError):
        ticks = [
            int(word) for word in Path("/proc/stat").read_text("utf-8").split("\n")[0].split()[1:]
        ]
        return ticks[3] + ticks[4], sum(ticks[:8])
    return 0, 0
