"""Shapes are checked when a record is built, and a mismatch is told in one sentence."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.shapes import Array, check_shapes


@dataclass(frozen=True, eq=False)
class Film:
    x: Annotated[Array, "T B D"]
    s: Annotated[Array, "T+1 B S"]
    gates: Annotated[dict[str, Array], "T B H"]
    note: str = "not an array"


def film(T=3, B=2, D=4, S=5, H=5, rows=None, **gates) -> Film:
    gate = np.zeros((T, B, H))
    return Film(
        np.zeros((T, B, D)),
        np.zeros((T + 1 if rows is None else rows, B, S)),
        {"i": gate, **gates},
    )


sizes = st.integers(0, 5)


@settings(deadline=None)
@given(sizes, sizes, sizes, sizes, sizes)
def test_any_sizes_that_agree_are_good(T, B, D, S, H):
    check_shapes(film(T, B, D, S, H))


@settings(deadline=None)
@given(sizes, sizes)
def test_one_row_more_means_exactly_one(T, rows):
    if rows == T + 1:
        check_shapes(film(T, rows=rows))
    else:
        with pytest.raises(ValueError, match=rf"Film: T is {T} in x but {rows - 1} in s\."):
            check_shapes(film(T, rows=rows))


def test_each_entry_of_a_dictionary_is_checked_under_its_key():
    with pytest.raises(ValueError, match=r"H is 5 in gates\['i'\] but 6 in gates\['o'\]"):
        check_shapes(film(o=np.zeros((3, 2, 6))))
    with pytest.raises(ValueError, match=r"B is 2 in x but 7 in gates\['o'\]"):
        check_shapes(film(o=np.zeros((3, 7, 5))))


def test_a_missing_axis_is_told_with_the_wanted_axes():
    with pytest.raises(ValueError, match=r"gates\['o'\].*3 axes \(T, B, H\), got shape \(3, 5\)"):
        check_shapes(film(o=np.zeros((3, 5))))


def test_an_empty_dictionary_is_good():
    check_shapes(Film(np.zeros((1, 1, 1)), np.zeros((2, 1, 1)), {}))


def test_fields_without_axes_are_left_alone():
    @dataclass
    class Loose:
        a: int
        b: Annotated[int, 5]

    check_shapes(Loose(1, 2))
