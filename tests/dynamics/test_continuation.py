"""Branches against curves and bifurcations that are known in closed form."""

from itertools import pairwise

import numpy as np
import pytest

from explorer.activations import LOGISTIC
from explorer.dynamics import Autonomous, continue_branch, diagram, fixed_points
from tests.dynamics.networks import autonomous, rotation


def by_bias(w):
    return lambda b: Autonomous(autonomous(w, b), np.zeros(1))


def by_weight(b=0.0):
    return lambda w: Autonomous(autonomous(w, b), np.zeros(1))


def by_gain(W, b=None):
    return lambda g: Autonomous(autonomous(g * np.asarray(W), b), np.zeros(1))


def test_the_folds_of_a_bistable_unit():
    branch = continue_branch(by_bias(2.0), [0.95], 0.0, -1.5, 1.5)
    assert [event.kind for event in branch.events] == ["fold", "fold"]
    h = np.sqrt(1 - 1 / 2.0)
    wanted = 2 * h - np.arctanh(h)
    assert wanted == pytest.approx(0.53284, abs=1e-6)
    found = sorted(event.p for event in branch.events)
    np.testing.assert_allclose(found, [-wanted, wanted], atol=1e-6)
    # The whole S: out at one end of the range, in at the other, unstable between its folds.
    assert {branch.p[0], branch.p[-1]} == {-1.5, 1.5}
    np.testing.assert_array_equal(branch.stable, np.abs(branch.points[:, 0]) > h)


def test_a_long_step_does_not_leap_over_both_folds():
    """Beyond both folds the curve runs on as it did before them, so that a leap is not seen."""

    def family(b):
        return Autonomous(autonomous(10.0, b, LOGISTIC), np.zeros(1))

    branch = continue_branch(family, [0.0], -8.0, -8.0, 8.0, step=0.13, longest=0.4)
    h = (1 + np.array([1, -1]) * np.sqrt(1 - 4 / 10.0)) / 2
    wanted = np.log(h / (1 - h)) - 10.0 * h
    assert [event.kind for event in branch.events] == ["fold", "fold"]
    np.testing.assert_allclose(sorted(e.p for e in branch.events), sorted(wanted), atol=1e-6)


def test_every_point_of_a_branch_is_a_fixed_point():
    branch = continue_branch(by_bias(2.0), [0.95], 0.0, -1.5, 1.5)
    for p, s, values in zip(branch.p, branch.points, branch.eigenvalues, strict=True):
        np.testing.assert_allclose(np.tanh(2 * s + p), s, atol=1e-11)
        np.testing.assert_allclose(values, 2 * (1 - s**2), atol=1e-9)
    assert max(np.abs(np.diff(branch.p)).max(), np.abs(np.diff(branch.points[:, 0])).max()) < 0.051


def test_the_pitchfork_and_the_flip_of_one_unit():
    branches = diagram(by_weight(), -2.0, 2.0)
    trunk, fork = branches
    assert [(e.kind, round(e.p, 9)) for e in trunk.events] == [("flip", -1.0), ("pitchfork", 1.0)]
    assert trunk.events[0].angle == pytest.approx(np.pi)
    for w, wanted in ((1.1, 0.5029406), (1.5, 0.8585596), (2.0, 0.9575040)):
        near = np.abs(fork.points[np.abs(fork.p - w).argmin()])
        upper = continue_branch(by_weight(), near, w, 1.05, w)
        assert upper.points[upper.p.argmax(), 0] == pytest.approx(wanted, abs=2e-7)


def test_a_bias_breaks_the_pitchfork_into_a_fold():
    branches = diagram(by_weight(0.05), 0.2, 2.0)
    kinds = sorted(event.kind for branch in branches for event in branch.events)
    assert len(branches) == 2
    assert kinds == ["fold"]


def test_a_turning_network_meets_a_neimark_sacker_point():
    (branch,) = diagram(by_gain(rotation(1.0)), 0.2, 1.5)
    (event,) = branch.events
    assert event.kind == "Neimark-Sacker"
    assert event.p == pytest.approx(1.0, abs=1e-9)
    assert event.angle == pytest.approx(1.0, abs=1e-9)


def test_past_it_the_network_runs_round_a_circle():
    flow = Autonomous.of(autonomous(1.01 * rotation(1.0)))
    orbit = flow.orbit(np.array([[0.1, 0.0]]), 6000)[-2000:, 0]
    radius = np.linalg.norm(orbit, axis=1)
    assert radius.mean() == pytest.approx(0.198, rel=0.005)
    turned = np.unwrap(np.arctan2(orbit[:, 1], orbit[:, 0]))
    assert (turned[-1] - turned[0]) / (len(orbit) - 1) == pytest.approx(1.0, abs=1e-3)


def test_a_transcritical_point_is_told_from_a_pitchfork():
    # Along w = 1 + p, b = b(p) chosen so that h = 0.5 always rests, two branches cross there.
    def family(p):
        return Autonomous(autonomous(p, np.arctanh(0.5) - 0.5 * p), np.zeros(1))

    branch = continue_branch(family, [0.5], 1.0, 0.5, 2.0)
    (event,) = branch.events
    assert event.kind == "transcritical"
    assert event.p == pytest.approx(1 / 0.75, abs=1e-9)
    assert len(diagram(family, 0.5, 2.0)) == 2


def test_events_stand_between_the_points_that_they_separate():
    branch = continue_branch(by_bias(2.0), [0.95], 0.0, -1.5, 1.5)
    for event in branch.events:
        before, after = branch.stable[event.index - 1], branch.stable[event.index]
        assert before != after


def test_branches_leave_no_gap_and_none_is_followed_twice():
    branches = diagram(by_gain([[1.0, 0.4], [-0.3, 1.2]], [0.05, 0.1]), 0.2, 4.0)
    flow = by_gain([[1.0, 0.4], [-0.3, 1.2]], [0.05, 0.1])(3.0)
    found = fixed_points(flow.cell)
    crossings = sum(
        int((a - 3.0) * (b - 3.0) < 0) for branch in branches for a, b in pairwise(branch.p)
    )
    assert crossings == len(found)
    assert found.certificate == 1


def test_a_start_that_is_no_fixed_point_is_refused():
    with pytest.raises(ValueError, match="wanted p from 0 to 1, got 2"):
        continue_branch(by_weight(), [0.0], 2.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="finds none there"):
        continue_branch(
            lambda p: Autonomous(autonomous(1.0, 0.5 + p, "identity"), np.zeros(1)),
            [0.0], 0.5, 0.0, 1.0,
        )  # fmt: skip
