"""Numbers as a page prints them: films, tables and sentences write the same number alike."""

from __future__ import annotations

import numpy as np

SMALL, LARGE = 1e-3, 1e5  # as in static/film/symbols.js: outside of these stands a power of ten
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def numeral(value: float, digits: int = 3) -> str:
    """Return a number to so many significant digits, with a true minus and, if need be, ·10ⁿ.

    Zeros at the end of its decimals are left out, as by the format ``g``.
    """
    if not np.isfinite(value):
        return "no number" if np.isnan(value) else "∞" if value > 0 else "−∞"
    # Rounded before it is measured: 0.9996 has its first digit before the point.
    head, _, power = f"{abs(value):.{digits - 1}e}".partition("e")
    size = float(f"{head}e{power}")
    sign = "−" if value < 0 < size else ""
    if size and not SMALL <= size < LARGE:
        times = trimmed(head) + "·"
        return sign + ("" if times == "1·" else times) + ten_to(int(power))
    return sign + trimmed(f"{size:.{max(0, digits - 1 - int(power))}f}")


def trimmed(text: str) -> str:
    """Return a decimal number without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def ten_to(power: int) -> str:
    """Return a power of ten as text, such as 10⁻⁷."""
    return f"10{str(power).translate(RAISED)}"
