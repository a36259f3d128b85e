"""What the page about teacher forcing says, as numbers of the networks that it ships."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.recipes.teacher_forcing import NETWORKS, REGIMES, TeacherForcing, pupils
from explorer.wiring.forcing import ForcedGradient, ForcedRun
from explorer.wiring.pen import PERIOD, line
from tests.pages.test_claims import says
from tests.pages.visiting import films, recipe_of, stands, visit

PAGE = "teacher_forcing"
SEEDS = range(2)


@pytest.fixture(scope="module")
def dial():
    """Give the mean errors against the dial, (points, seeds of the page, pupils), of each cell."""
    found = {
        cell: [TeacherForcing(cell=cell, seed=seed, T=64).against_the_dial() for seed in SEEDS]
        for cell in NETWORKS
    }
    return {
        cell: {regime: np.stack([one[regime] for one in runs], axis=1) for regime in REGIMES}
        for cell, runs in found.items()
    }


def grown(errors):
    """Return by what factor the median error grows when the teacher goes."""
    return float(np.median(errors[0]) / np.median(errors[-1]))


@pytest.mark.parametrize("cell", NETWORKS)
def test_left_to_eat_its_own_output_it_strays(cell, dial):
    says(PAGE, "left to eat its own output, it strays")
    errors = dial[cell]["forced"]
    assert (errors[0] > 1.5 * errors[-1]).all()
    assert grown(errors) > 2
    medians = np.median(errors, axis=(1, 2))
    assert (np.diff(medians) < 0).all()


@pytest.mark.parametrize(("cell", "T"), [("Jordan", "96"), ("GRU", "12")])
def test_how_the_ways_of_training_compare_follows_from_their_errors(cell, T):
    app = visit(PAGE, {"cell": cell, "T": T})
    said = next(part.value for part in app.markdown if part.value.startswith("Compared"))
    curves = recipe_of(app, PAGE).against_the_dial()
    names = {0: "the smallest error", 1: "an error between", 2: "the largest error"}
    medians = {regime: np.median(rows, axis=1) for regime, rows in curves.items()}
    for regime, title in REGIMES.items():
        taught, left = (
            names[sum(other[end] < medians[regime][end] for other in medians.values())]
            for end in (-1, 0)
        )
        line = next(line for line in said.splitlines() if f"*{title}*" in line)
        if taught == left:
            assert line.endswith(f"{taught} at both ends")
        else:
            assert line.endswith(f"{taught} with the teacher, {left} without")
    change = medians["scheduled"][0] / medians["forced"][0] - 1
    assert f"{abs(change):.0%} {'less' if change < 0 else 'more'} than" in said
    assert not any("compromise" in part.value for part in app.markdown)


@pytest.mark.parametrize("seed", SEEDS)
def test_fully_forced_the_gradient_of_a_jordan_network_reaches_one_answer(seed):
    says(PAGE, "backpropagation through time is the gradient of a single step")
    recipe = TeacherForcing(cell="Jordan", forcing=1.0, seed=seed)
    run = recipe.run()
    whole = recipe.gradient(run)
    assert not whole.norm[:-1].any()
    assert whole.norm[-1] > 0
    single = recipe.gradient(run, outputs=False, states=False)
    for name, array in whole.dnetwork.named().items():
        np.testing.assert_array_equal(array, single.dnetwork.named()[name])
    free = recipe.gradient(replace(recipe, forcing=0.0).run())
    assert (free.norm[recipe.lesson - 1 :] > 0).all()


@pytest.mark.parametrize("cell", ["Elman", "LSTM", "GRU"])
def test_the_other_cells_still_carry_it_through_their_states(cell):
    says(PAGE, "The other cells still carry it through their states")
    recipe = TeacherForcing(cell=cell, forcing=1.0)
    whole = recipe.gradient(recipe.run())
    assert (np.abs(whole.ds[-20:]).max(axis=(1, 2)) > 0).all()
    assert not whole.norm[:-1].any()


def test_a_longer_lesson_moves_the_place_where_errors_begin():
    says(PAGE, "moves the place where the errors begin to grow")
    for warm in (8, 40):
        recipe = TeacherForcing(warm=warm)
        error = np.median([np.median(run.error, axis=1) for run in recipe.runs()], axis=0)
        assert error[:warm].max() < 0.2
        assert error[warm : warm + 6].max() > 1.5 * error[warm - 4 : warm].mean()


def test_the_film_shows_the_run():
    app = visit(PAGE, {"cell": "LSTM", "forcing": "0.5", "warm": "5", "T": "40", "pupil": "2"})
    recipe = recipe_of(app, PAGE)
    (header, arrays), (dial, _) = films(app)
    run = recipe.run()
    np.testing.assert_array_equal(arrays["fed"][:, 0], run.forced[:, 0])
    np.testing.assert_allclose(arrays["pen0/0"], run.y[:, 0, 0])
    np.testing.assert_allclose(arrays["error/0"], np.median(run.error, axis=1))
    whole = recipe.gradient(run)
    np.testing.assert_allclose(arrays["meal"][:, 0], whole.carried)
    np.testing.assert_allclose(arrays["meal"][:, 1], whole.cut)
    assert header["cursor"] == 40
    assert dial["cursor"] in (40, 60)
    assert len(header["side"]) == 1


def test_the_dial_is_live():
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {
        "cursor": None, "pick": None,
        "sliders": {"values": {"forcing": 0.7}, "live": True, "moves": 1},
    }  # fmt: skip
    stands(app.run())
    assert recipe_of(app, PAGE).forcing == 0.7
    assert len(films(app)) == 1  # the others join at rest


def test_pupils_are_those_of_the_asset_and_of_different_seeds():
    for cell in NETWORKS:
        weights = [network.cell.W_hh for network in pupils(cell, "forced")]
        assert len(weights) == 4
        assert not np.array_equal(weights[0], weights[1])


def test_the_line_is_closed_and_never_crosses_itself():
    points = line(PERIOD, np.zeros(1))[:, 0]
    np.testing.assert_allclose(points[0], points[-1], atol=1e-14)
    turn = lambda a, b, c: np.sign((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0])  # noqa: E731
    for i in range(PERIOD):
        for j in range(i + 2, PERIOD - (i == 0)):
            a, b, c, d = points[i], points[i + 1], points[j], points[j + 1]
            assert not (turn(a, b, c) != turn(a, b, d) and turn(c, d, a) != turn(c, d, b))


def test_a_run_of_a_few_steps_within_the_lesson_is_shown():
    recipe = TeacherForcing(T=4, warm=64)
    assert recipe.lesson == 4
    assert np.isfinite(np.concatenate(list(recipe.against_the_dial().values()))).all()
    run = ForcedRun.of(pupils("GRU", "free")[0], line(4, recipe.starts()), recipe.coins())
    assert run.forced.all()
    assert np.isfinite(ForcedGradient.of(run, run.squared()[1]).norm).all()
