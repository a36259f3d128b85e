"""What a benchmark says: one row per comparison, a table for people and JSON for the record."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.rounds import Spread

WIDTHS = (10, 38, 34, 34, 8)
HEADINGS = ("job", "case", "peer", "median [quartiles]", "goal")


class Skip(Exception):
    """Why a job cannot be measured here and now."""


@dataclass(frozen=True)
class Row:
    """One comparison: how many times slower (or larger) the peer is, or a plain quantity.

    ``unit`` is "x" for ratios; a goal is a bound from below or from above, or absent.
    """

    job: str
    case: str
    peer: str
    value: Spread
    unit: str = "x"
    at_least: float | None = None
    at_most: float | None = None
    facts: dict[str, float | str] = field(default_factory=dict)

    @property
    def goal(self) -> str:
        """The goal as text, empty where there is none."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    @property
    def met(self) -> bool | None:
        """Whether the median meets the goal; None where there is none."""
        if self.at_least is not None:
            return self.value.median >= self.at_least
        return None if self.at_most is None else self.value.median <= self.at_most

    @property
    def line(self) -> str:
        """The row of the table."""
        v = self.value
        value = f"{short(v.median)}{self.unit if self.unit == 'x' else ' ' + self.unit}"
        if v.lower != v.upper:
            value += f" [{short(v.lower)} - {short(v.upper)}]"
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return _cells(self.job, self.case, self.peer, value, self.goal) + verdict


def short(number: float) -> str:
    """Write a number with three digits that count."""
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def heading() -> str:
    """The first line of the table."""
    return _cells(*HEADINGS) + "\n" + "-" * (sum(WIDTHS) + 6)


def _cells(*texts: str) -> str:
    return "".join(text.ljust(width) for text, width in zip(texts, WIDTHS, strict=True))


def machine() -> dict[str, object]:
    """What the numbers depend on besides the code."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "processor": _processor(),
        "system": platform.system(),
        "load": load(),
        "python": platform.python_version(),
        **{
            name: _version(name) for name in ("numpy", "torch", "streamlit", "plotly", "playwright")
        },
    }


def load() -> float | None:
    """Return how many processes wanted a core in the last minute; above the cores, it was busy."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    """The processor's name where the system tells it, else its family."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "?")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def write(
    path: Path, rows: Iterable[Row], before: dict[str, object], notes: dict[str, object]
) -> None:
    """Write rows and machine facts as JSON."""
    listed = [asdict(row) | {"goal": row.goal, "met": row.met} for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"machine": before, **notes, "rows": listed}, indent=1) + "\n", "utf-8"
    )
