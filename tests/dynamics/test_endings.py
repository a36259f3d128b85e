"""What runs come to, where that is known: cycles, circles, infinity, slow approach, chaos."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.activations import ACTIVATIONS
from explorer.dynamics.circles import circle, rotation_number
from explorer.dynamics.portrait import Portrait
from explorer.recipes.phase_portrait import PhasePlaneRecipe
from explorer.scenes import portrait as scenes
from tests.dynamics.networks import autonomous, rotation
from tests.dynamics.test_degenerate import CORNERS


def of(W, activation="tanh", b=None, fine=True):
    return Portrait.of(autonomous(W, b, activation), fine=fine)


@pytest.mark.parametrize("fine", [True, False])
@pytest.mark.parametrize(
    ("W", "period"),
    [(-1.4 * np.eye(2), 2), ([[0, 1.5], [-1.5, 0]], 4), ([[-3, 4], [-4, -2]], 3)],
)
def test_a_cycle_is_found_with_its_multipliers(W, period, fine):
    whole = of(W, b=[0.7, 0] if period == 3 else None, fine=fine)
    assert {limit.kind for limit in whole.limits} == {"cycle"}
    assert whole.basins.shares[-1] == 0
    flow = whole.found.map
    for limit in whole.limits:
        assert limit.cycle.period == period
        s, J = limit.cycle.states[0], np.eye(2)
        for state in limit.cycle.states:
            np.testing.assert_allclose(s, state, atol=1e-9)
            s, J = np.tanh(flow.fed.W_hh @ s + flow.fed.b_xh + flow.fed.b_hh), (
                np.diag(1 - np.tanh(flow.fed.W_hh @ s + flow.fed.b_xh + flow.fed.b_hh) ** 2)
                @ flow.fed.W_hh @ J
            )  # fmt: skip
        np.testing.assert_allclose(s, limit.cycle.states[0], atol=1e-9)
        values = np.abs(np.linalg.eigvals(J))
        np.testing.assert_allclose(np.sort(np.abs(limit.cycle.multipliers)), np.sort(values),
                                   atol=1e-9)  # fmt: skip
        assert limit.cycle.stable


@pytest.mark.parametrize("angle", [1.0, 2.0, 0.3])
@pytest.mark.parametrize("gain", [1.001, 1.01])
def test_a_circle_has_the_rotation_number_of_its_angle(gain, angle):
    (limit,) = of(gain * rotation(angle)).limits
    assert limit.kind == "circle"
    assert not limit.family
    # Away from onset the number shifts with the square of the radius at most.
    assert limit.circle.rotation == pytest.approx(angle / (2 * np.pi), abs=0.1 * (gain - 1))
    assert limit.circle.error < 1e-6
    radius = np.sqrt(2 * (1 - 1 / gain**2)) / gain
    assert np.linalg.norm(limit.states, axis=1).mean() == pytest.approx(radius, rel=0.02)


def test_a_rotation_number_says_its_error():
    golden = (np.sqrt(5) - 1) / 2
    turns = np.arange(3000) * golden
    rho, error = rotation_number(turns + 0.05 * np.sin(2 * np.pi * turns))
    assert abs(rho - golden) <= max(error, 1e-12)
    assert error < 1e-8
    noise = np.random.default_rng(0).random((3000, 2))
    assert circle(noise) is None


@pytest.mark.parametrize(
    ("W", "activation", "kind", "family"),
    [
        (1.001 * rotation(1.0), "identity", "infinity", False),
        (3 * np.eye(2), "identity", "infinity", False),
        (-1.1 * np.eye(2), "identity", "infinity", False),
        ([[1, 1], [0, 1]], "identity", "infinity", False),
        (np.eye(2), "identity", "rest", False),
        (-np.eye(2), "identity", "cycle", True),
        (rotation(1.2566), "identity", "circle", True),
        (np.eye(2), "tanh", "slow", False),
        (-np.eye(2), "tanh", "slow", False),
        (rotation(1.2566), "tanh", "slow", False),
    ],
)
def test_marginal_and_linear_networks_have_an_end(W, activation, kind, family):
    whole = of(W, activation)
    assert [(limit.kind, limit.family) for limit in whole.limits] == [(kind, family)]
    assert whole.basins.shares[0] == 1


def test_rectified_units_part_between_rest_and_infinity():
    whole = PhasePlaneRecipe(activation="relu", gain=3.0).portrait()[0]
    assert [limit.kind for limit in whole.limits] == ["point", "infinity"]
    assert whole.basins.shares[-1] == 0
    # One by one: what is beyond 1e6 after a thousand steps has left.
    flow, parts = whole.found.map, whole.basins
    rows, columns = np.indices(parts.labels.shape)[:, ::7, ::7].reshape(2, -1)
    s = np.stack([parts.u[columns], parts.v[rows]], axis=1)
    for _ in range(1000):
        s = flow(s)
    gone = ~(np.abs(s).max(axis=1) < 1e6)
    np.testing.assert_array_equal(parts.labels[rows, columns] == 1, gone)


def test_chaos_is_said_with_its_exponent():
    whole = PhasePlaneRecipe(H=16, enter="drawn", gain=3.0).portrait()[0]
    (limit,) = whole.limits
    assert limit.chaotic
    s = limit.states[-1]
    near, logs = s + 1e-8 / 4 * np.ones(16), []
    for _ in range(4000):
        s, near = whole.found.map(np.array([s, near]))
        way = near - s
        logs.append(np.log(np.linalg.norm(way) / 1e-8))
        near = s + way * (1e-8 / np.linalg.norm(way))
    assert limit.exponent == pytest.approx(np.mean(logs[200:]), abs=4 * limit.error + 0.02)
    assert "chaotic motion (leading exponent" in scenes.portrait_summary(whole)


SUMMARIES = [
    (PhasePlaneRecipe(enter="rotation", gain=1.01, angle=1.0),
     "100% at a circle (rotation number 0.159156)"),
    (PhasePlaneRecipe(matrix="-1.4 0.2; 0.2 0.5"), "100% at a cycle of period 2"),
    (PhasePlaneRecipe(matrix="-1.4 0.2; 0.2 0.5", x1=0.1), "100% at a cycle of period 2"),
    (PhasePlaneRecipe(matrix="-4 0.2; 0.2 -4"), "at a cycle of period 2, no. 2"),
    (PhasePlaneRecipe(activation="relu", gain=3.0), "to infinity"),
    (PhasePlaneRecipe(activation="identity"), "100% to infinity"),
    (PhasePlaneRecipe(enter="rotation", angle=1.2566), "100% at point 1, ever more slowly"),
    (PhasePlaneRecipe(matrix="1 0; 0 1"), "100% at point 1, ever more slowly"),
    (PhasePlaneRecipe(gain=0.9), "100% at a circle (rotation number 0.0209711)"),
]  # fmt: skip


@pytest.mark.parametrize(("recipe", "told"), SUMMARIES)
def test_the_text_names_the_end(recipe, told):
    whole = recipe.portrait()[0]
    said = scenes.portrait_summary(whole)
    assert told in said
    assert " none " not in said
    chart = scenes.drawn(whole)
    assert (chart.ground.values >= 0).all(), "every start is tinted"
    assert len(chart.ground.inks) >= len(whole.limits)
    named = {stroke.name for stroke in chart.strokes} | {mark.name for mark in chart.marks}
    for limit in whole.limits:
        word = {"slow": "ever more slowly", "point": "stable"}.get(limit.kind, limit.kind)
        assert any(word in name for name in named), (word, named)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    W=st.sampled_from(CORNERS), act=st.sampled_from(list(ACTIVATIONS)),
    g=st.sampled_from([0.0, 1.0, 1.2, 3.0]), x2=st.sampled_from([0.0, 0.5]), fine=st.booleans(),
)  # fmt: skip
def test_no_corner_raises_and_every_end_has_a_name(W, act, g, x2, fine):
    recipe = PhasePlaneRecipe(matrix=W, activation=act, gain=g, x2=x2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = recipe.portrait(fine)[0]
        scenes.drawn(whole)
        said = scenes.portrait_summary(whole)
    assert " none " not in said
    if fine:
        assert whole.basins.shares[-1] < 0.01, said
