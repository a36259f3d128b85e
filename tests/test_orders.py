"""A second order is the first one's inputs, each once, whatever was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import CELLS
from explorer.orders import (
    Reading,
    distances,
    labels,
    parting,
    second,
    shuffled,
    unfolded,
    wished,
)
from explorer.recipe import Recipe
from tests.strategies import ODD_TEXT, small_recipes

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=12).map(tuple)
LINE = Recipe(cell="Elman", H=4, input="words", text="I love to cook but I hate to clean")


@given(names=NAMES, seed=st.integers(0, 9999))
def test_a_shuffle_is_a_permutation_that_reads_differently_if_it_can(names, seed):
    order = shuffled(names, seed)
    assert sorted(order) == list(range(len(names)))
    assert order == shuffled(names, seed)
    assert (tuple(names[k] for k in order) == names) == (len(set(names)) == 1)


@given(names=NAMES, tokens=st.lists(st.sampled_from("abcd"), max_size=15).map(tuple))
def test_a_wish_is_a_permutation_and_what_did_not_fit_is_said(names, tokens):
    order, remark = wished(names, tokens)
    assert sorted(order) == list(range(len(names)))
    if sorted(tokens) == sorted(names):
        assert tuple(names[k] for k in order) == tokens
        assert remark == ""
    assert ("Left out" in remark) == any(tokens.count(t) > names.count(t) for t in tokens)


@given(recipe=small_recipes())
def test_the_second_order_has_the_inputs_of_the_first(recipe):
    first = recipe.sequence()
    other, _ = second(recipe, first)
    assert other.xs.shape == first.xs.shape
    assert sorted(labels(other)) == sorted(labels(first))
    key = [row.tobytes() for row in first.xs]
    assert sorted(row.tobytes() for row in other.xs) == sorted(key)


@given(text=ODD_TEXT | st.text(max_size=200), typed=ODD_TEXT | st.text(max_size=200))
@pytest.mark.parametrize("kind", ["words", "numbers", "noise"])
def test_whatever_is_typed_is_an_order(kind, text, typed):
    recipe = Recipe(input=kind, text=text[:2000], second=typed[:2000], order="own", T=4, H=2)
    first = recipe.sequence()
    other, remark = second(recipe, first)
    assert sorted(labels(other)) == sorted(labels(first))
    assert len(remark) < 250


@pytest.mark.parametrize(
    ("typed", "read", "remark"),
    [
        ("to clean I hate but cook I love to", "to clean i hate but cook i love to", ""),
        ("clean", "clean i love to cook but i hate to", "Put “i”, “love”, “to” … last"),
        ("clean dogs", "clean i love to cook but i hate to", "Left out “dogs”, of which"),
        ("dogs", "i love to cook but i hate to clean", "Left out “dogs”, of which"),
        ("", "i love to cook but i hate to clean", ""),
    ],
)
def test_known_wishes(typed, read, remark):
    recipe = Recipe(input="words", text=LINE.text, order="own", second=typed)
    other, said = second(recipe, recipe.sequence())
    assert " ".join(labels(other)) == read
    assert remark in said
    assert bool(said) == bool(remark)


def test_steps_of_a_generated_input_are_named_by_their_numbers():
    recipe = Recipe(input="noise", T=4, order="own", second="3 1 4 2")
    first = recipe.sequence()
    other, remark = second(recipe, first)
    np.testing.assert_array_equal(other.xs, first.xs[[2, 0, 3, 1]])
    assert (labels(first), remark) == (("1", "2", "3", "4"), "")
    backwards, _ = second(Recipe(input="noise", T=4, order="reversed"), first)
    np.testing.assert_array_equal(backwards.xs, first.xs[::-1])


@pytest.mark.parametrize("cell", CELLS)
def test_two_readings_agree_until_they_part(cell):
    recipe = Recipe(**{**vars(LINE), "cell": cell, "order": "own"})
    recipe = Recipe(**{**vars(recipe), "second": "I love to clean but I hate to cook"})
    first = recipe.sequence()
    other, _ = second(recipe, first)
    assert parting(first, other) == 4
    a, b = Reading.of(recipe, first), Reading.of(recipe, other)
    loop, bag = distances(a.trace.s, b.trace.s), distances(a.bag, b.bag)
    assert (loop[:4] == 0).all()
    assert (bag[:4] == 0).all()
    assert (loop[4:] > 1e-6).all()
    assert bag[-1] == 0
    assert parting(first, first) is None


def test_the_loop_unfolds_into_itself():
    names = ("I", "love", "to", "cook")
    assert unfolded(names, 0) == "s_{0} = s_0"
    assert unfolded(names, 3, "h") == (
        r"h_{3} = f(f(f(h_0,\, x_{\text{I}}),\, x_{\text{love}}),\, x_{\text{to}})"
    )
