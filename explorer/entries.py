"""What a value in a link may be: read from foreign text, moved to the nearest valid one."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any


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
            return None, f"wanted a number from {self.low:g} to {self.high:g}"
        near = min(max(value, self.low), self.high)
        if near == value:
            return near, ""
        return near, f"moved to {near:g}, the nearest in {self.low:g} to {self.high:g}"


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
    """Free text of bounded length, optionally of one form."""

    longest: int
    form: str = ""
    wanted: str = ""

    def read(self, text: str) -> tuple[Any, str]:
        """Return the text, cut if it is too long."""
        if self.form and text and not re.fullmatch(self.form, text):
            return None, f"wanted {self.wanted}"
        if len(text) > self.longest:
            return text[: self.longest], f"cut to {self.longest} characters"
        return text, ""


Kind = Whole | Real | Choice | Several | Text


def entry(default: Any, kind: Kind, key: str = "") -> Any:
    """Declare one entry of a recipe: its default, what it may be, and its name in a link."""
    return field(default=default, metadata={"kind": kind, "key": key})
