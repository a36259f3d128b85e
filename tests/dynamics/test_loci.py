"""Bifurcations in two parameters, sweeps and the wall against closed forms and autograd."""

import numpy as np
import pytest
import torch

from explorer.activations import LOGISTIC, TANH
from explorer.cells.elman import Elman
from explorer.dynamics import Autonomous
from explorer.dynamics.loci import locus, singular
from explorer.dynamics.sweep import sweep
from explorer.dynamics.wall import Wall, inverse
from tests.dynamics.networks import autonomous, rotation


def unit(w, b, activation=TANH):
    cell = Elman(np.zeros((1, 1)), np.full((1, 1), w), np.array([b]), np.zeros(1),
                 activation=activation)  # fmt: skip
    return Autonomous(cell, np.zeros(1))


def test_the_logistic_slope_is_the_derivative():
    a = np.linspace(-4, 4, 9)
    slope = (LOGISTIC.f(a + 1e-6) - LOGISTIC.f(a - 1e-6)) / 2e-6
    np.testing.assert_allclose(LOGISTIC.slope(LOGISTIC.f(a)), slope, atol=1e-9)
    np.testing.assert_allclose(LOGISTIC.f(inverse(LOGISTIC, np.array([0.2, 0.7]))), [0.2, 0.7])


def test_the_fold_line_of_a_tanh_unit_and_its_cusp():
    h = -np.sqrt(0.5)
    line = locus(
        lambda b, w: unit(w, b), "fold", [h], np.arctanh(h) - 2 * h, 2.0, (-3.0, -3.0), (3.0, 4.0)
    )
    h = line.points[:, 0]
    b, w = line.parameters.T
    np.testing.assert_allclose(w, 1 / (1 - h**2), atol=1e-6)
    np.testing.assert_allclose(b, np.arctanh(h) - w * h, atol=1e-6)
    np.testing.assert_allclose(line.cusps, [[0.0, 1.0]], atol=1e-6)
    assert w[0] > 3.9
    assert w[-1] > 3.9


def test_the_cusp_of_a_logistic_unit():
    w, b = Wall().fold(np.array(0.2))
    line = locus(
        lambda b, w: unit(w, b, LOGISTIC), "fold", [0.2], float(b), float(w), (-8.0, -12.0),
        (8.0, 14.0), longest=0.3,
    )  # fmt: skip
    np.testing.assert_allclose(line.cusps, [[-2.0, 4.0]], atol=1e-5)


def test_the_flip_line_of_a_tanh_unit():
    line = locus(lambda b, w: unit(w, b), "flip", [0.0], 0.0, -1.0, (-3.0, -3.0), (3.0, 4.0))
    h = line.points[:, 0]
    np.testing.assert_allclose(line.parameters[:, 1], -1 / (1 - h**2), atol=1e-6)
    assert len(line.cusps) == 0


def test_a_neimark_sacker_line_ends_where_the_eigenvalues_become_real():
    def pair(b, g):
        return Autonomous(autonomous(g * rotation(1.0), [b, 0.0]), np.zeros(1))

    line = locus(pair, "Neimark-Sacker", [0.0, 0.0], 0.0, 1.0, (-3.0, 0.0), (3.0, 3.0))
    for (b, g), s in zip(line.parameters, line.points, strict=True):
        J = pair(b, g).linear(s[None])[1][0]
        assert np.linalg.det(J) == pytest.approx(1, abs=1e-6)
        assert abs(np.trace(J)) < 2
    assert len(line.points) > 20


def test_other_kinds_have_no_line():
    with pytest.raises(ValueError, match="wanted a fold, a flip or"):
        singular("pitchfork", np.eye(2))


def test_a_sweep_jumps_at_the_folds():
    run = sweep(lambda b: unit(2.0, b), -1.5, 1.5)
    up, down = run.jumps()
    assert 0.53284 < up < 0.53284 + 0.05
    assert -0.53284 - 0.05 < down < -0.53284
    assert run.p[0] == run.p[-1] == -1.5
    assert run.up.sum() == 121


def test_a_sweep_follows_a_fork_and_alternates_after_a_flip():
    for seed in range(3):
        run = sweep(lambda w: unit(w, 0.0), -1.8, 1.8, rng=np.random.default_rng(seed))
        top = run.p.argmax()
        assert abs(run.s[top, 0]) == pytest.approx(0.9343, abs=2e-3)
        assert run.tails[0, 0, 0] * run.tails[0, 1, 0] < 0


# ---- the wall ------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [(5.0, -2.6), (4.2, -2.0), (6.5, -3.4), (7.5, -2.0)])
def test_the_gradient_of_the_wall_is_that_of_autograd(place):
    wall = Wall()
    w, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in place)
    h = torch.tensor(wall.start, dtype=torch.float64)
    for _ in range(wall.T):
        h = torch.sigmoid(w * h + b)
    loss = (h - wall.target) ** 2
    loss.backward()
    assert float(wall.loss(*place)) == pytest.approx(loss.item(), abs=1e-14)
    np.testing.assert_allclose(wall.gradient(*place), [w.grad, b.grad], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("w", [5.0, 6.0, 7.0, 8.0])
def test_the_wall_stands_on_the_border_and_not_on_the_folds(w):
    wall = Wall()
    b = np.linspace(-5, -1, 40001)
    steepest = b[np.abs(np.diff(wall.loss(w, b))).argmax()]
    assert steepest == pytest.approx(float(wall.border(np.array(w))), abs=2e-3)
    h = 0.5 + np.array([-1, 1]) * np.sqrt(0.25 - 1 / w)
    folds = wall.fold(h)[1]
    assert np.abs(folds - steepest).min() > 0.04
    # On the folds the loss is as smooth as nearby.
    for fold in folds:
        here = np.abs(np.diff(wall.loss(w, fold + np.linspace(-1e-3, 1e-3, 21)))).max()
        assert here < 1e-3


def test_the_fold_lines_of_the_wall_are_those_of_the_network():
    w, b = Wall().fold(np.array([0.2, 0.75]))
    for h, one_w, one_b in zip((0.2, 0.75), w, b, strict=True):
        flow = unit(one_w, one_b, LOGISTIC)
        F, J = flow.linear(np.array([[h]]))
        assert F[0, 0] == pytest.approx(h, abs=1e-12)
        assert J[0, 0, 0] == pytest.approx(1, abs=1e-12)


def test_no_clipped_step_is_longer_than_rate_times_threshold():
    wall = Wall()
    for w in np.linspace(4.5, 7.5, 7):
        for b in np.linspace(-3.5, -2.0, 6):
            places, losses, norms = wall.descend(w, b, 0.5, 0.1, 60)
            steps = np.hypot(*np.diff(places, axis=0).T)
            assert steps.max() <= 0.05 + 1e-12
            assert np.isfinite(losses).all()
            assert np.isfinite(norms).all()
