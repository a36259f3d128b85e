"""What wirings are used for: examples that are what they say, and texts of any kind."""

import numpy as np
import pytest

from explorer.wiring.uses import USES
from explorer.wiring.uses.language import EITHER, MEANING
from explorer.wiring.uses.numbers import TENS, UNITS
from explorer.wiring.uses.speech import FORMANTS, MIDDLE, SPAN, sound

GARBAGE = ("\0", "nan inf 1e999", "🌀 <b>x</b> $x^2$ **y**", "zzz " * 50, "[]", "١٢٣", "the " * 99)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_examples_have_the_shapes_that_the_use_names(use, rng):
    for _ in range(50):
        example = use.draw(rng)
        assert example.xs.shape[1] == len(use.reads)
        assert example.wanted.shape == (len(example.scored), len(use.says))
        assert example.scored.any()
        assert len(example.wanted) in (1, len(example.xs)) or use.wiring in (
            "one_to_many", "encoder_decoder",
        )  # fmt: skip
        if not use.says_numbers:
            np.testing.assert_array_equal(example.wanted.sum(axis=1), 1.0)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_its_own_example_is_read_without_a_word(use, rng):
    for text in ("", "  ", use.sample):
        heard = use.hear(text, rng)
        assert not heard.remark
        assert heard.xs.shape == (len(heard.words), len(use.reads))


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_whatever_is_typed_is_read_or_said(use, garbage, rng):
    heard = use.hear(garbage, rng)
    assert heard.xs.shape == (len(heard.words), len(use.reads))
    assert np.isfinite(heard.xs).all()
    assert 1 <= len(heard.words) <= 12
    assert heard.remark.endswith(".")


def answers(use, example):
    return [use.says[k] for k in example.wanted.argmax(axis=1)]


def test_a_not_turns_the_sentiment_round(rng):
    use = USES["sentiment"]
    for _ in range(200):
        example = use.draw(rng)
        words = example.text.split()
        good = any(word in ("good", "great", "lovely", "funny") for word in words)
        assert answers(use, example) == ["good" if good != ("not" in words) else "bad"]


def test_numbers_are_translated(rng):
    use = USES["translation"]
    for _ in range(50):
        example = use.draw(rng)
        ten, unit = example.text.split()
        assert answers(use, example) == [UNITS[unit], "und", TENS[ten], "."]


def test_only_what_follows_tells_the_meaning(rng):
    """The same words up to there, both answers: no network that reads one way could know."""
    seen = {}
    for _ in range(600):
        example = MEANING.draw(rng)
        words = example.text.split()
        for t, word in enumerate(words):
            if word in EITHER:
                past = tuple(words[: t + 1])
                seen.setdefault(past, set()).add(answers(MEANING, example)[t])
    often = [tags for past, tags in seen.items() if len(past) == 2]
    assert len(often) == 12
    assert all(tags == {"adjective", "noun"} for tags in often)


def test_one_vowel_glides_into_the_next():
    xs = sound("ai")
    a, i = ((np.array(FORMANTS[v]) - MIDDLE) / SPAN for v in "ai")
    np.testing.assert_allclose(xs, [a, a, (a + i) / 2, i])
    assert np.abs(sound("".join(FORMANTS))).max() <= 1.0
