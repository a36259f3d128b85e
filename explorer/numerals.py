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


def measured(value: float, error: float, digits: int = 4, signed: bool = False) -> str:
    """Return a value and its standard error, with only the digits that the error leaves.

    The error has one digit, or two where it starts with 1 or 2. Without an error that counts the
    value has ``digits`` digits; where none can be given it has two, and the text says so.

    Examples
    --------
    >>> measured(0.14883, 0.0031)
    '0.149 ± 0.003'
    >>> measured(-0.14883, 0.00123)
    '−0.1488 ± 0.0012'
    >>> measured(134.6, 23.0)
    '135 ± 23'
    """
    plus = "+" if signed and value > 0 else ""
    if not np.isfinite(value):
        return numeral(value)
    if not np.isfinite(error):
        return f"{plus}{numeral(value, 2)} (too short to tell its error)"
    if error <= abs(value) * 10.0**-digits:
        return plus + numeral(value, digits)
    head, _, power = f"{error:.1e}".partition("e")
    last = int(power) - (float(head) < 2.95)
    error = round(error, -last)
    if SMALL <= max(abs(value), error) < LARGE and last > -7:
        places = max(0, -last)
        size = f"{abs(round(value, -last)):.{places}f}"
        sign = "−" if value < 0 and float(size) else plus if float(size) else ""
        return f"{sign}{size} ± {error:.{places}f}"
    top = int(np.floor(np.log10(max(abs(value), error))))
    scale, places = 10.0**top, max(0, top - last)
    sign = "−" if value < 0 else plus
    return f"({sign}{abs(value) / scale:.{places}f} ± {error / scale:.{places}f})·{ten_to(top)}"


def numeral_near(value: float, landmark: float = 1.0, digits: int = 3) -> str:
    """Return a number with enough digits to tell on which side of a landmark it lies.

    Examples
    --------
    >>> numeral_near(0.9997)
    '0.9997'
    >>> numeral_near(1.0)
    '1'
    """
    if np.isfinite(value) and value != landmark:
        while digits < 15 and float(f"{value:.{digits - 1}e}") == landmark:
            digits += 1
    return numeral(value, digits)


def percent(share: float) -> str:
    """Return a share in per cent, of which neither a little nor nearly all is rounded away.

    Examples
    --------
    >>> percent(0.256), percent(0.0004), percent(0.9996), percent(1.0)
    ('26%', '0.04%', '99.96%', '100%')
    """
    if not np.isfinite(share):
        return numeral(share)
    size = abs(100 * share)
    if size != 100 and f"{size:.0f}" == "100" and size < 100:
        return f"{'−' if share < 0 else ''}{numeral_near(size, 100.0, 4)}%"
    if size >= 0.95 or size == 0:
        return f"{'−' if share < 0 < size else ''}{size:.0f}%"
    return f"{numeral(100 * share, 1)}%"


def trimmed(text: str) -> str:
    """Return a decimal number without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def ten_to(power: int) -> str:
    """Return a power of ten as text, such as 10⁻⁷."""
    return f"10{str(power).translate(RAISED)}"
