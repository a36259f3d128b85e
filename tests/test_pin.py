"""A pinned run travels in the link of the run beside it, and no link can break it."""

from dataclasses import replace

import pytest
from hypothesis import given

from explorer.pin import VIEW, differences, pinned, recalled
from explorer.recipe import Recipe
from tests.strategies import FOREIGN, recipes

DEFAULT = Recipe(H=8)


@given(recipe=recipes(), default=recipes(), later=recipes(pin=""))
def test_a_pinned_run_is_recalled_as_it_was(recipe, default, later):
    held = pinned(recipe, default)
    assert held is not None
    later = replace(later, pin=held.pin)
    told, remarks = default.told(later.query(default))
    assert (told, remarks) == (later, [])
    assert recalled(told, default) == (replace(recipe, pin=""), [])


def test_the_default_itself_can_be_pinned():
    held = pinned(DEFAULT, DEFAULT)
    assert held == replace(DEFAULT, pin="v=1")
    assert recalled(held, DEFAULT) == (DEFAULT, [])
    assert recalled(DEFAULT, DEFAULT) == (None, [])


def test_to_pin_again_takes_the_run_not_its_pin():
    once = pinned(replace(DEFAULT, H=3), DEFAULT)
    again = pinned(replace(once, H=5), DEFAULT)
    assert again.pin == "v=1&H=5"


def test_what_is_too_long_for_a_link_is_not_pinned():
    assert pinned(replace(DEFAULT, text="x" * 2000), DEFAULT) is not None
    assert pinned(replace(DEFAULT, text="字" * 2000), DEFAULT) is None


@pytest.mark.parametrize("text", ["v=2", "gain=1", "v=1 &H=3", "\0", "v=1\n"])
def test_what_is_no_pin_is_said(text):
    told, (remark,) = DEFAULT.told({"pin": text, "seed": "7"})
    assert told == replace(DEFAULT, seed=7)
    assert "wanted a pinned run" in remark


@given(text=FOREIGN)
def test_no_pin_breaks_a_recipe(text):
    told, _ = DEFAULT.told({"pin": f"v=1&H={text}&{text}"})
    a, remarks = recalled(told, DEFAULT)
    assert a is None or 1 <= a.H <= 64
    assert all(remark.startswith("In the pinned run A: The link says ") for remark in remarks)


@given(a=recipes(), b=recipes())
def test_differences_lead_from_a_to_b(a, b):
    found = differences(a, b)
    there = replace(a, **{name: pair[1] for name, pair in found.items()})
    assert replace(there, **{name: getattr(b, name) for name in VIEW}) == b
    assert differences(a, replace(a, cursor=3, unit=2)) == {}
