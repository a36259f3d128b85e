"""What the page of phase portraits says is so: its claim, each thing to notice, each number."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.dynamics import Autonomous, diagram
from explorer.recipes.phase_portrait import PhasePlaneRecipe, with_eigenvalues
from explorer.scenes import portrait as scenes
from tests.pages.visiting import film, link, recipe_of, stands, visit

PAGE = "phase_portrait"
DEFAULT = PhasePlaneRecipe()


@pytest.fixture(scope="module")
def two():
    return DEFAULT.portrait()[0]


def by_gain(g):
    recipe = replace(DEFAULT, gain=max(g, 0.0))
    return Autonomous.of(recipe.build(), recipe.constant())


# ---- the claim and what to notice ----------------------------------------------------------------


def test_saddles_draw_the_borders_between_ends(two):
    """Starts a hair apart, on both sides of the stable manifold, end at different memories."""
    checked = 0
    for curve in two.curves.stable:
        inside = np.flatnonzero((np.abs(curve) < 0.9).all(axis=1))[5:-25:5]
        if not len(inside):
            continue
        along = curve[inside + 1] - curve[inside]
        side = np.stack([-along[:, 1], along[:, 0]], axis=1)
        side /= np.linalg.norm(side, axis=1, keepdims=True)
        ends = [arrive(two, curve[inside] + sign * 0.004 * side) for sign in (1, -1)]
        assert (ends[0] != ends[1]).all()
        assert set(ends[0]) | set(ends[1]) == {0, 1}
        checked += len(inside)
    assert checked > 20


def arrive(whole, s):
    flow = whole.found.map
    for _ in range(800):
        s = flow(s)
    points = whole.found.points[whole.found.stable]
    return np.linalg.norm(s[:, None] - points, axis=2).argmin(axis=1)


def test_a_start_is_dragged_from_one_memory_to_the_other(two):
    assert list(two.ends) == [0, 1, 0, 1]
    assert two.found.kinds == ("stable", "stable", "saddle", "saddle", "source, spiral")
    assert two.basins.shares == pytest.approx([0.5, 0.5, 0.0], abs=0.01)


def test_a_saddle_knows_both_ends(two):
    memories = two.found.points[two.found.stable]
    ends = np.array([curve[-1] for curve in two.curves.unstable])
    which = np.linalg.norm(ends[:, None] - memories, axis=2)
    assert which.min(axis=1).max() < 0.01
    for pair in which.argmin(axis=1).reshape(-1, 2):
        assert set(pair) == {0, 1}


def test_memories_are_born_on_a_circle():
    branches = diagram(by_gain, 0.3, 1.2, at=[1.2, 0.3], starts=80)
    events = sorted({(round(e.p, 3), e.kind) for b in branches for e in b.events})
    assert events == [(0.619, "Neimark-Sacker"), (0.972, "fold")]
    assert np.abs(np.linalg.eigvals(0.619 * DEFAULT.typed)) == pytest.approx([1, 1], abs=2e-3)
    between = replace(DEFAULT, gain=0.9).portrait()[0]
    assert between.basins.shares[0] > 0.999
    assert [limit.kind for limit in between.limits] == ["circle"]
    below = replace(DEFAULT, gain=0.55).portrait()[0]
    assert below.basins.shares[0] > 0.999
    np.testing.assert_allclose(below.found.points, [[0, 0]], atol=1e-9)


def test_an_input_erases_one_memory():
    whole = replace(DEFAULT, x2=0.1).portrait()[0]
    assert whole.found.kinds == ("stable", "saddle", "source, spiral")
    assert whole.basins.shares[0] > 0.99


def test_a_rotation_pushes_every_run_to_a_circle():
    recipe = replace(DEFAULT, enter="rotation", gain=1.01, angle=1.0, starts="0.02 0, 0.6 0.3")
    whole = recipe.portrait()[0]
    late = Autonomous.of(recipe.build()).orbit(whole.orbits[:, -1], 800)[-200:]
    radius = np.linalg.norm(late, axis=2).mean(axis=0)
    np.testing.assert_allclose(radius, 0.198, rtol=0.005)


def test_a_negative_eigenvalue_flips():
    recipe = replace(DEFAULT, matrix="-1.4 0.2; 0.2 0.5", starts="0.2 0.6, -0.1 -0.8")
    whole = recipe.portrait()[0]
    assert whole.found.eigenvalues[0].real.min() == pytest.approx(-1.42, abs=0.01)
    (limit,) = whole.limits
    assert limit.cycle.period == 2
    places = limit.cycle.states
    np.testing.assert_allclose(whole.found.map(places), places[::-1], atol=1e-9)
    assert not whole.found.stable.any()


def test_a_plane_is_not_the_space():
    whole = replace(DEFAULT, H=24, enter="drawn", gain=1.3).portrait()[0]
    uv = whole.view.project(whole.found.points)
    off = np.linalg.norm(whole.found.points - whole.view.lift(uv), axis=1)
    assert off.max() > 0.5
    s = whole.view.lift(uv)
    speed = np.abs((whole.found.map(s) - s) @ whole.view.axes.T).max(axis=1)
    assert speed[off.argmax()] > 0.01
    said = [stroke.name for stroke in scenes.drawn(whole).strokes]
    assert any("projected velocity" in name for name in said)
    assert not any("stands still" in name for name in said)


# ---- what a hand moves ---------------------------------------------------------------------------


@pytest.mark.parametrize("W", [[[1.5, 0.4], [-0.6, 1.2]], [[1.5, 0.2], [0.1, -0.7]], np.eye(2)])
def test_eigenvalues_go_where_they_are_put(W):
    turned = np.linalg.eigvals(with_eigenvalues(np.array(W), np.array([[0.3, 0.9]])))
    np.testing.assert_allclose(sorted(turned.imag), [-0.9, 0.9], atol=1e-9)
    np.testing.assert_allclose(turned.real, 0.3, atol=1e-9)
    real = np.linalg.eigvals(with_eigenvalues(np.array(W), np.array([[0.5, 0.0], [-1.2, 0.01]])))
    np.testing.assert_allclose(sorted(real.real), [-1.2, 0.5], atol=1e-9)


def test_a_hand_sets_starts_columns_and_eigenvalues():
    moved = DEFAULT.moved(0, np.array([[0.5, -0.25]]))
    assert moved.starts == "0.5 -0.25"
    assert DEFAULT.moved(0, np.zeros((0, 2))).starts == ""
    moved = replace(DEFAULT, enter="rotation", gain=2.0).moved(1, np.array([[1.0, 2.0], [3, 4]]))
    np.testing.assert_allclose(moved.acting, [[1, 3], [2, 4]])
    moved = DEFAULT.moved(2, np.array([[0.2, 0.5]]))
    np.testing.assert_allclose(np.linalg.eigvals(moved.acting).real, 0.2, atol=2e-3)
    for chart, places in ((1, np.zeros((0, 2))), (2, np.zeros((0, 2))), (7, np.ones((1, 2)))):
        assert DEFAULT.moved(chart, places) == DEFAULT
    # What a hand has set can be said by a link.
    told, remarks = DEFAULT.told(moved.query(DEFAULT))
    assert told == moved
    assert not remarks


def test_what_a_hand_did_comes_with_the_next_run():
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {
        "sketch": {"values": [0, 0.5, 0.5, -0.5, 0.25], "live": False, "moves": 7}
    }
    stands(app.run())
    assert recipe_of(app, PAGE).starts == "0.5 0.5, -0.5 0.25"
    assert link(app)["from"] == "0.5 0.5, -0.5 0.25"
    for wrong in ([], [0, 1], [99, 1, 2], [0] + [0.1] * 500):
        app.session_state[f"{PAGE}.film"] = {
            "sketch": {"values": wrong, "live": False, "moves": len(wrong) + 100}
        }
        stands(app.run())
    header, arrays = film(app)
    assert len(arrays["chart/0/handles"]) <= header["charts"][0]["most"] == 12


# ---- every network, every input ------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("more", [{}, {"by": "rotation"}, {"by": "drawn", "H": "6"}])
def test_every_cell_has_its_portrait(cell, more):
    app = visit(PAGE, {"cell": cell, **more})
    header, _ = film(app)
    whole = recipe_of(app, PAGE)
    assert len(header["charts"]) == (3 if whole.settable else 2)
    assert not app.warning


@pytest.mark.parametrize("cell", ["Elman", "GRU"])
def test_the_matrix_that_is_set_is_the_one_that_acts(cell):
    recipe = replace(DEFAULT, cell=cell, matrix="1 2; 3 4", gain=0.5)
    built = recipe.build()
    np.testing.assert_allclose(built.W_hh[-2:], [[0.5, 1.0], [1.5, 2.0]])
    turned = replace(recipe, enter="rotation", angle=np.pi / 2).build()
    np.testing.assert_allclose(turned.W_hh[-2:], [[0, -0.5], [0.5, 0]], atol=1e-12)


@pytest.mark.parametrize(
    "query",
    [
        {"W": "nan 1 2 3"}, {"W": "1 2 3"}, {"W": "a b c d"}, {"W": "1e400 0 0 1"}, {"W": ""},
        {"from": "1"}, {"from": "nan nan"}, {"from": "0.1 0.2, x"}, {"g": "3"}, {"x1": "nan"},
    ],
)  # fmt: skip
def test_nonsense_is_said_in_a_sentence_and_the_picture_is_drawn(query):
    app = visit(PAGE, query)
    assert len(app.warning) == 1
    assert film(app)[0]["charts"][0]["strokes"]


@pytest.mark.parametrize("W", ["0 0; 0 0", "1 1; 1 1", "1.5 0; 0 0", "999 999; -999 999"])
@pytest.mark.parametrize("act", ["tanh", "relu", "identity"])
def test_singular_and_huge_matrices_are_drawn(W, act):
    app = visit(PAGE, {"W": W, "act": act})
    assert not app.exception
    assert film(app)[0]["charts"][0]["ground"]


def test_a_singular_matrix_is_named():
    app = visit(PAGE, {"W": "1.5 0; 0 0"})
    assert "cannot be followed back" in app.info[0].value


def test_a_start_outside_is_moved_to_the_edge_in_a_sentence():
    app = visit(PAGE, {"from": "0.1 0.1, 3 0"})
    assert "Start 2 (3, 0) lies outside the picture" in app.warning[0].value.replace("\\", "")
    _, arrays = film(app)
    np.testing.assert_allclose(arrays["chart/0/handles"][1], [1.12, 0.0])


def test_a_run_that_leaves_float64_is_drawn_as_far_as_it_goes():
    app = visit(PAGE, {"W": "900 0; 0 900", "act": "identity", "T": "200"})
    header, arrays = film(app)
    assert np.isfinite(arrays["chart/0/arrows"]).all()
    assert header["charts"][0]["marks"]


def test_the_portrait_of_any_two_units_is_one_call():
    chart = scenes.portrait(CELLS["Elman"].init(np.random.default_rng(0), 1, 2), fine=False)
    assert chart.big
    assert chart.handles is None
    assert chart.arrows.shape == (23, 23, 2)


def test_the_arrows_are_the_steps_of_the_network(two):
    chart = scenes.drawn(two)
    n, wide = len(chart.arrows), two.view.wide
    at = np.linspace(-wide, wide, 2 * n + 1)[1::2]
    uv = np.stack(np.meshgrid(at, at), axis=-1).reshape(-1, 2)
    step = (two.found.map(uv) - uv).reshape(n, n, 2)
    np.testing.assert_allclose(chart.arrows, step, atol=0.03)


# ---- slow memories, and rest side by side --------------------------------------------------------


@pytest.mark.parametrize("x2", [0.0, 0.32])
def test_starts_that_come_slowly_are_given_to_their_memory(x2):
    """A slow gate holds starts up for hundreds of turns; the tint and the runs say the same."""
    whole = replace(DEFAULT, cell="GRU", gain=2.21, x1=0.32, x2=x2).portrait()[0]
    stable = whole.found.eigenvalues[whole.found.stable]
    assert 0.98 < np.abs(stable).max() < 1
    assert whole.basins.shares[-1] < 0.01
    rows, columns = np.indices(whole.basins.labels.shape)[:, ::5, ::5].reshape(2, -1)
    s = whole.view.lift(np.stack([whole.basins.u[columns], whole.basins.v[rows]], axis=1))
    assert (arrive(whole, s) == whole.basins.labels[rows, columns]).mean() > 0.98


@pytest.mark.parametrize(
    ("activation", "matrix"),
    [("identity", "1 0; 0 1"), ("identity", "1 0; 0 0.5"), ("relu", "1 0; 0 1")],
)
def test_states_that_rest_side_by_side_are_spoken_of(activation, matrix):
    whole = replace(DEFAULT, activation=activation, matrix=matrix).portrait()[0]
    resting = np.array([[0.3, 0.0], [0.7, 0.0]])
    np.testing.assert_array_equal(whole.found.map(resting), resting)
    assert "a whole line or region" in scenes.side_by_side(whole)
    assert not {"cycle", "circle"} & {limit.kind for limit in whole.limits}
    app = visit(PAGE, {"W": matrix, "act": activation})
    assert scenes.side_by_side(whole) in [box.value for box in app.info]


def test_memories_that_stand_alone_need_no_word(two):
    assert scenes.side_by_side(two) == ""
