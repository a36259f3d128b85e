"""Whatever text stands in a link, an entry reads a valid value or says what it wanted."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.entries import Choice, Real, Several, Text, Whole
from tests.strategies import FOREIGN, valid

WHOLE, REAL = Whole(1, 64), Real(-6.0, 8.0)
CHOICE, SEVERAL = Choice(("tanh", "relu")), Several(("Elman", "LSTM", "GRU"))
TEXT = Text(10, "[a-z]*", "small letters")
KINDS = (WHOLE, REAL, CHOICE, SEVERAL, TEXT, Text(5))


@given(text=FOREIGN, kind=st.sampled_from(KINDS))
def test_any_text_gives_a_valid_value_or_a_remark(text, kind):
    value, remark = kind.read(text)
    assert isinstance(remark, str)
    assert len(remark) < 200
    if value is None:
        assert remark.startswith("wanted ")
        return
    assert kind.read(value if isinstance(value, str) else spelled(value)) == (value, "")


def spelled(value):
    """Return a value as a link says it."""
    return ",".join(value) if isinstance(value, tuple) else f"{value}"


@given(data=st.data(), kind=st.sampled_from((WHOLE, REAL, CHOICE, SEVERAL, Text(60))))
def test_what_is_valid_is_read_as_it_is(data, kind):
    value = data.draw(valid(kind))
    assert kind.read(spelled(value)) == (value, "")


@given(number=st.integers())
def test_a_whole_number_moves_to_the_nearest(number):
    value, remark = WHOLE.read(str(number))
    assert 1 <= value <= 64
    assert abs(value - number) == min(abs(k - number) for k in range(1, 65))
    assert bool(remark) == (value != number)


@given(number=st.floats(allow_nan=False))
def test_a_real_number_moves_to_the_nearest(number):
    value, remark = REAL.read(repr(number))
    assert math.isfinite(value)
    assert value == min(max(number, -6.0), 8.0)
    assert bool(remark) == (value != number)


@pytest.mark.parametrize(
    ("kind", "text", "value", "remark"),
    [
        (WHOLE, "0", 1, "moved to 1, the nearest whole number in 1 to 64"),
        (WHOLE, "9999999999999999999999", 64, "moved to 64, the nearest whole number in 1 to 64"),
        (WHOLE, "3.4", 3, "moved to 3, the nearest whole number in 1 to 64"),
        (WHOLE, "", None, "wanted a whole number from 1 to 64"),
        (REAL, "nan", None, "wanted a number from −6 to 8"),
        (REAL, "inf", 8.0, "moved to 8, the nearest in −6 to 8"),
        (REAL, "-inf", -6.0, "moved to −6, the nearest in −6 to 8"),
        (REAL, "1e400", 8.0, "moved to 8, the nearest in −6 to 8"),
        (REAL, "one", None, "wanted a number from −6 to 8"),
        (CHOICE, "TANH", "tanh", ""),
        (CHOICE, "sine", None, "wanted one of tanh, relu"),
        (SEVERAL, "gru, elman", ("Elman", "GRU"), ""),
        (SEVERAL, "LSTM,LSTM", ("LSTM",), ""),
        (SEVERAL, "LSTM,Mamba,RWKV", ("LSTM",), "2 unknown left out"),
        (SEVERAL, ",", None, "wanted some of Elman, LSTM, GRU"),
        (TEXT, "abc", "abc", ""),
        (TEXT, "ABC", None, "wanted small letters"),
        (TEXT, "", "", ""),
        (Text(5), "abcdefg", "abcde", "cut to 5 characters"),
        (Text(5, "[a-z]*", "small letters"), "", "", ""),
        (Text(5, "[a-z]+", "small letters", blank=False), "", None, "wanted small letters"),
    ],
)
def test_known_texts(kind, text, value, remark):
    assert kind.read(text) == (value, remark)
