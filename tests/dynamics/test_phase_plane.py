"""Phase planes against closed forms: nullclines, manifolds, portraits, circles."""

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.dynamics import Autonomous, fixed_points
from explorer.dynamics.contours import zero_lines
from explorer.dynamics.manifolds import manifolds
from explorer.dynamics.phase_plane import PhasePlane, View
from explorer.dynamics.portrait import Portrait
from explorer.dynamics.stable_curves import preimages
from tests.dynamics.networks import autonomous, rotation


def test_a_circle_is_found_as_one_closed_line():
    u = np.linspace(-1, 1, 81)
    (line,) = zero_lines(np.hypot(*np.meshgrid(u, u)) - 0.7, u, u)
    np.testing.assert_allclose(np.hypot(*line.T), 0.7, atol=2e-4)
    np.testing.assert_array_equal(line[0], line[-1])


def test_a_crossing_keeps_all_four_arms_and_what_is_not_finite_is_left_out():
    u = np.linspace(-1, 1, 40)
    x, y = np.meshgrid(u, u)
    lines = zero_lines(x * y + 1e-9, u, u)
    ends = np.concatenate([line[[0, -1]] for line in lines])
    assert len(lines) == 2
    assert np.abs(np.abs(ends).max(axis=1) - 1).max() < 1e-12
    values = x.copy()
    values[10:20] = np.nan
    assert all(np.isfinite(line).all() for line in zero_lines(values, u, u))
    assert zero_lines(np.ones((4, 4)), u[:4], u[:4]) == []


def test_nullclines_of_a_tanh_network_are_those_of_its_formula():
    W, b = np.array([[1.5, 0.45], [-0.3, 1.65]]), np.array([0.1, -0.2])
    plane = PhasePlane.of(autonomous(W, b), n=161)
    for i, lines in enumerate(plane.nullclines):
        assert lines
        for uv in lines:
            np.testing.assert_allclose(np.tanh(uv @ W[i] + b[i]), uv[:, i], atol=2e-3)


def test_fixed_points_lie_where_the_nullclines_cross():
    cell = autonomous([[1.5, 0.45], [-0.3, 1.65]])
    plane, found = PhasePlane.of(cell, n=161), fixed_points(cell)
    for point in found.points:
        for lines in plane.nullclines:
            far = min(np.hypot(*(uv - point).T).min() for uv in lines)
            assert far < 0.02


@pytest.mark.parametrize(
    "cell",
    [
        autonomous([[1.5, 0.45], [-0.3, 1.65]]),
        autonomous([[-1.8, 0.3], [0.3, 1.6]]),
        autonomous([[2.0, 0.2], [0.2, 1.8]]),
    ],
)
def test_manifolds_are_invariant_and_lead_where_they_say(cell):
    flow, found = Autonomous.of(cell), fixed_points(cell)
    curves = manifolds(found)
    saddles = found.points[[k == "saddle" for k in found.kinds]]
    assert len(curves.stable) == len(curves.unstable) == 2 * len(saddles)
    for n, curve in enumerate(curves.stable):
        inside = curve[(np.abs(curve) < 0.9).all(axis=1)]
        if n % 2 == 0 or len(inside) < 3:
            continue
        home = curve[0]
        near = inside[np.linalg.norm(inside - home, axis=1) < 0.3]
        ends = flow.orbit(near, 8)[-1]
        before, after = (np.linalg.norm(s - home, axis=1) for s in (near, ends))
        assert (after <= before + 1e-9).all()
    # Carried on they stay on the curves: each place has one near its image, on the other side where
    # the eigenvalue is negative.
    every = np.concatenate(curves.unstable)
    for curve in curves.unstable:
        image = flow(curve[1:80])
        near = np.linalg.norm(image[:, None] - every, axis=2).min(axis=1)
        assert near.max() < 0.02


def test_the_stable_manifold_of_a_known_saddle():
    # The two units do not meet: the saddles' manifolds are straight lines.
    found = fixed_points(autonomous(np.diag([1.5, 0.5])))
    curves = manifolds(found)
    (saddle,) = found.points[np.array(found.kinds) == "saddle"]
    np.testing.assert_allclose(saddle, 0, atol=1e-12)
    for curve in curves.stable:
        np.testing.assert_allclose(curve[:, 0], 0, atol=1e-9)
        assert np.abs(curve[:, 1]).max() > 0.4  # as far as states have a past
    for curve in curves.unstable:
        np.testing.assert_allclose(curve[:, 1], 0, atol=1e-9)
        assert abs(curve[-1, 0]) == pytest.approx(0.8585596, abs=1e-3)


def test_a_slow_saddle_is_followed_as_well():
    found = fixed_points(autonomous(np.diag([1.05, 0.97])))
    curves = manifolds(found)
    assert max(np.abs(curve).max() for curve in curves.unstable) > 0.3
    assert max(np.abs(curve).max() for curve in curves.stable) > 0.5


def test_where_the_past_is_lost_a_sentence_says_so():
    curves = manifolds(fixed_points(autonomous([[1.5, 0.0], [0.0, 0.0]])))
    assert curves.stable == ()
    assert "cannot be followed back" in curves.remark
    assert len(curves.unstable) == 2


def test_preimages_are_preimages_or_nothing():
    flow = Autonomous.of(autonomous([[1.5, 0.45], [-0.3, 1.65]]))
    goal = np.array([[0.2, 0.3], [0.5, -0.4], [2.0, 0.0]])
    s = preimages(flow, goal, goal)
    np.testing.assert_allclose(flow(s[:2]), goal[:2], atol=1e-9)
    assert np.isnan(s[2]).all()  # nothing leads out of the box


def test_a_portrait_of_a_rotation_shows_its_circle():
    whole = Portrait.of(autonomous(1.01 * rotation(1.0)), starts=np.array([[0.02, 0.0]]))
    (limit,) = whole.limits
    radius = np.linalg.norm(limit.states, axis=1)
    assert radius.mean() == pytest.approx(0.198, rel=0.005)
    assert list(whole.ends) == [0]
    assert not whole.curves.stable


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("H", [2, 5])
def test_every_cell_has_a_portrait(name, H):
    cell = CELLS[name].init(np.random.default_rng(0), 2, H, recurrent="gaussian", gain=2.0)
    whole = Portrait.of(cell, np.zeros(2), starts=np.array([[0.1, 0.1]]), fine=False, T=10)
    assert whole.view.whole == (cell.S == 2)
    assert np.isfinite(whole.plane.velocity).all()
    assert whole.orbits.shape == (1, 11, cell.S)
    np.testing.assert_allclose(whole.view.axes @ whole.view.axes.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(whole.view.project(whole.orbits[0, 0]), [0.1, 0.1], atol=1e-9)


def test_a_linear_network_without_a_box_is_shown_too():
    with np.errstate(all="raise", under="ignore"):
        whole = Portrait.of(
            autonomous(50 * rotation(0.3), activation="identity"), starts=np.ones((1, 2)), T=400
        )
    assert View.of(whole.plane.map).wide == 2.0
    assert whole.limits[whole.ends[0]].kind == "infinity"


def test_runs_end_where_the_tint_says():
    cell = autonomous([[1.5, 0.45], [-0.3, 1.65]])
    whole = Portrait.of(cell)
    rows, columns = np.indices(whole.basins.labels.shape)
    some = np.random.default_rng(0).choice(whole.basins.labels.size, 40, replace=False)
    uv = np.stack([whole.basins.u[columns.ravel()[some]], whole.basins.v[rows.ravel()[some]]], 1)
    again = Portrait.of(cell, starts=uv, T=5)
    np.testing.assert_array_equal(again.ends, whole.basins.labels.ravel()[some])


# ---- manifolds beside saturated saddles ----------------------------------------------------------

MATRICES = (
    [[1.5, 0.45], [-0.3, 1.65]],
    [[2.0, 0.2], [0.2, 1.8]],
    [[2.0, -0.5], [0.8, 1.5]],
    [[1.8, 0.0], [0.0, 2.0]],
    [[-1.8, 0.3], [0.3, 1.6]],
    [[1.2, 0.9], [0.9, 1.2]],
)


def ends_of(flow, s):
    """Number the ends of states (n, 2) by where they are after 2400 turns, phases apart."""
    for _ in range(2400):
        s = flow(s)
    return np.unique(np.round(s, 2) + 0.0, axis=0, return_inverse=True)[1].ravel()


@pytest.mark.parametrize("gain", [1.2, 2.5, 3.5, 3.96, 4.0])
@pytest.mark.parametrize("W", MATRICES)
def test_no_place_of_a_stable_manifold_lies_inside_one_basin(W, gain):
    found = fixed_points(autonomous(gain * np.array(W)))
    around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = 0.01 * np.stack([np.cos(around), np.sin(around)], axis=1)
    curves = manifolds(found).stable
    assert curves
    places = np.concatenate([curve[1:] for curve in curves])
    places = places[(np.abs(places) < 1).all(axis=1)]
    assert len(places) > 100
    ends = ends_of(found.map, (places[:, None] + ring).reshape(-1, 2)).reshape(len(places), -1)
    inside = (ends == ends[:, :1]).all(axis=1)
    assert not inside.any(), places[inside]


@pytest.mark.parametrize("fine", [True, False])
@pytest.mark.parametrize("gain", [2.0, 3.96, 6.0])
def test_stable_manifolds_have_no_gaps_and_come_home(gain, fine):
    found = fixed_points(autonomous(gain * np.array(MATRICES[0])))
    for curve in manifolds(found, fine=fine).stable:
        pieces = np.linalg.norm(np.diff(curve, axis=0), axis=1)
        assert pieces.max() < 0.1
        assert len(curve) > 15
        near = curve[1:][np.linalg.norm(curve[1:] - curve[0], axis=1) < 0.2]
        after = found.map(near)
        far = [np.linalg.norm(s - curve[0], axis=1) for s in (near, after)]
        assert (far[1] < far[0]).all()


@pytest.mark.parametrize("gain", [1.2, 3.96, 20.0, 500.0])
def test_unstable_manifolds_end_where_their_runs_end(gain):
    found = fixed_points(autonomous(gain * np.array(MATRICES[1])))
    stable = found.points[found.stable]
    for curve in manifolds(found).unstable:
        assert np.linalg.norm(stable - curve[-1], axis=1).min() < 0.01
        assert np.linalg.norm(curve[1] - curve[0]) <= 1.001e-3
