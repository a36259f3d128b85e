"""The read-out is the solution of its least-squares problem, unique or the smallest of many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.reservoir import ridge
from tests.cells.numerics import assert_close


def problem(seed, T=60, N=7, O=2):  # noqa: E741
    rng = np.random.default_rng(seed)
    return rng.standard_normal((T, N)) + 3.0, rng.standard_normal((T, O))


@given(seed=st.integers(0, 99), strength=st.sampled_from([0.0, 1e-3, 1.0, 50.0]))
def test_ridge_solves_the_normal_equations(seed, strength):
    states, targets = problem(seed)
    fit = ridge(states, targets, strength)
    A, B = states - states.mean(axis=0), targets - targets.mean(axis=0)
    W = np.linalg.solve(A.T @ A + strength * np.eye(7), A.T @ B).T
    assert_close(fit.readout.W_hy, W, 1e-10)
    assert_close(fit.readout(states).mean(axis=0), targets.mean(axis=0), 1e-12)
    assert fit.rank == 7
    assert fit.remark == ""
    assert fit.condition == pytest.approx(np.linalg.cond(A))


@pytest.mark.parametrize("seed", range(5))
def test_no_other_readout_does_better(seed):
    states, targets = problem(seed)
    fit, rng = ridge(states, targets, 0.7), np.random.default_rng(seed)

    def objective(W, b):
        return np.sum((states @ W.T + b - targets) ** 2) + 0.7 * np.sum(W**2)

    best = objective(fit.readout.W_hy, fit.readout.b_y)
    for _ in range(20):
        dW, db = 1e-3 * rng.standard_normal((2, 7)), 1e-3 * rng.standard_normal(2)
        assert objective(fit.readout.W_hy + dW, fit.readout.b_y + db) > best


@pytest.mark.parametrize("seed", range(5))
def test_a_singular_solve_takes_the_smallest_weights_and_says_so(seed):
    states, targets = problem(seed)
    doubled = np.concatenate([states, states], axis=1)
    fit = ridge(doubled, targets)
    assert fit.rank == 7
    assert fit.remark.startswith("The solve is singular: the 14 states tell only 7 directions")
    A = doubled - doubled.mean(axis=0)
    smallest = np.linalg.pinv(A) @ (targets - targets.mean(axis=0))
    assert_close(fit.readout.W_hy, smallest.T, 1e-10)
    assert_close(fit.readout(doubled), ridge(states, targets).readout(states), 1e-10)
    assert ridge(doubled, targets, 1e-6).remark == ""


def test_an_ill_conditioned_solve_says_so():
    states, targets = problem(0)
    states[:, 6] = states[:, 5] + 1e-13 * states[:, 6]
    fit = ridge(states, targets)
    assert fit.remark.startswith("The solve is ")
    assert np.isfinite(fit.readout.W_hy).all()


@pytest.mark.parametrize("strength", [0.0, 1e-8])
def test_fewer_steps_than_units_and_no_variation(strength):
    states, targets = problem(0, T=4)
    assert_close(ridge(states, targets, strength).readout(states), targets, 1e-6)
    still = ridge(np.ones((9, 3)), np.arange(9.0)[:, None], strength)
    assert still.rank == 0
    assert_close(still.readout(np.ones((1, 3))), np.array([[4.0]]), 1e-14)


@pytest.mark.parametrize("strength", [0.0, 1e-10, 1.0])
@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_states_of_any_size_are_squared_without_leaving_float64(size, strength):
    states, targets = problem(0)
    fit = ridge(states * size, targets, strength)
    assert np.isfinite(fit.readout(states * size)).all()


def test_what_leaves_float64_is_left_out_and_said():
    states, targets = problem(0)
    wild = states.copy()
    wild[40:] = np.inf
    fit = ridge(wild, targets)
    assert "leave the range of float64 after 40 steps" in fit.remark
    assert_close(fit.readout.W_hy, ridge(states[:40], targets[:40]).readout.W_hy, 1e-13)
    nothing = ridge(np.full((9, 3), np.nan), np.zeros((9, 1)))
    assert not nothing.readout.W_hy.any()
    assert "after 0 steps" in nothing.remark


def test_ridge_names_what_is_wrong():
    states, targets = problem(0)
    for wrong in ((states, targets, -1.0), (states[1:], targets, 0.0)):
        with pytest.raises(ValueError, match="ridge: wanted a strength >= 0"):
            ridge(*wrong)
