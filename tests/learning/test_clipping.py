"""Clipping shortens and never turns; angles are right at both ends."""

import numpy as np
import pytest

from explorer import CELLS
from explorer.learning.clipping import angle, clipped, flat

KINDS = pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS)


@KINDS
def test_a_long_gradient_gets_the_norm_of_the_threshold_and_keeps_its_direction(kind, rng):
    gradient = kind.init(rng, 2, 3)
    short, scale = clipped(gradient, 0.25)
    assert short.norm() == pytest.approx(0.25, rel=1e-14)
    assert scale == pytest.approx(0.25 / gradient.norm(), rel=1e-14)
    assert angle(flat(short), flat(gradient)) < 1e-12
    for name, array in gradient.named().items():
        np.testing.assert_allclose(short.named()[name], scale * array, rtol=1e-14)


@KINDS
def test_a_short_gradient_is_left_alone(kind, rng):
    gradient = kind.init(rng, 2, 3)
    for threshold in (gradient.norm(), 1e9, np.inf):
        same, scale = clipped(gradient, threshold)
        assert scale == 1.0
        np.testing.assert_array_equal(flat(same), flat(gradient))


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_at_the_ends_of_float64_the_norm_still_counts(size, rng):
    gradient = CELLS["LSTM"].init(rng, 2, 3).map(lambda array: array * size)
    short, _ = clipped(gradient, size / 1e3)
    assert short.norm() == pytest.approx(size / 1e3)
    assert angle(flat(short), flat(gradient)) < 1e-12


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_is_no_number_cannot_be_saved(bad, rng):
    gradient = CELLS["GRU"].init(rng, 2, 3).map(lambda array: np.full_like(array, bad))
    lost, scale = clipped(gradient, 1.0)
    assert np.isnan(scale)
    assert np.isnan(flat(lost)).all()


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_a_threshold_that_is_no_length_is_refused(bad, rng):
    with pytest.raises(ValueError, match="greater than 0"):
        clipped(CELLS["GRU"].init(rng, 1, 1), bad)


@pytest.mark.parametrize("wanted", [0.0, 1e-9, 0.001, 30.0, 90.0, 179.999999, 180.0])
@pytest.mark.parametrize("size", [1e-160, 1.0, 1e160])
def test_angles_are_exact(wanted, size):
    a = np.array([[1.0, 0.0]]) * size
    b = np.array([[np.cos(np.radians(wanted)), np.sin(np.radians(wanted))]]) / size
    assert angle(a, b) == pytest.approx(wanted, rel=1e-6, abs=1e-13)


@pytest.mark.parametrize("nothing", [np.zeros(3), np.full(3, np.nan), np.full(3, np.inf)])
def test_what_has_no_direction_has_no_angle(nothing):
    assert np.isnan(angle(nothing, np.ones(3)))
    assert np.isnan(angle(np.ones(3), nothing))
