"""The backward film: what it accepts, and gradients at both ends of float64."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import CELLS, LSTM, Elman, GradientTrace, Trace, bptt
from explorer.cells.records import Factor
from explorer.gradients import scaled_norm
from tests.test_trace import scalar

KINDS = pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS)


@pytest.fixture
def trace(rng) -> Trace:
    return Trace.of(LSTM.init(rng, 2, 3), rng.standard_normal((4, 2, 2)))


@pytest.mark.parametrize(
    "shape", [(4, 2, 3), (3, 2, 6), (6, 2, 6), (4, 1, 6), (4, 6), (2, 6), (4, 2, 6, 1), ()]
)
def test_a_gradient_of_the_wrong_shape_is_refused(trace, shape):
    wanted = r"dL_ds: wanted shape \(T, B, S\) = \(4, 2, 6\).*\(5, 2, 6\) with s_0.*got "
    for backwards in (GradientTrace.of, lambda *given: list(bptt(*given))):
        with pytest.raises(ValueError, match=wanted) as e:
            backwards(trace, np.zeros(shape))
        assert str(shape) in str(e.value)


@pytest.mark.parametrize("rows", [4, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_the_film_keeps_the_type_of_its_trace(trace, rows, dtype, rng):
    dL = (10 * rng.standard_normal((rows, 2, 6))).astype(dtype)
    for own in (np.float32, np.float64):
        forward = Trace.of(trace.cell.astype(own), trace.x.astype(own))
        gradient = GradientTrace.of(forward, dL)
        assert gradient.ds.dtype == gradient.dx.dtype == gradient.dcell.W_hh.dtype == own


def test_a_transposed_gradient_is_read_as_it_stands(trace, rng):
    dL = rng.standard_normal((6, 2, 4)).T
    for given_ in (dL, np.concatenate([dL[:1], dL]).transpose(2, 1, 0).copy().T):
        wanted = GradientTrace.of(trace, np.ascontiguousarray(given_))
        found = GradientTrace.of(trace, given_)
        np.testing.assert_array_equal(found.ds, wanted.ds)
        np.testing.assert_array_equal(found.da_h, wanted.da_h)


def test_the_same_gradient_everywhere_may_be_broadcast(trace):
    flat = GradientTrace.of(trace, np.ones((4, 2, 6)))
    np.testing.assert_array_equal(
        GradientTrace.of(trace, np.broadcast_to(1.0, (4, 2, 6))).ds, flat.ds
    )
    with_first = GradientTrace.of(trace, np.broadcast_to(1.0, (5, 2, 6)))
    np.testing.assert_allclose(with_first.ds[0], flat.ds[0] + 1, rtol=1e-14)


@KINDS
def test_gradients_of_a_sum_are_sums(kind, rng):
    cell = kind.init(rng, 2, 3)
    forward = Trace.of(cell, rng.standard_normal((5, 2, 2)))
    u, v = rng.standard_normal((2, 5, 2, cell.S))
    a, b, both = (GradientTrace.of(forward, dL) for dL in (u, v, u - 2 * v))
    np.testing.assert_allclose(both.ds, a.ds - 2 * b.ds, atol=1e-13)
    for name, array in both.dcell.named().items():
        wanted = a.dcell.named()[name] - 2 * b.dcell.named()[name]
        np.testing.assert_allclose(array, wanted, atol=1e-12, err_msg=name)


@KINDS
def test_a_loss_at_one_step_gives_no_share_to_later_ones(kind, rng):
    cell = kind.init(rng, 2, 3)
    forward = Trace.of(cell, rng.standard_normal((6, 1, 2)))
    dL = np.zeros((6, 1, cell.S))
    dL[2] = 1  # at s_3, made by the third step
    gradient = GradientTrace.of(forward, dL)
    assert not gradient.norm()[4:].any()
    assert not gradient.share[3:].any()
    assert gradient.norm()[:4].all()
    assert gradient.share[:3].all()


@KINDS
def test_a_small_step_down_the_gradient_lowers_the_loss_by_its_square(kind, rng):
    cell = kind.init(rng, 2, 3)
    xs, dL = rng.standard_normal((6, 2, 2)), rng.standard_normal((6, 2, cell.S))
    forward = Trace.of(cell, xs)
    gradient = GradientTrace.of(forward, dL).dcell
    rate = 1e-6
    lower = cell.map(lambda w, g: w - rate * g, gradient)
    fall = np.sum(dL * (forward.s[1:] - Trace.of(lower, xs).s[1:]))
    assert fall == pytest.approx(rate * gradient.norm() ** 2, rel=1e-4)


# ---- both ends of float64 --------------------------------------------------------------------


def test_a_gradient_grows_out_of_float64_in_silence():
    dL = np.zeros((400, 1, 1))
    dL[-1] = 1
    gradient = GradientTrace.of(Trace.of(scalar(10), np.zeros((400, 1, 1))), dL)
    norm = gradient.norm()
    lags = np.arange(400, -1, -1)
    np.testing.assert_allclose(norm[lags <= 308], 10.0 ** lags[lags <= 308], rtol=1e-12)
    assert np.isposinf(norm[lags > 308]).all()
    _ = gradient.dcell, gradient.shares, gradient.share_at(0)


def test_a_gradient_fades_to_zero_in_silence_and_never_early():
    dL = np.zeros((400, 1, 1))
    dL[-1] = 1
    gradient = GradientTrace.of(Trace.of(scalar(0.1), np.zeros((400, 1, 1))), dL)
    norm = gradient.norm()[::-1]  # by lag
    exact = np.array([float(f"1e-{lag}") for lag in range(401)])
    np.testing.assert_allclose(norm[:308], exact[:308], rtol=1e-12)
    assert (norm[:320] > 0).all()
    assert not norm[330:].any()
    assert (np.diff(norm) <= 0).all()


def test_a_share_fades_to_zero_no_earlier_than_the_gradient():
    dL = np.zeros((300, 1, 1))
    dL[-1] = 1
    gradient = GradientTrace.of(Trace.of(scalar(0.1), np.ones((300, 1, 1))), dL)
    by_lag = gradient.shares["b_hh"][::-1]
    np.testing.assert_allclose(by_lag, 10.0 ** -np.arange(300.0), rtol=1e-12)
    assert gradient.share.all()


@KINDS
def test_every_cell_runs_back_through_saturation_in_silence(kind, rng):
    cell = kind.init(rng, 2, 3, gain=10).map(lambda w: 1e3 * w)
    forward = Trace.of(cell, 1e3 * rng.standard_normal((30, 2, 2)))
    gradient = GradientTrace.of(forward, np.ones((30, 2, cell.S)))
    _ = gradient.dcell, gradient.share, gradient.norm()
    assert not np.isnan(cell.jacobian(forward.steps)).any()


def test_back_through_a_run_that_left_float64_in_silence():
    forward = Trace.of(scalar(10, "relu"), np.ones((400, 2, 1)))
    gradient = GradientTrace.of(forward, np.ones((400, 2, 1)))
    assert gradient.norm()[-1] == np.sqrt(2)
    assert np.isposinf(gradient.norm()[0])
    _ = gradient.dcell, gradient.shares


@settings(deadline=None)
@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5), st.integers(-290, 290))
def test_the_norm_of_a_row_scales_with_it(row, power):
    rows = np.array([row]) * 10.0**power
    assert scaled_norm(rows)[0] == pytest.approx(math.hypot(*rows[0]), rel=1e-14, abs=1e-322)


def test_the_norm_of_a_row_at_the_edges():
    rows = np.array([[0, 0], [3e-200, 4e-200], [3e200, 4e200], [5e-324, 0], [np.inf, 1], [1, -2]])
    np.testing.assert_allclose(
        scaled_norm(rows), [0, 5e-200, 5e200, 5e-324, np.inf, np.sqrt(5)], rtol=1e-15
    )
    assert scaled_norm(np.array([[-np.inf, -np.inf]])) == np.inf
    assert np.isnan(scaled_norm(np.array([[np.nan, 1.0]])))
    assert scaled_norm(np.array([[3, 4]], np.float32)).dtype == np.float32
    single = np.array([[3e-30, 4e-30], [3e30, 4e30]], np.float32)
    np.testing.assert_allclose(scaled_norm(single), [5e-30, 5e30], rtol=1e-6)


# ---- factors ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    T=st.integers(1, 4),
    B=st.integers(1, 4),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    kind=st.sampled_from(["vector", "matrix", "masked"]),
    seed=st.integers(0, 999),
)
def test_a_factor_is_the_outer_product_it_stands_for(T, B, sizes, kind, seed):
    rng = np.random.default_rng(seed)
    left, right = (rng.standard_normal((T, B, n)) for n in sizes)
    mask = (rng.random(sizes) < 0.5) * 1.0
    if kind == "vector":
        factor, shares = Factor(left), left.sum(axis=1)
    else:
        shares = np.einsum("tbi,tbj->tij", left, right)
        factor = Factor(left, right)
        if kind == "masked":
            factor, shares = Factor(left, right, mask), shares * mask
    np.testing.assert_allclose(factor.sum(), shares.sum(axis=0), atol=1e-13)
    wanted = np.linalg.norm(shares.reshape(T, -1), axis=1)
    np.testing.assert_allclose(factor.norms(), wanted, atol=1e-7, rtol=1e-12)


def test_cancelling_shares_have_no_negative_square():
    left = np.array([[[1.0, 1e-9], [-1.0, -1e-9]]]) / 3
    factor = Factor(left, np.full((1, 2, 3), 0.1))
    assert 0 <= factor.norms()[0] < 1e-8


def test_the_gradient_of_a_cell_is_a_cell(trace):
    gradient = GradientTrace.of(trace, np.ones((4, 2, 6)))
    assert type(gradient.dcell) is type(gradient.share_at(2)) is LSTM
    elman = Elman.init(np.random.default_rng(0), 1, 2, activation="relu")
    short = GradientTrace.of(Trace.of(elman, np.ones((2, 1, 1))), np.ones((2, 1, 2)))
    assert short.dcell.activation is elman.activation
