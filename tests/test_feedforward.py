"""A bag of words answers to what is in it, whatever the order in which it came."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.feedforward import BagOfWords
from explorer.sequences import words


def bag(D, H=4, seed=0):
    return BagOfWords.init(np.random.default_rng(seed), D, H)


@given(text=st.text(max_size=80), seed=st.integers(0, 999))
def test_any_order_of_the_same_words_ends_in_the_same_answer(text, seed):
    xs = words(text).xs
    order = np.random.default_rng(seed).permutation(len(xs))
    net = bag(xs.shape[2])
    np.testing.assert_array_equal(net(xs)[-1], net(xs[order])[-1])


def test_it_is_one_tanh_layer_over_the_sum():
    xs = np.random.default_rng(1).standard_normal((5, 2, 3))
    net = bag(3)
    for t in range(6):
        wanted = np.tanh(xs[:t].sum(axis=0) @ net.W.T + net.b)
        np.testing.assert_allclose(net(xs)[t], wanted, rtol=0, atol=1e-14)


def test_it_starts_like_the_cells():
    net = bag(3, H=16)
    assert net.W.shape == (16, 3)
    assert net.size == 16 * 3 + 16
    assert np.abs(net.W).max() <= 0.25


@pytest.mark.parametrize("shape", [(5, 3), (5, 1, 2), (0, 1, 2)])
def test_inputs_that_do_not_fit_are_said(shape):
    with pytest.raises(ValueError, match=r"BagOfWords: wanted xs of shape \(T, B, 3\), got"):
        bag(3)(np.zeros(shape))
