"""The principal plane of a trajectory."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from explorer import CELLS, Elman, Trace
from explorer.dynamics import pca
from tests.strategies import runs


@settings(deadline=None)
@given(trace=runs())
def test_axes_are_orthonormal_and_shares_are_shares(trace):
    plane = pca(trace)
    S = trace.cell.S
    assert plane.points.shape == (trace.T + 1, 1, 2)
    assert plane.axes.shape == (2, S)
    gram = plane.axes @ plane.axes.T
    spanned = np.diag(gram) > 0.5
    np.testing.assert_allclose(gram, np.diag(spanned.astype(float)), rtol=0, atol=1e-10)
    assert (plane.share >= 0).all()
    assert plane.share.sum() <= 1 + 1e-12
    assert plane.share[0] >= plane.share[1] - 1e-12
    assert np.isfinite(plane.points).all()


def test_a_plane_shows_all_of_what_lies_in_it(rng):
    trace = Trace.of(CELLS["GRU"].init(rng, 2, 2), rng.standard_normal((20, 1, 2)))
    plane = pca(trace)
    assert plane.share.sum() == pytest.approx(1)
    np.testing.assert_allclose(
        plane.points @ plane.axes + plane.centre, trace.s, rtol=0, atol=1e-12
    )


def test_the_shares_are_those_of_the_covariance(rng):
    trace = Trace.of(CELLS["LSTM"].init(rng, 2, 4), rng.standard_normal((30, 2, 2)))
    for slot in (None, "h", "c"):
        s = trace.s if slot is None else trace.slot(slot)
        values = np.linalg.eigvalsh(np.cov(s.reshape(-1, s.shape[-1]).T))[::-1]
        np.testing.assert_allclose(pca(trace, slot=slot).share, values[:2] / values.sum())


def test_more_components_than_units_are_zero(rng):
    trace = Trace.of(Elman.init(rng, 1, 1), rng.standard_normal((6, 1, 1)))
    plane = pca(trace, components=3)
    assert plane.points.shape == (7, 1, 3)
    assert not plane.points[..., 1:].any()
    assert plane.share.tolist() == [1, 0, 0]


def test_one_step_is_a_line(rng):
    trace = Trace.of(Elman.init(rng, 1, 5), rng.standard_normal((1, 1, 1)))
    plane = pca(trace)
    assert plane.points.shape == (2, 1, 2)
    assert plane.share[0] == pytest.approx(1)


def test_a_run_that_never_moves_is_a_point():
    cell = Elman(np.zeros((3, 1)), np.zeros((3, 3)), np.zeros(3), np.zeros(3))
    plane = pca(Trace.of(cell, np.ones((5, 1, 1))))
    assert not plane.points.any()
    assert plane.share.tolist() == [0, 0]


@pytest.mark.parametrize("step", [100.0, 1e100, 1e306])
def test_a_run_that_explodes_is_shown_as_far_as_it_goes(step):
    cell = Elman(np.ones((2, 1)), step * np.eye(2), np.zeros(2), np.zeros(2), "identity")
    trace = Trace.of(cell, np.ones((200, 1, 1)))
    plane = pca(trace)
    assert trace.finite() < 201
    assert np.isfinite(plane.axes).all()
    assert np.isfinite(plane.share).all()
    assert plane.share[0] == pytest.approx(1)
    assert np.isfinite(plane.points[: trace.finite() - 1]).all()


def test_signs_do_not_flip_with_the_data(rng):
    trace = Trace.of(CELLS["GRU"].init(rng, 2, 4), rng.standard_normal((20, 1, 2)))
    plane = pca(trace)
    assert (plane.axes[range(2), np.abs(plane.axes).argmax(axis=1)] > 0).all()
    mirrored = pca(replace(trace, s=-trace.s))
    np.testing.assert_allclose(mirrored.axes, plane.axes, rtol=0, atol=1e-12)
