"""Numbers as text: one notation on every page, in no place that of a programming language."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.numerals import measured, numeral, ten_to


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 3, "0"), (-0.0, 3, "0"), (1.0, 3, "1"), (-1.5, 3, "−1.5"), (0.9996, 3, "1"),
        (1.47e-7, 3, "1.47·10⁻⁷"), (7.2e-12, 1, "7·10⁻¹²"), (-2e-4, 3, "−2·10⁻⁴"),
        (0.001, 3, "0.001"), (0.0009999, 3, "0.001"), (1234.5, 3, "1230"), (99999.0, 3, "10⁵"),
        (123456.0, 4, "1.235·10⁵"), (1000.0, 1, "1000"), (1e-300, 1, "10⁻³⁰⁰"),
        (5e-324, 2, "4.9·10⁻³²⁴"), (np.inf, 3, "∞"), (-np.inf, 3, "−∞"), (np.nan, 3, "no number"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_one_writes_it(value, digits, text):
    assert numeral(value, digits) == text


def test_powers_are_raised():
    assert ten_to(-12) == "10⁻¹²"
    assert ten_to(0) == "10⁰"


def read(text):
    sign, size = (-1, text[1:]) if text.startswith("−") else (1, text)
    head, power = re.fullmatch(r"([\d.]*?)·?(?:10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", size).groups()
    ten = (power or "⁰").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return sign * float(f"{head or 1}e{ten}")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 8))
def test_what_is_read_is_the_number_rounded(value, digits):
    text = numeral(value, digits)
    assert read(text) == pytest.approx(float(f"{value:.{digits - 1}e}"), rel=1e-12, abs=0)
    assert not re.search(r"e[+-]?\d", text)
    assert math.copysign(1, value) > 0 or value == 0 or text.startswith("−")


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.14883, 0.0031, "0.149 ± 0.003"), (-0.14883, 0.00123, "−0.1488 ± 0.0012"),
        (40.6, 3.0, "41 ± 3"), (0.996, 0.0296, "1.00 ± 0.03"), (134.6, 23.0, "135 ± 23"),
        (0.001, 0.02, "0.001 ± 0.020"), (-0.0001, 0.02, "0.000 ± 0.020"), (1.0, 0.0, "1"),
        (0.25, 1e-9, "0.25"), (2.5e-7, 3e-8, "(2.5 ± 0.3)·10⁻⁷"), (np.nan, 1.0, "no number"),
        (-np.inf, 0.0, "−∞"), (0.123, np.nan, "0.12 (too short to tell its error)"),
    ],
)  # fmt: skip
def test_a_value_has_the_digits_that_its_error_leaves(value, error, text):
    assert measured(value, error) == text
