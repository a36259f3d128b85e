"""Every sign that a person types is a token, part of one, or named as left out."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.orders import tokens as named
from explorer.recipe import Recipe
from explorer.sequences import typed, words
from explorer.tokens import kind, tokens
from explorer.wiring.uses import USES

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
SHAKE = "\U0001f642\u200d\u2194\ufe0f"
HINDI = "हिन्दी"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I 🙂 I 👍🏽 I", ("i", "🙂", "i", "👍🏽", "i")),
        ("我 爱你", ("我", "爱你")),
        ("你好，world！", ("你好", "，", "world", "！")),
        ("cafe\u0301 café", ("café", "café")),
        (f"{FAMILY}{SHAKE}❤️", (FAMILY, SHAKE, "❤️")),
        ("🇩🇪🇫🇷🇮", ("🇩🇪", "🇫🇷", "🇮")),
        (f"{HINDI} שָׁלוֹם مرحبا", (HINDI, unicodedata.normalize("NFC", "שָׁלוֹם"), "مرحبا")),
        ("don’t zero\u200bwidth €5 1️⃣", ("don’t", "zero", "width", "€", "5", "1️⃣")),
        ("I love to cook, and eat!", ("i", "love", "to", "cook", ",", "and", "eat", "!")),
    ],
)
def test_a_sequence_of_words_holds_every_sign(text, found):
    sequence = words(text)
    assert sequence.words == found
    assert sequence.xs.shape == (len(found), 1, len(set(found)))
    assert sequence.remark == ""


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("well-known (words)", "Left out “-”, “(”, “)”: only words, emoji and . , ! ? are used."),
        ("a\u202eb\ufeff", "Left out 2 signs that cannot be seen."),
        ("\u0301 a", "Left out one sign that cannot be seen."),
        ("a \ue000", "Left out one sign that cannot be seen."),
        ("x" * 30, f"Cut “{'x' * 24}…” to 24 letters."),
        ("word " * 61, "Kept the first 60 of 61 words."),
    ],
)
def test_what_is_left_out_is_said(text, remark):
    assert words(text).remark == remark


@given(st.text())
def test_no_sign_is_lost(text):
    text = unicodedata.normalize("NFC", text)
    read = tokens(text)
    seen = sum(map(len, read.found)) + sum(map(len, read.left_out)) + read.invisible
    assert seen == sum(kind(sign) != "space" for sign in text)
    assert bool(read.remark()) == bool(read.left_out or read.invisible)


def test_a_minus_sign_makes_a_number_negative():
    assert typed("−1 -1").xs.tolist() == [[[-1.0]], [[-1.0]]]


@pytest.mark.parametrize("use", USES)
def test_a_trained_use_says_what_it_leaves_out(use):
    import numpy as np

    heard = USES[use].hear(f"{USES[use].sample} 🙂", np.random.default_rng(0))
    assert "Left out" in heard.remark


@pytest.mark.parametrize("input", ["words", "numbers", "noise"])
def test_an_order_says_what_it_leaves_out(input):
    recipe = Recipe(input=input, text="1 2 3", T=3, order="own", second="3 🙂 ( 1")
    from explorer.orders import second

    moved, remark = second(recipe, recipe.sequence())
    assert moved.words == ("3", "1", "2")
    assert "Left out" in remark
    assert "(" in remark
    assert "🙂" in remark
    assert named(recipe)[0]
