"""What a value in a link may be: read from foreign text, moved to the nearest valid one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self, TypeVar

from explorer.numerals import numeral


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds."""

    low: int
    high: int

    def read(self, text: str) -> tuple[Any, str]:
        """Return the nearest valid value and, if it is not the text's, a phrase about it."""
        try:
            asked = float(text)
        except ValueError:
            asked = math.nan
        if math.isnan(asked):
            return None, f"wanted a whole number from {self.low} to {self.high}"
        near = round(min(max(asked, self.low), self.high))
        moved = f"moved to {near}, the nearest whole number in {self.low} to {self.high}"
        return near, "" if near == asked else moved


@dataclass(frozen=True)
class Real:
    """A finite number between two bounds."""

    low: float
    high: float

    def read(self, text: str) -> tuple[Any, str]:
        """Return the nearest valid value and, if it is not the text's, a phrase about it."""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isnan(value):
            return None, f"wanted a number from {numeral(self.low, 6)} to {numeral(self.high, 6)}"
        near = min(max(value, self.low), self.high) + 0.0  # there is no minus before a zero
        if near == value:
            return near, ""
        ends = f"{numeral(self.low, 6)} to {numeral(self.high, 6)}"
        return near, f"moved to {numeral(near, 6)}, the nearest in {ends}"


@dataclass(frozen=True)
class Choice:
    """One of several names."""

    names: tuple[str, ...]

    def read(self, text: str) -> tuple[Any, str]:
        """Return the name, whatever its capitals, or None and the names there are."""
        for name in self.names:
            if text.lower() == name.lower():
                return name, ""
        return None, f"wanted one of {', '.join(self.names)}"


@dataclass(frozen=True)
class Several:
    """Some of several names, at least one, joined by commas."""

    names: tuple[str, ...]

    def read(self, text: str) -> tuple[Any, str]:
        """Return the names that are known, in their own order, and a phrase about the others."""
        asked = {part.strip().lower() for part in text.split(",")}
        found = tuple(name for name in self.names if name.lower() in asked)
        unknown = len(asked) - len(found)
        if not found:
            return None, f"wanted some of {', '.join(self.names)}"
        return found, f"{unknown} unknown left out" if unknown else ""


@dataclass(frozen=True)
class Text:
    """Free text of bounded length, optionally of one form; ``blank`` says that it may be empty."""

    longest: int
    form: str = ""
    wanted: str = ""
    blank: bool = True

    def read(self, text: str) -> tuple[Any, str]:
        """Return the text, cut if it is too long; what was cut must be of the form, too."""
        # The length comes before the form: matching a text of any length could take any time.
        kept = text[: self.longest]
        if self.form and (kept or not self.blank) and not re.fullmatch(self.form, kept):
            return None, f"wanted {self.wanted}"
        return kept, "" if kept == text else f"cut to {self.longest} characters"


Kind = Whole | Real | Choice | Several | Text
VERSION = 1  # of what links say


@dataclass(frozen=True)
class Linked:
    """A frozen record of entries, plain hashable values, that a link can say and change.

    Each page's settings are one: what the controls say, what the address bar says, what a cache
    is keyed by and what a test builds.
    """

    @classmethod
    def entries(cls) -> dict[str, Any]:
        """Return each entry's field under its name in a link."""
        return {f.metadata["key"] or f.name: f for f in fields(cls)}

    @classmethod
    def kind(cls, name: str) -> Kind | None:
        """Return what the entry of this name may be; None if there is no such entry."""
        found = cls.__dataclass_fields__.get(name)
        return found.metadata["kind"] if found else None

    def query(self, default: Self) -> dict[str, str]:
        """Return what a link must say to get from ``default`` to this record."""
        whole, entries = self.complete_query(), self.entries()
        return {
            key: text
            for key, text in whole.items()
            if getattr(self, entries[key].name) != getattr(default, entries[key].name)
        }

    def complete_query(self) -> dict[str, str]:
        """Return a link's query that names every entry, whatever the defaults are."""
        values = {key: getattr(self, f.name) for key, f in self.entries().items()}
        return {k: ",".join(v) if isinstance(v, tuple) else f"{v}" for k, v in values.items()}

    def told(self, query: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Return this record as a link changes it, and one sentence for each thing amended.

        Whatever cannot be read keeps its value; what lies outside is moved to the nearest.
        """
        changes: dict[str, Any] = {}
        remarks: list[str] = []
        entries = self.entries()
        for key, text in query.items():
            if key not in entries:
                if key != "v":
                    remarks.append(
                        f"The link says “{shown(key)}”, which this page does not know; ignored."
                    )
                continue
            f = entries[key]
            value, remark = f.metadata["kind"].read(text)
            if value is not None:
                changes[f.name] = value
            if remark:
                kept = "" if value is not None else "; kept " + said_as(getattr(self, f.name))
                remarks.append(f"The link says {key} = “{shown(text)}”: {remark}{kept}.")
        return replace(self, **changes), remarks


R = TypeVar("R", bound=Linked)


def shown(text: str) -> str:
    """Return foreign text short enough for a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def said_as(value: Any) -> str:
    """Return a value as a sentence shows it."""
    return ", ".join(value) if isinstance(value, tuple) else f"{value}" or "nothing"


def entry(
    default: Any,
    kind: Kind,
    key: str = "",
    *,
    label: str = "",
    shown: Mapping[str, str] | None = None,
    help: str | None = None,
) -> Any:
    """Declare one entry: its default, what it may be, and its name in a link.

    ``label`` heads its widget, ``shown`` says what its options are called there, ``help`` explains.
    """
    about = {"kind": kind, "key": key, "label": label, "shown": shown or {}, "help": help}
    return field(default=default, metadata=about)
