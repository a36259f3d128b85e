"""Numbers as the film prints them: never 0 for what is not, and alike in Python and JavaScript."""

import re

import numpy as np
import pytest

from explorer.numerals import RAISED, numeral

VALUES = [
    0.0, 1.0, -1.0, 4.4744, -8.41, 133.4, 0.73, 4.9, -137.1, 0.0032, -0.0994, 0.0995, 0.9996,
    0.99996, 9.9951, 99.96, 999.6, 1e-3, 9.99e-4, 3e-17, -3e-17, 1e-320, 5e-324, 1e119, -2.5e119,
    99_999.0, 123_456.0, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
ALL = """async (values) => {
  const { brief, cell_text, decimals } = await import("/app/static/film/symbols.js");
  return values.map((v) => Number(v)).map((v) => [brief(v), cell_text(v), decimals(v, 2)]);
}"""
TICKS = """async ([low, step, many]) => {
  const { tick_text } = await import("/app/static/film/symbols.js");
  return [...Array(many).keys()].map((k) => tick_text((low + k) * step, step));
}"""
PLAIN = str.maketrans({v: chr(k) for k, v in RAISED.items() if v != ord("⁻")} | {"⁻": "-"})


def read(text: str) -> float:
    """Return the number that a reader reads."""
    text = text.replace("−", "-").replace("∞", "inf")
    found = re.fullmatch(r"(-?)(?:([\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    if not found:
        return float(text)
    sign, head, power = found.groups()
    return float(f"{sign}{head or 1}e{power.translate(PLAIN)}")


@pytest.mark.browser
def test_no_number_is_printed_as_another(open_page):
    drawn = np.random.default_rng(0)
    values = [*VALUES, *(drawn.standard_normal(60) * 10.0 ** drawn.integers(-12, 12, 60))]
    names = [f"{v}".replace("inf", "Infinity").replace("nan", "NaN") for v in map(float, values)]
    for value, texts in zip(values, open_page("").evaluate(ALL, names), strict=True):
        for text in texts:
            if not np.isfinite(value):
                assert text == ("NaN" if np.isnan(value) else "∞" if value > 0 else "−∞")
            else:
                # At both ends of float64 two digits may lie outside of it.
                inside = value == 0 or 1e-320 < abs(value) < 1.7e308
                assert not inside or read(text) == pytest.approx(value, rel=0.051), text
                assert (read(text) == 0) == (value == 0), (value, text)
        if np.isfinite(value):
            assert read(texts[0]) == pytest.approx(read(numeral(value, 2)))


@pytest.mark.browser
@pytest.mark.parametrize(("low", "step"), [(20, 5.0), (-3, 0.5), (0, 2e117), (98, 1e-3), (0, 5e-6)])
def test_ticks_are_told_apart(open_page, low, step):
    texts = open_page("").evaluate(TICKS, [low, step, 7])
    for k, text in enumerate(texts):
        assert read(text) == pytest.approx((low + k) * step, rel=1e-9, abs=step * 1e-9)
