"""Thirty students on one server process, each of whom moves a slider once a second."""

from collections.abc import Iterator
from statistics import median, quantiles

from tests.bench import server
from tests.bench.report import Row
from tests.bench.rounds import Spread
from tests.bench.students import Tally, attend

STUDENTS = 30
PAGE, QUERY = "gates", "cell=LSTM&H=32&T=100"
SERVERS = {"make run": server.ours(), "stock settings": server.stock("run", server.APP)}


def run(quick: bool) -> Iterator[Row]:
    """Yield the 95th percentile, the errors, and the same under Streamlit's own settings."""
    tallies: dict[str, Tally] = {}
    memory = {}
    for name, command in SERVERS.items():
        with server.started(command) as at:
            attend(at.address, PAGE, QUERY, students=1, seconds=0)  # the first visit imports
            tallies[name] = attend(at.address, PAGE, QUERY, STUDENTS, 5 if quick else 12)
            memory[f"{name} MB"] = at.memory() or float("nan")
    facts = dict(memory)
    for name, tally in tallies.items():
        if tally.waits:
            facts |= {
                f"{name} p50 ms": 1e3 * median(tally.waits),
                f"{name} p95 ms": late(tally),
                f"{name} pictures": len(tally.waits),
            }
        facts |= {f"{name} error {k}": said for k, said in enumerate(sorted(set(tally.errors)))}
    facts = {k: round(v, 1) if isinstance(v, float) else v for k, v in facts.items()}
    ours = tallies["make run"]
    case = f"page Gates, {STUDENTS} students"
    yield Row(
        "class", f"{case}: errors", f"none of {len(ours.waits)} pictures",
        Spread.of([float(len(ours.errors))]), unit="", at_most=0, facts=facts,
    )  # fmt: skip
    for name, tally in tallies.items():
        if len(tally.waits) > 1:
            yield Row(
                "class", f"{case}: p50", name, Spread.of([1e3 * median(tally.waits)]), unit="ms",
                facts=facts,
            )  # fmt: skip
            yield Row(
                "class", f"{case}: p95", name, Spread.of([late(tally)]), unit="ms",
                at_most=100 if tally is ours else None, facts=facts,
            )  # fmt: skip


def late(tally: Tally) -> float:
    """Return the 95th percentile of the waits in ms."""
    return 1e3 * quantiles(tally.waits, n=20, method="inclusive")[-1]
