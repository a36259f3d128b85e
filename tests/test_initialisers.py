"""Where recurrent weights start: the promises of each initialiser, and of the spectral radius."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.initialisers import (
    INITIALISERS,
    gaussian,
    identity,
    initialiser,
    orthogonal,
    rescaled,
    spectral_radius,
    uniform,
)

seeds = st.integers(0, 2**32 - 1)
widths = st.integers(1, 12)
gains = st.floats(0.01, 10)


@pytest.mark.parametrize("name", INITIALISERS)
@settings(deadline=None)
@given(seed=seeds, H=widths, gain=gains)
def test_the_gain_multiplies_a_square_block(name, seed, H, gain):
    draw = INITIALISERS[name]
    one = draw(np.random.default_rng(seed), H, 1.0)
    scaled = draw(np.random.default_rng(seed), H, gain)
    assert one.shape == (H, H)
    np.testing.assert_allclose(scaled, gain * one, rtol=1e-15, atol=1e-15 * gain)


@settings(deadline=None)
@given(seed=seeds, H=widths, gain=gains)
def test_orthogonal_keeps_lengths(seed, H, gain):
    W = orthogonal(np.random.default_rng(seed), H, gain)
    np.testing.assert_allclose(W.T @ W, gain**2 * np.eye(H), atol=1e-13 * gain**2)


def test_orthogonal_is_uniform_over_the_group(rng):
    draws = np.array([orthogonal(rng, 3) for _ in range(4000)])
    # Over the group every entry has mean 0 and variance 1/H, the trace variance 1, the
    # determinant either sign; without the sign of R's diagonal the trace would be biased.
    assert np.abs(draws.mean(axis=0)).max() < 4 * np.sqrt(1 / 3 / 4000)
    assert np.abs(draws.var(axis=0) - 1 / 3).max() < 0.03
    traces = np.trace(draws, axis1=1, axis2=2)
    assert abs(traces.mean()) < 4 / np.sqrt(4000)
    assert abs(traces.var() - 1) < 0.1
    assert abs(np.linalg.det(draws).mean()) < 4 / np.sqrt(4000)


def test_uniform_fills_the_bounds_of_pytorch(rng):
    W = uniform(rng, 100)
    assert 0.0999 < np.abs(W).max() <= 0.1
    assert W.var() == pytest.approx(0.01 / 3, rel=0.05)


def test_gaussian_has_its_gain_as_radius(rng):
    W = gaussian(rng, 400, 1.5)
    assert W.var() == pytest.approx(1.5**2 / 400, rel=0.02)
    assert spectral_radius(W) == pytest.approx(1.5, rel=0.06)


def test_identity_draws_nothing():
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(identity(rng, 3, 0.5), 0.5 * np.eye(3))
    assert rng.random() == np.random.default_rng(1).random()


def test_the_radius_is_the_largest_modulus_and_not_the_largest_value():
    assert spectral_radius(np.array([[0.0, -2.0], [2.0, 0.0]])) == pytest.approx(2)
    assert spectral_radius(np.diag([0.5, -3.0])) == 3
    # Non-normal: the norm is far above the radius.
    assert spectral_radius(np.array([[0.9, 5.0], [0.0, 0.9]])) == pytest.approx(0.9)


@settings(deadline=None)
@given(seed=seeds, H=widths, radius=st.floats(0, 5))
def test_rescaled_has_the_wanted_radius_and_the_same_direction(seed, H, radius):
    W = gaussian(np.random.default_rng(seed), H)
    scaled = rescaled(W, radius)
    assert spectral_radius(scaled) == pytest.approx(radius, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(scaled * spectral_radius(W), radius * W, atol=1e-12)


@pytest.mark.parametrize("W", [np.zeros((2, 2)), np.array([[0.0, 7.0], [0.0, 0.0]])])
def test_a_matrix_without_eigenvalues_to_scale_is_refused(W):
    with pytest.raises(ValueError, match=r"radius 0\.9.*eigenvalues.*draw another"):
        rescaled(W, 0.9)


@pytest.mark.parametrize("size", [1e-20, 1e20])
def test_rescaled_does_not_mistake_small_for_nothing(size, rng):
    assert spectral_radius(rescaled(size * gaussian(rng, 4), 0.9)) == pytest.approx(0.9)


def test_an_initialiser_is_chosen_by_name_or_given():
    assert initialiser("orthogonal") is orthogonal
    assert initialiser(uniform) is uniform
    assert list(INITIALISERS) == ["uniform", "orthogonal", "identity", "gaussian"]
    with pytest.raises(ValueError, match=r"initialiser: wanted one of uniform, .*got 'xavier'"):
        initialiser("xavier")
