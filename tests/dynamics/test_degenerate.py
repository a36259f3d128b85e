"""Bifurcations at which more than one eigenvalue is critical, and branches that stay critical."""

import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.dynamics import Autonomous, continue_branch, diagram
from explorer.dynamics.continuation import DegenerateStart
from explorer.dynamics.cycles import cycle
from explorer.dynamics.diagram import happenings
from explorer.recipes.bifurcations import Bifurcations
from explorer.recipes.moving import ALONG, SQUASHED
from explorer.scenes import bifurcations as scenes
from explorer.scenes.happenings import happens
from tests.dynamics.networks import autonomous, rotation


def by_gain(W):
    return lambda g: Autonomous(autonomous(g * np.asarray(W, float)), np.zeros(1))


def by_bias(W, first=1.0):
    b = np.zeros(len(W))
    b[0] = first
    return lambda p: Autonomous(autonomous(np.asarray(W, float), p * b), np.zeros(1))


@pytest.mark.parametrize(
    ("W", "critical", "below", "above"),
    [
        # tanh(g h) has one fixed point up to g = 1 and three from there on, in each unit.
        (np.eye(2), [1, 1], 1, 9),
        (-np.eye(2), [-1, -1], 1, 1),
        ([[0, 1], [1, 0]], [-1, 1], 1, 3),
        ([[1, 0], [0, -1]], [-1, 1], 1, 3),
        ([[1, 1], [0, 1]], [1, 1], 1, 5),
        (np.eye(3), [1, 1, 1], 1, 27),
        (np.kron(np.eye(2), rotation(1.0)), [np.exp(1j), np.exp(1j), np.exp(-1j), np.exp(-1j)], 1,
         1),
    ],
)  # fmt: skip
def test_eigenvalues_that_cross_at_once_are_a_degenerate_point(W, critical, below, above):
    (event,) = happenings(diagram(by_gain(W), 0.5, 1.5, starts=60))
    assert event.kind == "degenerate"
    assert event.p == pytest.approx(1.0, abs=1e-6)
    found = np.sort_complex(np.round(event.critical, 5))
    np.testing.assert_allclose(found, np.sort_complex(critical), atol=1e-4)
    assert (len(event.below), len(event.above)) == (below, above)
    assert f"{len(critical)} eigenvalues lie on the unit circle at once" in happens(event, "g")[0]


def test_both_eigenvalues_of_the_identity_are_named_on_the_page():
    recipe = Bifurcations(network="two", matrix="1 0; 0 1", g=1.2)
    branches = recipe.branches()
    assert scenes.diagram_summary(recipe, branches) == (
        "5 branches of fixed points along gain g: 1 degenerate point."
    )
    table = scenes.events_table(recipe, branches)
    assert "2 eigenvalues lie on the unit circle at once (1, 1)" in table
    assert "1 fixed point (stable) for smaller g, 9 (4 stable, 4 saddle, 1 source) for larger" in (
        table
    )
    assert "pitchfork" not in table


@pytest.mark.parametrize(
    ("recipe", "kind", "told"),
    [
        (Bifurcations(), "pitchfork",
         "near it 1 fixed point (stable) for smaller w, 3 (2 stable, 1 source) for larger"),
        (Bifurcations(), "flip", "a stable cycle of period 2 beside it for smaller w"),
        (Bifurcations(b=0.1), "fold",
         "near it no fixed point for smaller w, 2 (1 stable, 1 source) for larger"),
        (Bifurcations(network="two", matrix="1 0; 0 1", along="bias", g=1.2), "fold",
         "near it no fixed point for smaller b, 2 (1 saddle, 1 source) for larger"),
        (Bifurcations(network="two", matrix="0 -1; 1 0", g=1.1), "Neimark-Sacker",
         "strong resonance 1:4, what branches off need not be a circle"),
    ],
)  # fmt: skip
def test_what_happens_follows_from_what_was_counted(recipe, kind, told):
    lines = [happens(e, recipe.moving) for e in happenings(recipe.branches()) if e.kind == kind]
    assert any(told in line for line in lines), lines


def test_a_transcritical_point_keeps_the_number_of_points():
    def family(p):
        return Autonomous(autonomous(p, np.arctanh(0.5) - 0.5 * p), np.zeros(1))

    (event,) = [e for e in happenings(diagram(family, 0.5, 1.6)) if e.kind == "transcritical"]
    assert sorted(event.below) == sorted(event.above) == ["source", "stable"]


@pytest.mark.parametrize(("W", "branches"), [("1 0.3; 0.3 1", 5), ("1 0; 0 1", 5), ("2 0; 0 1", 5)])
@pytest.mark.parametrize("fine", [True, False])
def test_symmetric_branches_are_counted_once(W, branches, fine):
    recipe = Bifurcations(network="two", matrix=W, g=1.2)
    assert len(recipe.branches(fine)) == branches


def test_a_branch_that_stays_marginal_is_followed():
    """Unit 2 has an eigenvalue 1 at every bias of unit 1, which follows its own curve."""
    branch = continue_branch(by_bias(np.eye(2)), [-0.9, 0.0], -1.0, -1.0, 1.0)
    assert (branch.p.min(), branch.p.max()) == (-1.0, 1.0)
    np.testing.assert_allclose(np.tanh(branch.points[:, 0] + branch.p), branch.points[:, 0],
                               atol=1e-9)  # fmt: skip
    assert branch.lasting
    assert branch.marginal.all()
    assert not branch.events
    assert [kind for _, kind in branch.stretches] == ["marginal"]


def test_a_start_that_cannot_be_followed_makes_a_branch_of_one_point(monkeypatch):
    def refuses(*_, **__):
        raise DegenerateStart("no start")

    monkeypatch.setattr(sys.modules[diagram.__module__], "continue_branch", refuses)
    (branch, *_) = diagram(by_gain(np.eye(2)), 0.5, 1.5, starts=20)
    assert len(branch) == 1
    assert "could not be followed" in branch.remark


CORNERS = (
    "0 0; 0 0", "1 0; 0 1", "-1 0; 0 -1", "0 1; 0 0", "0.5403 -0.8415; 0.8415 0.5403", "0 -1; 1 0",
    "1 1; 1 1", "999 1; 1 999", "-999 999; -999 -999", "0.5 -0.7; 0.5 -0.7", "0 1; 1 0", "1 1; 0 1",
    "1 0; 0 -1",
)  # fmt: skip


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    W=st.sampled_from(CORNERS), along=st.sampled_from(list(ALONG)),
    act=st.sampled_from(list(SQUASHED)), g=st.sampled_from([0.0, 1.0, 1.2, 3.0]),
    fine=st.booleans(),
)  # fmt: skip
def test_no_corner_raises(W, along, act, g, fine):
    recipe = Bifurcations(network="two", matrix=W, along=along, act=act, g=g)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        branches = recipe.branches(fine)
        assert scenes.diagram_summary(recipe, branches)
        scenes.events_table(recipe, branches)
        scenes.diagram_chart(recipe, branches, recipe.swept(False))


@pytest.mark.parametrize("W", CORNERS)
def test_no_start_at_a_bias_raises(W):
    """At g = 1 and bias 0 several of these are singular at the very start."""
    recipe = Bifurcations(network="two", matrix=W, along="bias", g=1.0)
    assert recipe.branches()


# ---- cycles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("w", [-1.2, -2.0, -4.0])
def test_a_flip_leaves_a_cycle_of_period_two(w):
    flow = Autonomous.of(autonomous(w))
    found = cycle(flow, np.array([0.9]), 2)
    h = 0.9
    for _ in range(2000):
        h = np.tanh(-w * h)  # by symmetry h and -h are the cycle
    np.testing.assert_allclose(np.sort(found.states[:, 0]), [-h, h], atol=1e-12)
    assert found.multipliers[0].real == pytest.approx((w * (1 - h * h)) ** 2)
    assert found.stable


def test_a_fixed_point_is_no_cycle():
    assert cycle(Autonomous.of(autonomous(0.5)), np.array([0.1]), 2) is None
    assert cycle(Autonomous.of(autonomous(2.0)), np.array([0.9]), 3) is None


def test_where_every_state_comes_back_the_cycle_is_marginal():
    found = cycle(Autonomous.of(autonomous(-np.eye(2), activation="identity")), [0.3, 0.1], 2)
    np.testing.assert_allclose(found.states, [[0.3, 0.1], [-0.3, -0.1]])
    assert found.marginal
    assert not found.stable
