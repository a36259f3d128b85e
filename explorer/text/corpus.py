"""Texts to read: documentation that every Python brings along, and what a visitor pastes."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from functools import cache

LONGEST = 200_000  # characters of a text that is learned from
SHORTEST = 20


@cache
def topics() -> Mapping[str, str]:
    """Return the topics of Python's documentation by name, from its standard library.

    Some builds leave them out; the help texts of the built-in functions stand in for them.
    """
    try:
        from pydoc_data.topics import topics as found
    except ImportError:
        names = (name for name in dir(builtins) if name[0].islower())
        found = {name: getattr(builtins, name).__doc__ or "" for name in names}
        found = {name: text for name, text in found.items() if len(text) > 200}
    return {name: text.strip() + "\n" for name, text in sorted(found.items())}


@cache
def documentation() -> str:
    """Return all topics one after the other."""
    return "\n".join(topics().values())


def cleaned(text: str, longest: int = LONGEST) -> tuple[str, str]:
    """Return a foreign text as it will be read, and a sentence if it had to be amended."""
    asked = len(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")[:longest]
    if asked > longest:
        return text, f"Kept the first {longest:,} of {asked:,} characters."
    return text, ""
