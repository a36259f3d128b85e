"""Input sequences: whatever is typed becomes a sequence that a network can read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import GENERATED, LONGEST, generated, typed, words
from tests.strategies import FOREIGN

NUMBERS = st.floats(-1e6, 1e6)


def check(sequence):
    """Assert what every sequence promises."""
    T, B, D = sequence.xs.shape
    assert T >= 1
    assert B == 1
    assert D >= 1
    assert np.isfinite(sequence.xs).all()
    assert sequence.words is None or len(sequence.words) == T
    assert sequence.features is None or len(sequence.features) == D
    assert not sequence.remark or sequence.remark[-1] == "."


@given(text=st.text() | FOREIGN | st.lists(FOREIGN).map(" ".join))
def test_any_text_is_a_sequence(text):
    for read in (typed, words):
        sequence = read(text)
        check(sequence)
        assert len(sequence.remark) < 300
        assert len(sequence.xs) <= LONGEST


@pytest.mark.parametrize("text", ["x " * 2**19, "1 " * 2**19, "x" * 2**20, "\0" * 2**20])
def test_a_megabyte_is_cut(text):
    for read in (typed, words):
        check(read(text))


@given(
    numbers=st.lists(NUMBERS, min_size=1, max_size=LONGEST),
    separator=st.sampled_from([" ", ",", ";", "\n", ", ", " ;\t"]),
)
def test_numbers_are_read_as_typed(numbers, separator):
    sequence = typed(separator.join(map(repr, numbers)))
    np.testing.assert_array_equal(sequence.xs[:, 0, 0], numbers)
    assert sequence.remark == ""


@pytest.mark.parametrize(
    ("text", "numbers", "remark"),
    [
        ("", [0], "No number was left, so the sequence is a single 0."),
        (" ,;\n", [0], "No number was left, so the sequence is a single 0."),
        ("1 two 3", [1, 3], "Left out “two”: wanted plain numbers between -1e6 and 1e6."),
        ("nan 1 inf -inf", [1], "Left out “nan”, “inf”, “-inf”: wanted plain numbers"),
        ("1e7 2", [2], "Left out “1e7”: wanted plain numbers"),
        ("a b c d 5", [5], "Left out “a”, “b”, “c” …: wanted"),
        ("1,,2", [1, 2], ""),
        (",1,2,", [1, 2], ""),
        ("-0", [0], ""),
    ],
)  # fmt: skip
def test_what_is_no_number_is_left_out_and_said(text, numbers, remark):
    sequence = typed(text)
    assert sequence.xs[:, 0, 0].tolist() == numbers
    assert sequence.remark.startswith(remark)
    assert bool(sequence.remark) == bool(remark)


def test_of_too_many_the_first_are_kept_and_said():
    sequence = typed(" ".join(map(str, range(LONGEST + 5))))
    assert sequence.xs[:, 0, 0].tolist() == list(range(LONGEST))
    assert sequence.remark == f"Kept the first {LONGEST} of {LONGEST + 5} numbers."
    sequence = words(" ".join(f"w{k}" for k in range(70)))
    assert len(sequence.words) == 60
    assert sequence.remark == "Kept the first 60 of 70 words."


def test_words_are_one_hot_in_order_of_appearance():
    sequence = words("I love to cook, and I love to EAT!")
    assert sequence.words == ("i", "love", "to", "cook", ",", "and", "i", "love", "to", "eat", "!")
    assert sequence.features == ("i", "love", "to", "cook", ",", "and", "eat", "!")
    np.testing.assert_array_equal(sequence.xs.sum(axis=(1, 2)), 1)
    for word, x in zip(sequence.words, sequence.xs[:, 0], strict=True):
        assert sequence.features[x.argmax()] == word


@given(text=st.text())
def test_equal_words_are_equal_vectors(text):
    sequence = words(text)
    for word, x in zip(sequence.words, sequence.xs[:, 0], strict=True):
        same = sequence.xs[[word == other for other in sequence.words], 0]
        assert (same == x).all()
    assert len(set(sequence.features)) == len(sequence.features)


@pytest.mark.parametrize("text", ["", " ", "___", "\0", "()", "—"])
def test_no_word_is_one_empty_word_and_said(text):
    sequence = words(text)
    assert sequence.words == ("…",)
    assert sequence.remark.startswith("No word was found")


@pytest.mark.parametrize("text", ["don't", "l’amour", "naïve", "мир", "日本", "e2e"])
def test_a_word_of_any_language_is_one_word(text):
    assert words(text).words == (text,)


@pytest.mark.parametrize("choice", GENERATED)
@pytest.mark.parametrize(("T", "D"), [(1, 1), (1, 8), (2, 1), (200, 3)])
def test_generated_sequences_have_their_size(choice, T, D, rng):
    sequence = generated(choice, rng, T, D)
    check(sequence)
    assert sequence.xs.shape == (T, 1, D)


def test_what_the_generated_sequences_are(rng):
    made = {choice: generated(choice, rng, 21, 2).xs[:, 0] for choice in GENERATED}
    assert not made["silence"].any()
    assert made["pulse"][0].tolist() == [1, 1]
    assert not made["pulse"][1:].any()
    assert made["switch"][:, 0].tolist() == [1] * 11 + [-1] * 10
    np.testing.assert_allclose(made["sine"][0], made["sine"][20], atol=1e-12)
    assert made["sine"].max() <= 1
    assert len(np.unique(made["noise"])) == made["noise"].size


def test_an_unknown_generator_is_one_sentence(rng):
    with pytest.raises(ValueError, match=r"input: wanted one of noise, .*got 'jazz'\."):
        generated("jazz", rng, 3, 1)
