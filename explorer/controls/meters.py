"""A meter made of characters, for a table: how far a quantity is on a scale of powers of ten."""

from __future__ import annotations

from math import log10

from explorer.numerals import numeral

CELLS = 12


def meter(value: float, low: float, high: float) -> str:
    """Return a bar that is empty at ``low`` and full at ``high``, by powers of ten between.

    Beyond ``high`` it ends in a mark, so that too much is told from just enough.
    """
    share = log10(max(value, low) / low) / log10(high / low)
    full = min(CELLS, max(1, round(share * CELLS)))
    return "▰" * full + "▱" * (CELLS - full) + (" ⚠" if value > high else "")


def sized(count: float) -> str:
    """Return a number of bytes as it is said."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{numeral(count / scale)} {unit}"
    return f"{count:.0f} B"


def counted(count: float) -> str:
    """Return a large number as it is said."""
    if count < 1e5:
        return f"{count:,.0f}"
    return numeral(count, 2)
