"""The forward film: what it accepts, what it refuses in one sentence, and how it leaves float64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import CELLS, LSTM, Elman, GradientTrace, Trace, unroll

KINDS = pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS)


@pytest.fixture
def lstm(rng) -> LSTM:
    return LSTM.init(rng, 2, 3)


def scalar(weight: float, activation: str = "identity") -> Elman:
    """Return h' = activation(weight·h + x)."""
    one = np.ones((1, 1))
    return Elman(one, weight * one, np.zeros(1), np.zeros(1), activation)


# ---- what it accepts -------------------------------------------------------------------------


@KINDS
@settings(deadline=None)
@given(
    T=st.integers(1, 6),
    B=st.integers(1, 4),
    D=st.integers(1, 4),
    H=st.integers(1, 5),
    seed=st.integers(0, 999),
)
def test_any_sizes_give_a_film_of_that_size(kind, T, B, D, H, seed):
    rng = np.random.default_rng(seed)
    cell = kind.init(rng, D, H)
    trace = Trace.of(cell, rng.standard_normal((T, B, D)))
    assert (trace.T, trace.B, len(trace)) == (T, B, T)
    assert trace.s.shape == (T + 1, B, cell.S)
    assert trace.a_x.shape == trace.a_h.shape == (T, B, len(kind.drives) * H)
    assert {name: gate.shape for name, gate in trace.gates.items()} == dict.fromkeys(
        kind.gates, (T, B, H)
    )
    assert trace.finite() == T + 1


@KINDS
@settings(deadline=None)
@given(seed=st.integers(0, 999))
def test_sequences_side_by_side_do_not_meet(kind, seed):
    rng = np.random.default_rng(seed)
    cell = kind.init(rng, 2, 3)
    xs, s0 = rng.standard_normal((4, 3, 2)), rng.standard_normal((3, cell.S))
    together = Trace.of(cell, xs, s0).s
    for b in range(3):
        alone = Trace.of(cell, xs[:, [b]], s0[[b]]).s
        np.testing.assert_allclose(together[:, [b]], alone, rtol=1e-13, atol=1e-14)


@KINDS
@settings(deadline=None)
@given(cut=st.integers(1, 5), seed=st.integers(0, 999))
def test_a_run_continues_where_it_was_cut(kind, cut, seed):
    rng = np.random.default_rng(seed)
    cell, xs = kind.init(rng, 2, 3), rng.standard_normal((6, 2, 2))
    whole = Trace.of(cell, xs).s
    first = Trace.of(cell, xs[:cut]).s
    np.testing.assert_allclose(whole[: cut + 1], first, rtol=1e-13, atol=1e-14)
    rest = Trace.of(cell.from_step(cut), xs[cut:], first[-1]).s
    np.testing.assert_allclose(whole[cut:], rest, rtol=1e-13, atol=1e-14)


@KINDS
def test_the_future_does_not_reach_the_past(kind, rng):
    cell, xs = kind.init(rng, 2, 3), rng.standard_normal((6, 1, 2))
    other = xs.copy()
    other[3:] += 1
    one, two = Trace.of(cell, xs).s, Trace.of(cell, other).s
    np.testing.assert_array_equal(one[:4], two[:4])
    assert (one[4:] != two[4:]).any(axis=(1, 2)).all()


def test_whole_numbers_and_lists_are_inputs(lstm):
    words = np.eye(2, dtype=np.int64)[[0, 1, 1]][:, None]
    from_numbers, from_lists = Trace.of(lstm, words), Trace.of(lstm, words.tolist())
    assert from_numbers.x.dtype == from_numbers.s.dtype == np.float64
    np.testing.assert_array_equal(from_numbers.s, from_lists.s)
    np.testing.assert_array_equal(from_numbers.s, Trace.of(lstm, words.astype(float)).s)


def test_the_order_of_memory_does_not_matter(lstm, rng):
    xs = rng.standard_normal((2, 4, 5)).T
    assert not xs.flags.c_contiguous
    np.testing.assert_array_equal(Trace.of(lstm, xs).s, Trace.of(lstm, xs.copy("C")).s)


# ---- what it refuses -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape", [(0, 1, 2), (4, 0, 2), (4, 2), (4,), (), (4, 1, 3), (4, 1, 1), (1, 4, 1, 2)]
)
def test_a_sequence_of_the_wrong_shape_is_refused(lstm, shape):
    with pytest.raises(ValueError, match=r"xs of shape \(T, B, 2\).*got .*xs\[:, None, :\]") as e:
        Trace.of(lstm, np.zeros(shape))
    assert str(shape) in str(e.value)


@pytest.mark.parametrize("shape", [(6,), (1, 3), (1, 12), (2, 6), (1, 1, 6)])
def test_an_initial_state_of_the_wrong_shape_is_refused(lstm, shape):
    with pytest.raises(ValueError, match=r"s0 of shape \(B, S\) = \(1, 6\).*\[h; c\].*got") as e:
        Trace.of(lstm, np.zeros((4, 1, 2)), np.zeros(shape))
    assert str(shape) in str(e.value)


def test_a_stream_of_the_wrong_shape_is_refused_at_its_step(lstm):
    good, bad = np.zeros((1, 2)), np.zeros((1, 5))
    with pytest.raises(ValueError, match=r"\(B, 2\), got \(1, 5\) at step 1.*\[:, None, :\]"):
        list(unroll(lstm, [good, bad]))
    with pytest.raises(ValueError, match=r"\(B, 2\), got \(2,\) at step 0"):
        list(unroll(lstm, np.zeros((4, 2))))


@KINDS
@pytest.mark.parametrize("extra", [(0, 1), (0, 3), (1, 0)])
def test_a_stream_refuses_an_initial_state_of_the_wrong_shape(kind, extra, rng):
    cell = kind.init(rng, 2, 3)
    s0 = np.zeros((1 + extra[0], cell.S + extra[1]))
    with pytest.raises(ValueError, match="s0"):
        list(unroll(cell, np.zeros((2, 1, 2)), s0))


def test_a_step_outside_the_film_is_refused(lstm):
    trace = Trace.of(lstm, np.zeros((4, 1, 2)))
    for t in (4, -5, 99):
        with pytest.raises(IndexError, match=rf"Trace: wanted a step from 0 to 3, got {t}"):
            trace[t]


def test_a_film_whose_arrays_disagree_is_refused(lstm):
    good = Trace.of(lstm, np.zeros((4, 1, 2)))
    with pytest.raises(ValueError, match="Trace: T is 4 in x but 3 in s"):
        Trace(lstm, good.x, good.gates, good.s[1:])


# ---- out of range ----------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_a_run_leaves_float64_in_silence_and_says_when(activation):
    trace = Trace.of(scalar(10, activation), np.zeros((400, 1, 1)), np.ones((1, 1)))
    assert trace.finite() == 309  # s_0 .. s_308; 10^309 has no float64
    assert trace.s[308, 0, 0] == pytest.approx(1e308, rel=1e-12)
    assert np.isposinf(trace.s[309:]).all()


@KINDS
def test_enormous_inputs_and_weights_pass_in_silence(kind, rng):
    cell = kind.init(rng, 2, 3, gain=10).map(lambda w: 1e3 * w)
    trace = Trace.of(cell, 1e3 * rng.standard_normal((20, 2, 2)))
    assert trace.finite() == trace.T + 1
    for name, gate in trace.gates.items():
        low, high = cell.ranges[name]
        assert ((low <= gate) & (gate <= high)).all(), name


def test_one_bad_number_is_found_in_any_sequence_and_unit(lstm, rng):
    xs = rng.standard_normal((6, 3, 2))
    xs[2, 1, 0] = np.nan
    trace = Trace.of(lstm, xs)
    assert trace.finite() == 3
    assert np.isfinite(trace.s[:, [0, 2]]).all()


def test_a_bad_initial_state_leaves_no_good_one(lstm):
    assert Trace.of(lstm, np.zeros((2, 1, 2)), np.full((1, 6), np.nan)).finite() == 0


def test_the_good_states_end_at_the_first_bad_one():
    trace = Trace.of(scalar(1, "tanh"), np.zeros((4, 1, 1)), np.full((1, 1), np.inf))
    assert np.isfinite(trace.s[1:]).all()  # tanh(inf) is 1 again
    assert trace.finite() == 0


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
def test_what_is_not_a_number_stays_so(activation):
    trace = Trace.of(scalar(1, activation), np.array([0, np.nan, 0, 0]).reshape(4, 1, 1))
    assert trace.finite() == 2
    assert np.isnan(trace.s[2:]).all()


def test_infinities_that_cancel_do_so_in_silence():
    cell = Elman(np.zeros((2, 1)), np.array([[10.0, 0], [10, -10]]), *np.zeros((2, 2)), "identity")
    trace = Trace.of(cell, np.zeros((400, 1, 1)), np.ones((1, 2)))
    assert np.isnan(trace.s[-1, 0, 1])
    assert 300 < trace.finite() < 320
    GradientTrace.of(trace, np.ones((400, 1, 2)))


def test_a_stream_leaves_float64_in_silence_too():
    steps = list(unroll(scalar(10), np.zeros((400, 1, 1)), np.ones((1, 1))))
    assert np.isposinf(steps[-1].s).all()
    list(unroll(scalar(1e200), np.zeros((4, 2, 1)), np.ones((2, 1))))
    lstm = LSTM.init(np.random.default_rng(0), 1, 2).map(lambda w: 1e4 * w)
    list(unroll(lstm, np.ones((4, 2, 1))))
