"""What a first visitor waits for and downloads, and what the server needs to get there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from tests.bench import server
from tests.bench.browser import browser, new_page, quiet, visit
from tests.bench.report import Row
from tests.bench.rounds import Rounds, Spread, interleaved

HELLO, NAIVE = "streamlit hello", "naive Plotly page"


@dataclass
class Visits:
    """What first visits to one page of one fresh server were like."""

    command: list[str]
    path: str
    sight: str
    page_seconds: list[float] = field(default_factory=list)
    start_seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    torch: bool = False


def run(quick: bool) -> Iterator[Row]:
    """Yield the rows of page to picture, start to picture, and memory."""
    cases = {
        "page Home": Visits(server.ours(), "", "film"),
        "page Gates": Visits(server.ours(), "gates?cell=LSTM&H=32&T=100", "film"),
        NAIVE: Visits(server.ours(server.STAGE), "?show=naive", "plotly"),
        HELLO: Visits(server.stock("hello"), "", "title"),
    }
    with browser() as opened:
        interleaved(
            {name: first_visit(opened, case) for name, case in cases.items()},
            rounds=3 if quick else 8,
            budget=60,
            least=3,
            warm=1,
        )
    # The warm-up stands first in every list; the disk's cache was cold then.
    page = Rounds({name: case.page_seconds[1:] for name, case in cases.items()})
    start = Rounds({name: case.start_seconds[1:] for name, case in cases.items()})
    downloads = {f"{name} MB": round(median(c.megabytes), 2) for name, c in cases.items()}
    for name in ("page Home", "page Gates"):
        yield Row(
            "first", f"{name}, page to picture", f"{NAIVE} (ours / theirs)",
            page.ratio(name, NAIVE), at_most=0.6, facts=page.milliseconds() | downloads,
        )  # fmt: skip
    home = cases["page Home"]
    yield Row(
        "first", "page Home, start to picture", f"{HELLO} (ours / theirs)",
        start.ratio("page Home", HELLO), at_most=1, facts=start.milliseconds(),
    )  # fmt: skip
    yield Row(
        "first", "page Home, download", f"{NAIVE} (ours / theirs)",
        Spread.of([median(home.megabytes) / median(cases[NAIVE].megabytes)]), facts=downloads,
    )  # fmt: skip
    yield Row(
        "first", "torch in the server by then", "not loaded",
        Spread.of([float(home.torch or cases["page Gates"].torch)]), unit="", at_most=0,
    )  # fmt: skip
    for name, case in cases.items():
        yield Row("first", "memory of the server", name, Spread.of(case.memory), unit="MB")


def first_visit(opened, case: Visits) -> Callable[[], None]:
    """Return a function that starts a server, lets its first visitor in and notes what it took."""

    def visited() -> None:
        quiet()
        with server.started(case.command) as at:
            page = new_page(opened)
            seconds = visit(page, f"{at.address}/{case.path}", case.sight) / 1000
            navigated = page.evaluate("performance.timeOrigin") / 1000
            case.page_seconds.append(seconds)
            case.start_seconds.append(navigated + seconds - at.born)
            case.megabytes.append(page.evaluate(DOWNLOADED) / 1e6)
            case.memory.append(at.memory() or float("nan"))
            case.torch = case.torch or at.has_loaded("torch")
            page.context.close()

    return visited


DOWNLOADED = """
performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""
