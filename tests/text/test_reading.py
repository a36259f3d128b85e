"""A text read and written by a network: odds, surprise and influence against independent ways."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.text.corpus import LONGEST, cleaned, documentation, topics
from explorer.text.reading import Reading, softmax
from explorer.text.tracking import facts, tracked
from explorer.text.vocabulary import RARE, Vocabulary, visible
from explorer.text.writing import write
from explorer.trace import Trace

WORDS = "the cat sat on the mat."


def reading(cell="LSTM", text=WORDS, H=5, seed=0, dtype=np.float64):
    """Return an untrained network that read a text."""
    vocabulary = Vocabulary.of(WORDS)
    V = len(vocabulary)
    rng = np.random.default_rng(seed)
    model = Model.init(rng, CELLS[cell], V, H, V)
    model = model.map(lambda array: 2 * rng.standard_normal(array.shape)).astype(dtype)
    return Reading.of(model, vocabulary, text)


# ---- letters ------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_any_text_can_be_put_into_numbers(text):
    vocabulary = Vocabulary.of(text)
    numbers = vocabulary.encode(text)
    assert len(numbers) == len(text)
    assert vocabulary.decode(numbers) == text or RARE in vocabulary.decode(numbers)
    assert len(vocabulary.shown) == len(vocabulary)
    assert all(visible(letter).strip() for letter in vocabulary.letters)


def test_of_five_thousand_letters_the_most_frequent_keep_a_number():
    text = "".join(chr(0x4E00 + k) for k in range(5000)) + "abc" * 10
    vocabulary = Vocabulary.of(text)
    assert len(vocabulary) == 97
    assert set("abc") <= set(vocabulary.letters)
    numbers = vocabulary.encode(text)
    assert (numbers == 96).sum() == 5000 - 93
    assert vocabulary.decode(vocabulary.encode("a\u9fffb")) == f"a{RARE}b"


def test_a_model_without_letters_folds_them_all():
    assert (Vocabulary(RARE).encode("xyz") == 0).all()
    with pytest.raises(ValueError, match="each letter once"):
        Vocabulary("aa" + RARE)
    with pytest.raises(ValueError, match="each letter once"):
        Vocabulary("ab")


def test_a_long_paste_is_cut_and_said():
    text, remark = cleaned("x\r\ny\r" * 400_000)
    assert len(text) == LONGEST
    assert "\r" not in text
    assert remark == "Kept the first 200,000 of 2,000,000 characters."
    assert cleaned("abc") == ("abc", "")


def test_topics_come_with_python():
    assert len(topics()) >= 10
    assert len(documentation()) > 10_000
    assert "with" in topics()


def test_without_the_topics_the_help_of_the_builtins_stands_in(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    found = topics.__wrapped__()
    assert len(found) >= 10
    assert all(len(text) > 200 for text in found.values())


# ---- odds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_odds_are_those_of_the_readout(cell):
    it = reading(cell)
    trace = Trace.of(it.model.cell, it.vocabulary.one_hot(WORDS))
    y = it.model.readout(trace.slot("h")[1:, 0])
    np.testing.assert_allclose(it.p, np.exp(y) / np.exp(y).sum(1, keepdims=True), rtol=1e-12)
    assert np.isnan(it.surprise[0])
    for t in range(1, it.T):
        letter = it.vocabulary.letters.index(WORDS[t])
        assert it.surprise[t] == pytest.approx(-np.log(it.p[t - 1, letter]), rel=1e-10)
    assert it.loss == pytest.approx(it.surprise[1:].mean())
    assert it.vocabulary.letters[it.followed[-1]] == it.vocabulary.letters[it.p[-1].argmax()]


def test_odds_out_of_range_stay_numbers():
    y = np.array([[0.0, 2000.0, -2000.0]])
    np.testing.assert_allclose(softmax(y), [[0, 1, 0]])
    it = reading()
    it.model.readout.W_hy[...] *= 1e4
    again = Reading.of(it.model, it.vocabulary, WORDS)
    assert np.isfinite(again.surprise[1:]).all()


def test_one_letter_can_be_read_and_none_is_refused():
    it = reading(text="t")
    assert np.isnan(it.loss)
    assert it.influence(10).shape == (1, 10)
    with pytest.raises(ValueError, match="at least one letter"):
        reading(text="")
    with pytest.raises(ValueError, match="one input for each"):
        Reading.of(it.model, Vocabulary("ab" + RARE), "a")


# ---- influence ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_influence_is_the_gradient_by_finite_differences(cell):
    it, lags, h = reading(cell), 7, 1e-5
    found = it.influence(lags)
    xs = it.vocabulary.one_hot(WORDS)
    T, V = it.T, len(it.vocabulary)
    slopes = np.zeros((T, T, V))  # of log p after t, by the input of step k
    for k in range(T):
        # All directions at once, as sequences side by side.
        both = []
        for sign in (h, -h):
            moved = np.repeat(xs, V, axis=1)
            moved[k] += sign * np.eye(V)
            y = it.model.readout(Trace.of(it.model.cell, moved).slot("h")[1:])
            log_p = y - np.log(np.exp(y).sum(-1, keepdims=True))
            both.append(log_p[np.arange(T), :, it.followed])
        slopes[:, k] = (both[0] - both[1]) / (2 * h)
    for t in range(T):
        for lag in range(lags):
            if lag > t:
                assert np.isnan(found[t, lag])
            else:
                wanted = np.linalg.norm(slopes[t, t - lag])
                assert found[t, lag] == pytest.approx(wanted, rel=2e-5, abs=1e-8)


def test_influence_does_not_depend_on_how_far_one_looks():
    it = reading("GRU")
    np.testing.assert_allclose(it.influence(20)[:, :5], it.influence(5), rtol=1e-12)


# ---- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_written_is_what_reading_it_expects(cell):
    it = reading(cell)
    done = write(it, 6, 30, 1.0, np.random.default_rng(1))
    assert RARE not in done.text
    again = Reading.of(it.model, it.vocabulary, WORDS[:6] + done.text)
    odds = again.p[5:-1].copy()
    odds[:, -1] = 0
    np.testing.assert_allclose(done.p, odds / odds.sum(1, keepdims=True), rtol=1e-9, atol=1e-300)
    n = it.T - 6
    told = -again.log_p[np.arange(5, 5 + n), it.vocabulary.encode(WORDS[6:])]
    np.testing.assert_allclose(done.told[:n], told, rtol=1e-9)
    assert np.isnan(done.told[n:]).all()


def test_letters_are_drawn_as_often_as_their_odds_say():
    it, rng = reading(H=3, seed=3), np.random.default_rng(0)
    drawn = [write(it, 4, 1, 0.7, rng) for _ in range(3000)]
    counts = np.bincount(
        [it.vocabulary.letters.index(w.text) for w in drawn], minlength=len(it.vocabulary)
    )
    p = drawn[0].p[0]
    often = 3000 * p > 20  # where the bell curve holds
    assert often.sum() >= 3
    error = np.sqrt(p * (1 - p) / 3000)
    assert (np.abs(counts / 3000 - p)[often] < 4.5 * error[often]).all()
    assert counts[~often].sum() < 60


def test_cold_takes_the_likeliest_and_the_same_seed_the_same():
    it = reading()
    cold = write(it, 3, 20, 0.0, np.random.default_rng(0))
    assert cold.text == write(it, 3, 20, 0.0, np.random.default_rng(5)).text
    nearly = write(it, 3, 20, 1e-4, np.random.default_rng(2))
    assert nearly.text == cold.text
    one, two = (write(it, 3, 40, 1.5, np.random.default_rng(7)).text for _ in range(2))
    assert one == two
    with pytest.raises(ValueError, match="wanted a start"):
        write(it, 0, 5, 1.0, np.random.default_rng(0))


# ---- tracking -----------------------------------------------------------------------------------


def test_facts_of_a_text():
    found = facts('ab "c(D)\n  e1')
    np.testing.assert_array_equal(found["inside double quotes"], [0] * 3 + [1] * 10)
    np.testing.assert_array_equal(found["depth of brackets"], [0] * 5 + [1, 1] + [0] * 6)
    np.testing.assert_array_equal(found["place in the line"], [*range(1, 9), 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(
        found["letters of the word so far"], [1, 2, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 2]
    )
    np.testing.assert_array_equal(found["indent of the line"], [0] * 9 + [1, 2, 2, 2])
    np.testing.assert_array_equal(found["words in the line so far"][-2:], [1, 1])
    assert found["capital letter"].sum() == 1
    assert found["digit"].sum() == 1


def test_a_planted_unit_is_found_and_chance_is_told():
    text = documentation()[3000:3400]
    it = reading(text=text, H=12)
    planted = facts(text)["letters of the word so far"]
    it.film.trace.s[1:, 0, 9] = 0.1 * planted - 0.3
    best = tracked(it, np.random.default_rng(0))[0]
    assert (best.fact, best.slot, best.unit) == ("letters of the word so far", "h", 9)
    assert best.r == pytest.approx(1.0)
    assert best.chance < 0.6


def test_what_tracks_nothing_stays_within_chance():
    text = documentation()[9000:9600]
    beyond = []
    for seed in range(6):
        it = reading(text=text, H=12)
        rng = np.random.default_rng(seed)
        it.film.trace.s[...] = rng.standard_normal(it.film.trace.s.shape)
        beyond += [abs(t.r) > 1.3 * t.chance for t in tracked(it, rng)]
    assert np.mean(beyond) < 0.05
    assert tracked(reading(text="t"), np.random.default_rng(0)) == []
