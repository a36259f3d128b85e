"""What the page of bifurcations says is so: its claim, each thing to notice, each number."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from explorer.dynamics.diagram import happenings
from explorer.recipes.bifurcations import Bifurcations
from explorer.recipes.moving import ALONG, NETWORKS, SQUASHED
from explorer.scenes import bifurcations as scenes
from explorer.scenes.loci import plane_chart
from tests.pages.visiting import films, link, recipe_of, stands, visit

PAGE = "bifurcations"
DEFAULT = Bifurcations()
ROTATION = "0.5403 -0.8415; 0.8415 0.5403"


def events(recipe, fine=True):
    return happenings(recipe.branches(fine))


def places(recipe):
    return [(event.kind, round(event.p, 3) + 0.0) for event in events(recipe)]


# ---- the claim and what to notice ----------------------------------------------------------------


def test_a_memory_appears_at_one_exact_weight():
    found = events(DEFAULT)
    assert [(e.kind, round(e.p, 7)) for e in found] == [("flip", -1.0), ("pitchfork", 1.0)]
    below, above = replace(DEFAULT, w=0.99).now, replace(DEFAULT, w=1.5).now
    h = np.linspace(-1, 1, 2001)[:, None]
    assert (np.diff(np.sign(below(h) - h), axis=0) != 0).sum() <= 2  # 0 itself lies on the grid
    s = np.array([[0.3], [-0.3]])
    for _ in range(400):
        s = above(s)
    np.testing.assert_allclose(s[:, 0], [0.8585596, -0.8585596], atol=2e-7)


@pytest.mark.parametrize("seed", range(3))
def test_the_state_jumps_where_the_memory_vanishes(seed):
    recipe = replace(DEFAULT, along="bias", w=2.0, seed=seed)
    assert sorted(e.p for e in events(recipe)) == pytest.approx([-0.53284, 0.53284], abs=1e-6)
    run = recipe.swept()
    up, down = run.jumps()
    step = run.p[1] - run.p[0]
    assert 0.533 - step < up < 0.533 + 2 * step
    assert -0.533 - 2 * step < down < -0.533 + step
    # In between the state tells from where it came.
    middle = np.abs(run.p) < 0.4
    assert (run.s[middle & run.up, 0] < 0).all()
    assert (run.s[middle & ~run.up, 0] > 0).all()


def test_a_little_bias_breaks_the_fork():
    assert places(replace(DEFAULT, b=0.1))[-1] == ("fold", 1.298)
    assert "pitchfork" not in {kind for kind, _ in places(replace(DEFAULT, b=0.1))}


def test_below_minus_one_the_sign_alternates():
    run = DEFAULT.swept()
    low = (run.p < -1.2)[:, None]
    signs = np.sign(run.tails[..., 0])
    assert (signs[:, 1:] * signs[:, :-1] < 0)[low[:, 0]].all()
    trunk = next(b for b in DEFAULT.branches() if b.p.min() < -2)
    assert not trunk.stable[trunk.p < -1.01].any()


@pytest.mark.parametrize(("act", "cusp"), [("tanh", (0.0, 1.0)), ("logistic", (-2.0, 4.0))])
def test_two_folds_meet_at_the_cusp(act, cusp):
    recipe = replace(DEFAULT, act=act)
    folds = [one for one in recipe.loci() if one.kind == "fold"]
    found = np.concatenate([one.cusps for one in folds])
    np.testing.assert_allclose(found, np.broadcast_to(cusp, found.shape), atol=1e-5)
    assert min(one.parameters[:, 1].min() for one in folds) > cusp[1] - 1e-5
    tint = recipe.counted(60)
    w = np.linspace(*recipe.span("w"), 60)
    assert (tint[w < cusp[1] - 0.1] == -1).all()
    assert (tint[-1] == 0).any()


@pytest.mark.parametrize("act", SQUASHED)
def test_the_tint_ends_at_the_fold_line(act):
    recipe = replace(DEFAULT, act=act)
    n = 120
    tint, b, w = (
        recipe.counted(n), np.linspace(*recipe.span("b"), n), np.linspace(*recipe.span("w"), n)
    )  # fmt: skip
    for h in (0.1, 0.15, 0.85, 0.9) if act == "logistic" else (-0.7, -0.6, 0.6, 0.7):
        slope = recipe.activation.slope(h)
        weight = 1 / slope
        bias = (np.log(h / (1 - h)) if act == "logistic" else np.arctanh(h)) - weight * h
        row, column = np.abs(w - weight).argmin(), np.abs(b - bias).argmin()
        around = tint[row - 2 : row + 3, max(column - 3, 0) : column + 4]
        assert {0, -1} <= set(around.ravel())


def test_two_units_can_start_to_turn():
    recipe = replace(DEFAULT, network="two", matrix=ROTATION, g=1.1)
    (event,) = events(recipe)
    assert event.kind == "Neimark-Sacker"
    assert event.p == pytest.approx(1.0, abs=1e-4)
    assert event.angle == pytest.approx(1.0, abs=1e-4)
    line = next(one for one in recipe.loci() if one.kind == "Neimark-Sacker")
    assert np.abs(line.parameters - (0, 1)).max(axis=1).min() < 0.05


def test_the_wall_is_where_the_start_changes_sides():
    wall = DEFAULT.wall
    for w in (5.0, 6.0, 7.0):
        at = float(wall.border(np.array(w)))
        low, high = wall.end(w, at - 0.01), wall.end(w, at + 0.01)
        assert high - low > 0.3
        b = np.linspace(-5, -1, 20001)
        assert b[np.abs(np.diff(wall.loss(w, b))).argmax()] == pytest.approx(at, abs=1e-3)


def test_clipping_keeps_the_step_short():
    wall, recipe = DEFAULT.wall, DEFAULT
    free = wall.descend(recipe.lw, recipe.lb, recipe.rate, updates=60)
    clipped = wall.descend(recipe.lw, recipe.lb, recipe.rate, recipe.clip, 60)
    longest = [np.hypot(*np.diff(run[0], axis=0).T).max() for run in (free, clipped)]
    assert longest[0] > 50
    assert longest[1] == pytest.approx(recipe.rate * recipe.clip)
    assert free[2][-1] < 1e-6  # nothing leads back from there
    assert np.hypot(*(free[0][-1] - free[0][0])) > 50
    assert np.hypot(*(clipped[0][-1] - clipped[0][0])) < 3
    near = np.abs(clipped[0][30:, 1] - wall.border(clipped[0][30:, 0]))
    assert near.max() < 0.25


def test_clipping_keeps_the_direction():
    wall = DEFAULT.wall
    for place in ((5.5, -2.4), (6.0, -2.9)):
        free = np.diff(wall.descend(*place, 0.5, updates=1)[0], axis=0)[0]
        short = np.diff(wall.descend(*place, 0.5, 1e-3, 1)[0], axis=0)[0]
        assert free @ short == pytest.approx(np.linalg.norm(free) * np.linalg.norm(short))


# ---- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("act", SQUASHED)
@pytest.mark.parametrize("along", ALONG)
def test_every_network_has_its_diagram(network, act, along):
    app = visit(PAGE, {"net": network, "act": act, "along": along})
    (header, _), (wall, _) = films(app)
    assert len(header["charts"]) == 3
    assert len(wall["charts"]) == 2
    assert any(stroke["name"] == "stable" for stroke in header["charts"][0]["strokes"])
    assert not app.warning


def test_input_acts_as_a_bias():
    by_bias = replace(DEFAULT, along="bias", w=2.0, x=0.2)
    by_input = replace(DEFAULT, along="input", w=2.0, b=0.2)
    assert [e.p for e in events(by_bias)] == pytest.approx([e.p for e in events(by_input)])


@pytest.mark.parametrize("recipe", [DEFAULT, replace(DEFAULT, along="bias", w=2.0)])
def test_in_haste_the_same_is_found(recipe):
    fine, coarse = events(recipe), events(recipe, fine=False)
    assert [e.kind for e in fine] == [e.kind for e in coarse]
    assert [e.p for e in fine] == pytest.approx([e.p for e in coarse], abs=1e-6)


def test_branches_are_drawn_without_gaps():
    (branch, *_) = DEFAULT.branches()
    parts = branch.stretches
    for (a, one), (b, other) in pairwise(parts):
        assert a.stop - 1 == b.start
        assert one != other
    assert parts[0][0].start == 0
    assert parts[-1][0].stop == len(branch)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_diagram_does_not_wait_for_the_lines_of_the_plane(network):
    recipe = replace(DEFAULT, network=network)
    early = plane_chart(recipe, None)
    assert not early.strokes
    assert "followed" in early.hint
    assert len(early.handles) == 1
    app = visit(PAGE, {"net": network, "seed": "77"})
    plane = films(app)[0][0]["charts"][2]
    assert plane["strokes"], "they come without anybody asking again"
    assert "followed" not in plane["hint"]


def test_the_lines_can_be_stopped_on_their_way_and_gone_on_with():
    app = visit(PAGE, {"b": "0.3"})
    recipe = replace(DEFAULT, seed=78).plane_of
    steps = recipe.plane()
    part = next(part for part in steps if part.found[0])
    assert part.share < 1
    app.session_state[f"{PAGE}.lines.running"] = {
        "key": recipe, "steps": steps, "last": part, "stopped": True,
    }  # fmt: skip
    app.number_input(f"{PAGE}.seed").set_value(78)
    stands(app.run())
    assert "Stopped: the plane of two parameters shows the lines found by then" in app.info[0].value
    plane = films(app)[0][0]["charts"][2]
    assert len(plane["strokes"]) == len(part.found[0])
    assert "followed" in plane["hint"]
    app.button(f"{PAGE}.lines.resume").click()
    stands(app.run())
    assert not app.info
    plane = films(app)[0][0]["charts"][2]
    assert len(plane["strokes"]) == len(recipe.loci()) > len(part.found[0])
    assert "followed" not in plane["hint"]


def test_a_jump_is_drawn_and_what_alternates_is_not_joined():
    def line(recipe, name):
        chart = scenes.diagram_chart(recipe, recipe.branches(False), recipe.swept())
        (stroke,) = (s for s in chart.strokes if s.name == name)
        return np.asarray(stroke.xy)

    up = line(replace(DEFAULT, along="bias", w=2.0), "run on the way up")
    assert np.isfinite(up).all()
    assert np.abs(np.diff(up[:, 1])).max() > 0.5
    flips = line(DEFAULT, "run on the way up")
    assert np.isnan(flips[1:20, 1]).all()


def test_a_hand_moves_what_the_charts_show():
    assert DEFAULT.moved(0, np.array([[2.5, 0.7]])).w == 2.5
    assert replace(DEFAULT, along="bias").moved(0, np.array([[-9.0, 0.0]])).b == -3.0
    assert DEFAULT.moved(1, np.array([[-0.4, 0.9]])).start == -0.4
    moved = DEFAULT.moved(2, np.array([[0.5, 1.25]]))
    assert (moved.b, moved.w) == (0.5, 1.25)
    moved = DEFAULT.moved_on_wall(0, np.array([[99.0, -2.0]]))
    assert (moved.lw, moved.lb) == (8.0, -2.0)
    assert DEFAULT.moved(0, np.zeros((0, 2))) == DEFAULT
    assert DEFAULT.moved_on_wall(1, np.ones((1, 2))) == DEFAULT


def test_the_wall_has_a_hand_of_its_own():
    app = visit(PAGE)
    app.session_state[f"{PAGE}.wall.film"] = {
        "sketch": {"values": [0, 6.0, -2.5], "live": False, "moves": 3},
        "sliders": {"values": {"rate": 2.0, "clip": 1.0}, "live": False, "moves": 4},
    }
    stands(app.run())
    recipe = recipe_of(app, PAGE)
    assert (recipe.lw, recipe.lb, recipe.rate, recipe.clip) == (6.0, -2.5, 2.0, 1.0)
    assert link(app)["lw"] == "6.0"


@pytest.mark.parametrize("W", ["nan 0 0 1", "1 2", "", "0 0; 0 0", "999 1; 1 999", "1 1; 1 1"])
def test_nonsense_and_singular_matrices_are_drawn(W):
    app = visit(PAGE, {"net": "two", "W": W})
    numbers = len(W.replace(";", " ").split()) == 4 and "nan" not in W
    assert len(app.warning) == (0 if numbers else 1)
    assert films(app)[0][0]["charts"][0]["strokes"]


@pytest.mark.parametrize("b", ["-3.4e-298", "1e-160", "5e-324"])
def test_a_bias_too_small_to_see_breaks_nothing(b):
    # Newton's matrix is singular to rounding there, and its steps overflow.
    said = scenes.diagram_summary(near := Bifurcations(b=float(b)), near.branches())
    assert said == scenes.diagram_summary(Bifurcations(), Bifurcations().branches())


@pytest.mark.parametrize("query", [{"w": "14", "act": "tanh"}, {"g": "4", "net": "two"}])
def test_what_lies_outside_the_picture_is_moved_inside(query):
    app = visit(PAGE, query)
    recipe = recipe_of(app, PAGE)
    low, high = recipe.span(recipe.strength)
    assert low <= getattr(recipe, recipe.strength) <= high


@pytest.mark.parametrize("query", [{"g": "1"}, {"g": "1", "along": "bias"}, {"g": "1.2"}])
def test_degenerate_networks_have_their_picture(query):
    app = visit(PAGE, {"net": "two", "W": "1 0;0 1", **query})
    header = films(app)[0][0]
    names = {stroke["name"] for stroke in header["charts"][0]["strokes"]}
    assert ("marginal" in names) == (query.get("along") == "bias")
    said = " ".join(element.value for element in app.markdown)
    assert "one point loses its stability" not in said
