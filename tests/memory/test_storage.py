"""Storage rules: symmetric, local or exact, as far as each of them reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.memory.classic import is_fixed
from explorer.memory.signs import (
    DIGITS,
    SIGNS,
    UNITS,
    from_hex,
    random_patterns,
    spelled,
    to_hex,
)
from explorer.memory.storage import RULES, hebb, overlaps, projection, storkey


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("P", [0, 1, 5, 40])
def test_weights_are_symmetric_with_a_zero_diagonal(rule, P):
    W = RULES[rule](random_patterns(np.random.default_rng(P), P, 30))
    np.testing.assert_allclose(W, W.T, rtol=0, atol=1e-14)
    assert not np.diag(W).any()
    assert W.any() == (P > 0)


def test_hebb_by_hand():
    patterns = np.array([[1.0, 1.0, -1.0], [1.0, -1.0, -1.0]])
    np.testing.assert_allclose(hebb(patterns), [[0, 0, -2 / 3], [0, 0, 0], [-2 / 3, 0, 0]])


def test_storkey_term_by_term():
    patterns = random_patterns(np.random.default_rng(0), 3, 7)
    N, W = 7, np.zeros((7, 7))
    for xi in patterns:
        new = W.copy()
        for i in range(N):
            for j in range(N):
                if i == j:
                    continue
                h_ij = sum(W[i, k] * xi[k] for k in range(N) if k not in (i, j))
                h_ji = sum(W[j, k] * xi[k] for k in range(N) if k not in (i, j))
                new[i, j] = W[i, j] + (xi[i] * xi[j] - xi[i] * h_ji - h_ij * xi[j]) / N
        W = new
    np.testing.assert_allclose(storkey(patterns), W, rtol=0, atol=1e-14)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("P", [1, 20, 39])
def test_the_pseudo_inverse_holds_all_up_to_one_less_than_units(seed, P):
    patterns = random_patterns(np.random.default_rng(seed), P, 40)
    assert is_fixed(projection(patterns), patterns).all()


@pytest.mark.parametrize("seed", range(5))
def test_storkey_holds_where_hebb_gives_way(seed):
    patterns = random_patterns(np.random.default_rng(seed), 25, 100)
    held = {rule: is_fixed(RULES[rule](patterns), patterns).mean() for rule in RULES}
    assert held["hebb"] < 0.3
    assert held["storkey"] > held["hebb"] + 0.4
    assert held["projection"] == 1.0


def test_overlap_is_one_minus_twice_the_share_that_differs():
    patterns = random_patterns(np.random.default_rng(1), 3, 50)
    x = patterns[1].copy()
    x[:10] *= -1
    assert overlaps(patterns, x)[1] == pytest.approx(0.6)
    np.testing.assert_allclose(overlaps(patterns, -patterns).diagonal(), -1)


def test_signs_are_pictures_that_differ():
    pictures = np.stack(list(SIGNS.values()))
    assert pictures.shape == (36, UNITS)
    assert set(np.unique(pictures)) == {-1.0, 1.0}
    assert np.abs(overlaps(pictures, pictures) - np.eye(36)).max() < 1
    assert 0.3 < (pictures > 0).mean() < 0.6


@pytest.mark.parametrize(
    ("text", "known"),
    [("ax o", "AXO"), ("AAX", "AX"), ("", ""), ("ä!?", ""), ("R2d2\0🌀", "R2D")],
)
def test_a_text_is_spelled_as_far_as_there_are_signs(text, known):
    found, remark = spelled(text)
    assert found == known
    assert bool(remark) == any(c.upper() not in SIGNS for c in text if not c.isspace())
    assert len(remark) < 100


@given(st.lists(st.booleans(), min_size=UNITS, max_size=UNITS))
def test_a_painting_comes_back_from_its_text(bits):
    picture = np.where(bits, 1.0, -1.0)
    text = to_hex(picture)
    assert len(text) == DIGITS
    np.testing.assert_array_equal(from_hex(text), picture)


@pytest.mark.parametrize("text", ["", "0", "g" * DIGITS, "0" * (DIGITS + 1)])
def test_what_is_no_painting_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        from_hex(text)
