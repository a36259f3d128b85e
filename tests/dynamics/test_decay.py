"""One number for how fast a gradient fades, wherever float64 can tell."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.dynamics.decay import decay, median_range
from explorer.recipe import Recipe


def fading(norms):
    """Stand in for a backward film with these norms, the first state first."""
    return SimpleNamespace(norm=lambda: np.array(norms))


@pytest.mark.parametrize("radius", [0.1, 0.5, 0.9, 0.999])
def test_a_linear_orthogonal_network_fades_by_its_radius(radius):
    found = decay(linear(radius))
    assert found.factor == pytest.approx(radius, rel=1e-9)
    assert found.half_life == pytest.approx(np.log(2) / -np.log(radius), rel=1e-7)
    assert found.first == pytest.approx(radius**60, rel=1e-9)


def linear(radius, **changes):
    return Recipe(
        cell="Elman", activation="identity", recurrent="orthogonal", scale="radius", gain=radius,
        **changes,
    ).gradients()  # fmt: skip


@pytest.mark.parametrize("radius", [1.0, 1.3])
def test_what_holds_or_grows_has_no_half_life(radius):
    found = decay(linear(radius))
    assert found.factor == pytest.approx(radius, rel=1e-9)
    assert found.half_life == np.inf


def test_nothing_left_is_told_as_such():
    found = decay(linear(0.0))
    assert found.first == 0
    assert np.isnan(found.factor)
    assert np.isnan(found.half_life)


@pytest.mark.parametrize("outside", [0.0, 1e-310, np.inf, np.nan])
def test_what_float64_cannot_hold_is_left_out(outside):
    norms = [outside, outside, 0.125, 0.25, 0.5, 1.0]
    found = decay(fading(norms))
    assert found.factor == pytest.approx(0.5)
    assert found.half_life == pytest.approx(1.0)
    np.testing.assert_equal(found.first, outside)


def test_zeros_before_the_loss_are_left_out():
    assert decay(fading([0.25, 0.5, 1.0, 0.0, 0.0])).factor == pytest.approx(0.5)


def test_one_step_is_enough_and_none_is_not():
    assert decay(fading([0.3, 1.0])).factor == pytest.approx(0.3)
    assert np.isnan(decay(fading([1.0])).factor)


@given(norms=arrays(np.float64, st.integers(1, 12), elements=st.floats(0, allow_subnormal=True)))
def test_any_norms_have_an_answer(norms):
    found = decay(fading(norms))
    assert np.isnan(found.factor) or found.factor >= 0
    assert np.isnan(found.half_life) or found.half_life > 0


# ---- how well it fits ---------------------------------------------------------------------------


def test_a_curve_that_rises_again_gets_a_bound_and_no_half_life():
    norms = np.exp(-0.05 * np.arange(61.0) + 0.04 * np.maximum(0, np.arange(61.0) - 20) * 2)[::-1]
    found = decay(fading(norms))
    assert not found.fits
    assert (found.low, found.high) == (54, np.inf)  # the first tenth aside


def test_what_fades_too_slowly_to_see_is_at_least_as_long_as_was_seen():
    found = decay(fading(0.999 ** np.arange(60, -1, -1)))
    assert not found.fits
    assert (found.low, found.high, found.lags) == (54, np.inf, 60)


def test_two_rates_are_no_half_life():
    lags = np.arange(61.0)
    found = decay(fading((0.999 * np.exp(-3 * lags) + 1e-3)[::-1]))
    assert not found.fits
    assert (found.low, found.high) == (54, np.inf)


def test_the_error_holds_the_true_half_life():
    rng = np.random.default_rng(0)
    z = []
    for _ in range(300):
        steps = np.log(0.9) + 0.15 * rng.standard_normal(100)
        found = decay(fading(np.exp(np.cumsum(np.append(0, steps)))[::-1]))
        assert found.fits
        z.append((found.half_life - np.log(0.5) / np.log(0.9)) / found.error)
    assert 0.8 < np.sqrt(np.mean(np.square(z))) < 1.4


def test_seeds_of_a_cell_that_holds_show_bounds():
    recipe = Recipe(
        cell="LSTM", H=16, T=60, D=2, input="noise", recurrent="orthogonal", scale="radius",
        gain=0.9, memory="bias", bias=3.0,
    )  # fmt: skip
    decays = [decay(replace(recipe, seed=seed).gradients()) for seed in range(5)]
    middle, low, high = median_range(decays)
    assert low <= middle <= high
    assert np.isinf(high)
    for one in decays:
        if one.fits:
            assert one.half_life <= 60
            assert one.r_squared >= 0.9
