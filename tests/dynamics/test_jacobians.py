"""Bounds that bound, and direct paths that are what they are called."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from explorer import LSTM, Elman, Trace
from explorer.cells import CELLS
from explorer.dynamics import direct_path, jacobians, norm_bound
from explorer.gradients import GradientTrace
from explorer.learning.losses import LastState
from explorer.recipe import Recipe
from tests.strategies import runs, small_recipes


def backward(trace):
    return GradientTrace.of(trace, LastState().gradient(trace))


@pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS)
def test_jacobians_carry_the_gradient_back(kind, rng):
    trace = Trace.of(kind.init(rng, 2, 3), rng.standard_normal((6, 1, 2)))
    gradients = backward(trace)
    J = jacobians(trace)
    assert J.shape == (6, 1, trace.cell.S, trace.cell.S)
    for t in range(6):
        np.testing.assert_allclose(
            gradients.ds[t, 0], J[t, 0].T @ gradients.ds[t + 1, 0], rtol=0, atol=1e-13
        )


@settings(deadline=None, max_examples=150)
@given(trace=runs())
def test_the_bound_bounds(trace):
    gradients = backward(trace)
    bound = norm_bound(gradients)
    assert bound.shape == (trace.T + 1,)
    assert bound[-1] == pytest.approx(gradients.norm()[-1], rel=1e-12)
    assert (gradients.norm() <= bound * (1 + 1e-9) + 1e-300).all()


@settings(deadline=None, max_examples=80)
@given(recipe=small_recipes(loss="last"))
def test_the_bound_bounds_whatever_the_controls_say(recipe):
    gradients = recipe.gradients()
    assert (gradients.norm() <= norm_bound(gradients) * (1 + 1e-9) + 1e-300).all()


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.3])
def test_a_linear_orthogonal_network_meets_its_bound(radius):
    recipe = Recipe(
        cell="Elman", activation="identity", recurrent="orthogonal", scale="radius", gain=radius,
        T=40,
    )  # fmt: skip
    gradients = recipe.gradients()
    product = radius ** np.arange(40, -1, -1.0)
    np.testing.assert_allclose(norm_bound(gradients), product, rtol=1e-10)
    np.testing.assert_allclose(gradients.norm(), product, rtol=1e-10)


def elman(W_hh, **settings):
    H = len(W_hh)
    return Elman(np.ones((H, 1)), np.array(W_hh), np.zeros(H), np.zeros(H), **settings)


def test_a_spectral_radius_below_one_bounds_nothing():
    # DESIGN 10.1: radius 0.632, and with unit 2 saturated the gradient grows like 2^T.
    W = np.array([[2.0, -2.2], [2.0, -2.0]])
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(np.sqrt(0.4))
    # A large input holds unit 2 at its end; what unit 2 then says to unit 1 the input takes back.
    cell = replace(elman(W), W_xh=np.array([[2.2], [1000.0]]))
    trace = Trace.of(cell, np.ones((30, 1, 1)), np.array([[0.0, 1.0]]))
    gradients = backward(trace)
    norms = gradients.norm()
    assert norms[0] / norms[-2] == pytest.approx(2.0**29, rel=1e-6)
    assert (norms <= norm_bound(gradients) * (1 + 1e-12)).all()


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_run_that_leaves_the_numbers_has_no_bound_there(value):
    trace = Trace.of(elman([[0.5]], activation="identity"), np.ones((5, 1, 1)))
    s = trace.s.copy()
    s[3] = value
    gradients = backward(replace(trace, s=s, cell=elman([[0.5]])))
    bound = norm_bound(gradients)
    assert bound[-1] == 1
    assert bound.shape == (6,)


def test_the_direct_path_of_an_lstm_is_the_product_of_its_forget_gates(rng):
    trace = Trace.of(LSTM.init(rng, 2, 3), rng.standard_normal((7, 1, 2)))
    gradients = backward(trace)
    path = direct_path(gradients, "c")
    reaching = gradients.slot("c")[6, 0]
    for t in range(7):
        forget = np.ones(3)
        for k in range(t, 6):  # step k takes s[k] to s[k + 1]
            forget = forget * trace.gates["f"][k, 0]
        assert path[t] == pytest.approx(np.linalg.norm(reaching * forget), rel=1e-12)
    assert direct_path(gradients, "h") is None


def test_the_direct_path_is_the_whole_gradient_without_recurrent_weights(rng):
    cell = LSTM.init(rng, 2, 3, gain=0.0)
    gradients = backward(Trace.of(cell, rng.standard_normal((9, 1, 2))))
    np.testing.assert_allclose(direct_path(gradients, "c"), gradients.norm("c")[:-1], rtol=1e-12)


def test_the_whole_gradient_may_be_thousands_of_times_the_direct_path():
    recipe = Recipe(
        cell="LSTM", T=60, recurrent="orthogonal", scale="radius", gain=3.0, memory="bias",
        bias=0.0,
    )  # fmt: skip
    gradients = recipe.gradients()
    assert gradients.norm("c")[0] > 1000 * direct_path(gradients, "c")[0]


@pytest.mark.parametrize("kind", CELLS.values(), ids=CELLS)
def test_one_step_has_a_bound_and_a_path(kind, rng):
    gradients = backward(Trace.of(kind.init(rng, 1, 1), np.ones((1, 1, 1))))
    assert norm_bound(gradients).shape == (2,)
    for slot in gradients.cell.slots:
        path = direct_path(gradients, slot)
        assert path is None or path.shape == (1,)


def test_a_second_sequence_has_a_bound_of_its_own(rng):
    cell = CELLS["GRU"].init(rng, 2, 3)
    both = Trace.of(cell, rng.standard_normal((5, 2, 2)))
    alone = Trace.of(cell, both.x[:, 1:])
    np.testing.assert_allclose(
        norm_bound(backward(both), batch=1), norm_bound(backward(alone)), rtol=1e-12
    )
    np.testing.assert_allclose(
        direct_path(backward(both), "h", batch=1), direct_path(backward(alone), "h"), rtol=1e-12
    )
