"""Pointwise functions: each slope belongs to its function, in every tail."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import CELLS
from explorer.activations import ACTIVATIONS, TANH, activation, sigmoid

floats = st.floats(-30, 30).filter(lambda a: abs(a) > 1e-3)


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(deadline=None)
@given(a=floats)
def test_the_slope_is_the_derivative_in_terms_of_the_output(name, a):
    phi = ACTIVATIONS[name]
    moved = phi(np.array([a + 1e-30j]))
    slope = phi.slope(phi(np.array([a])))
    assert slope == pytest.approx(moved.imag / 1e-30, abs=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_stay_in_the_range_and_the_type(name):
    phi = ACTIVATIONS[name]
    for dtype in (np.float32, np.float64):
        a = np.array([-1e4, -3, -0.0, 0, 1e-30, 2, 1e4], dtype)
        h = phi(a)
        assert h.dtype == phi.slope(h).dtype == dtype
        if phi.range is not None:
            assert phi.range[0] <= h.min() < h.max() <= phi.range[1]


def test_relu_at_zero_has_slope_zero():
    relu = ACTIVATIONS["relu"]
    np.testing.assert_array_equal(relu(np.array([-2.0, 0.0, 3.0])), [0, 0, 3])
    np.testing.assert_array_equal(relu.slope(np.array([0.0, 3.0])), [0, 1])


@settings(deadline=None)
@given(st.floats(-700, 700))
def test_sigmoid_is_the_logistic_function_with_full_accuracy(a):
    # exp(a) / (1 + exp(a)) does not cancel on the left, its mirror image not on the right.
    wanted = np.exp(a) / (1 + np.exp(a)) if a < 0 else 1 / (1 + np.exp(-a))
    assert sigmoid(np.array([a]))[0] == pytest.approx(wanted, rel=1e-15, abs=0)


def test_sigmoid_saturates_to_0_and_1():
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(
            sigmoid(np.array([-np.inf, -800, 0, 800, np.inf])), [0, 0, 0.5, 1, 1]
        )
    assert sigmoid(np.array([1.0], np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", CELLS)
def test_a_step_saturates_in_silence(name, rng):
    cell = CELLS[name].init(rng, 1, 3)
    step = cell.step(0, np.full((1, 1), -1e6), np.zeros((1, cell.S)))
    assert np.isfinite(step.s).all()


def test_an_activation_is_chosen_by_name_or_given():
    assert activation("tanh") is TANH
    assert activation(TANH) is TANH
    assert [phi.name for phi in ACTIVATIONS.values()] == list(ACTIVATIONS)
    with pytest.raises(ValueError, match=r"activation: wanted one of tanh, .*got 'softmax'"):
        activation("softmax")
