"""The page about reservoirs: what it claims as numbers, and what it says of bad settings."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.controls.reservoir import KEPT, shelf
from explorer.numerals import numeral
from explorer.recipes.reservoir import VIEWS, ReservoirRecipe
from explorer.reservoir import exponent, linear_capacity
from explorer.reservoir.cost import descended, solved
from explorer.reservoir.forecast import nrmse
from tests.pages.test_claims import says
from tests.pages.test_controls import drag, widgets
from tests.pages.visiting import film, link, promise, recipe_of, source, stands, visit

PAGE = "reservoir"
SEEDS = range(3)
DEFAULT = ReservoirRecipe()
MEMORY, FORECAST, COST = (replace(DEFAULT, view=view) for view in ("memory", "forecast", "cost"))
LINEAR = replace(MEMORY, act="identity", delays=100, ridge="0")


def lines(app, key):
    """Return the lines of one panel of the film, by their names."""
    header, arrays = film(app)
    (panel,) = [panel for panel in header["panels"] if panel["key"] == key]
    return {line["name"]: arrays[f"{key}/{k}"] for k, line in enumerate(panel["lines"])}


def test_a_teachers_link_can_fix_the_question():
    whole, fixed = visit(PAGE), visit(PAGE, {"view": "memory", "hide": "view,maths,notice"})
    assert f"{PAGE}.view" in widgets(whole)
    assert f"{PAGE}.view" not in widgets(fixed)
    assert recipe_of(fixed, PAGE).view == "memory"
    assert not {"The mathematics", "What to notice"} & {part.value for part in fixed.subheader}


# ---- do two starts meet? ------------------------------------------------------------------------


def test_the_film_shows_the_two_runs_and_their_distance():
    recipe = replace(DEFAULT, N=30, T=40, seed=3, density=0.3)
    app = visit(PAGE, recipe.query(DEFAULT))
    _, arrays = film(app)
    found = recipe.meeting()
    np.testing.assert_allclose(arrays["a"], found.trace.s[:, 0], atol=1e-6)
    np.testing.assert_allclose(arrays["b"], found.trace.s[:, 1], atol=1e-6)
    distance = np.linalg.norm(found.trace.s[:, 0] - found.trace.s[:, 1], axis=1)
    np.testing.assert_allclose(lines(app, "distance")["distance"], distance, rtol=1e-9)
    number = f"{found.exponent:+.4f}".replace("-", "−")
    assert any(f"λ = {number}" in part.value for part in app.markdown)


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_the_exponent_is_the_slope(seed):
    says(PAGE, "slope of the distance on its log axis")
    says(PAGE, "below 0 the input alone decides the state")
    found = replace(DEFAULT, seed=seed).meeting()
    slope = np.polyfit(np.arange(20, 110), np.log(found.distance[20:110]), 1)[0]
    assert found.exponent < 0
    assert slope == pytest.approx(found.exponent, rel=0.15)
    assert found.met() is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_the_radius_alone_does_not_decide(seed):
    says(PAGE, "at ρ = 1.8, in silence, the two ")
    says(PAGE, "a strong input brings λ below 0")
    chaos = replace(DEFAULT, seed=seed, radius=1.8, drive="silence")
    tamed = replace(DEFAULT, seed=seed, radius=1.8, scale=3.0)
    np.testing.assert_array_equal(chaos.reservoir(1).cell.W_hh, tamed.reservoir(1).cell.W_hh)
    assert chaos.meeting().exponent > 0
    assert chaos.meeting().met() is None
    assert tamed.meeting().exponent < -0.1
    assert tamed.meeting().met() is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_a_leak_is_a_time_scale(seed):
    says(PAGE, "Lower α: every unit keeps more of what it was")
    met = [replace(DEFAULT, seed=seed, T=400, leak=a).meeting().met() for a in (0.8, 0.5, 0.3)]
    assert met == sorted(met)
    assert met[2] > 2 * met[0]


# ---- how far back does it remember? -------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_the_linear_ring_has_capacity_N(seed):
    says(PAGE, "The linear ring of N units has a capacity ")
    says(PAGE, "the read-out of delay k looks at unit k")
    ring = replace(
        LINEAR, N=48, wiring="ring", leak=1.0, radius=0.95, bias=0.0, delays=400, seed=seed
    )
    assert abs(linear_capacity(ring.reservoir(1), 2000).sum() - 48) < 1e-3
    found = replace(ring, delays=100).capacity()
    assert abs(found.total - 48) < 0.7
    weights = np.abs(found.fit.readout.W_hy * found.states.std(axis=0))
    assert (weights[:48].argmax(axis=1) == np.arange(48)).all()


@pytest.mark.parametrize("seed", range(2))
def test_reservoir_squashing_costs_memory(seed):
    says(PAGE, "Raise the input scale of tanh units: the capacity falls")
    says(PAGE, "Linear units remember more")
    recipe = replace(MEMORY, seed=seed)
    totals = [replace(recipe, scale=s).capacity().total for s in (0.05, 0.5, 2.0)]
    assert totals == sorted(totals, reverse=True)
    assert replace(recipe, act="identity").capacity().total > totals[0] + 5


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_a_sparse_linear_one_stays_below_N(seed):
    says(PAGE, "A sparse linear reservoir stays below N")
    found = replace(LINEAR, seed=seed).capacity()
    assert found.fit.rank < 150
    assert found.total < 120
    assert found.fit.remark.startswith("The solve is singular")


def test_the_film_shows_what_was_measured():
    recipe = replace(MEMORY, N=20, delays=30, density=0.5, act="identity")
    app = visit(PAGE, recipe.query(DEFAULT))
    recalled, (bound,) = recipe.capacity().recalled, {20.0}
    shown = lines(app, "recall")
    np.testing.assert_allclose(shown["measured on held-out data"], recalled, rtol=1e-12)
    formula = linear_capacity(recipe.reservoir(1), 30)
    np.testing.assert_allclose(shown["formula (endless record)"], formula, rtol=1e-12)
    sums = lines(app, "sum")
    np.testing.assert_allclose(sums["measured"][-1], recalled.sum())
    assert set(sums["bound N = 20"]) == {bound}
    assert any(f"**{numeral(recalled.sum())}**" in part.value for part in app.markdown)


# ---- can it continue a series? ------------------------------------------------------------------


def after(recipe):
    """Return the horizon and the logarithm of the error after 84 steps."""
    taught = recipe.taught(2500)
    return recipe.forecast(taught).horizon(0.4), np.log10(nrmse(taught, recipe.scaling))


def test_reservoir_more_units_see_further():
    says(PAGE, "With 50 the forecast is lost early; 400 bring the error ")
    says(PAGE, "after 84 steps below a thousandth")
    few, some = ([after(replace(FORECAST, N=N, seed=s)) for s in SEEDS] for N in (50, 200))
    many = [after(replace(FORECAST, N=400, train=3000, ridge="1e-12", seed=s)) for s in SEEDS]
    assert np.median([h for h, _ in few]) < 150 < np.median([h for h, _ in some])
    assert np.median([log for _, log in many]) < -3
    assert np.median([log for _, log in some]) < -2


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_no_echo_no_forecast(seed):
    says(PAGE, "Raise ρ to 1.8: λ under the true series is above 0")
    wild = replace(FORECAST, radius=1.8, seed=seed)
    taught = wild.taught(800)
    assert exponent(taught.trace, np.random.default_rng(0)) > 0
    assert wild.forecast(taught).horizon(0.4) < 50
    tame = replace(FORECAST, seed=seed)
    taught = tame.taught(800)
    assert exponent(taught.trace, np.random.default_rng(0)) < 0
    assert tame.forecast(taught).horizon(0.4) > 200


@pytest.mark.parametrize("seed", SEEDS)
def test_reservoir_the_error_grows_and_a_large_ridge_ends_it_early(seed):
    says(PAGE, "the error grows from step to step, ")
    says(PAGE, "A large ridge ends it early")
    recipe = replace(FORECAST, seed=seed)
    taught = recipe.taught(800)
    error = recipe.forecast(taught).error
    thirds = [np.median(part) for part in np.split(error[:780], 3)]
    assert thirds == sorted(thirds)
    damped = replace(recipe, ridge="0.01")
    large = damped.forecast(damped.taught(800)).horizon(0.4)
    assert large < 0.6 * recipe.forecast(taught).horizon(0.4)


def test_the_film_shows_truth_and_continuation():
    recipe = replace(FORECAST, N=60, train=400, steps=80, seeds=2, ridge="1e-8")
    app = visit(PAGE, recipe.query(DEFAULT))
    taught = recipe.taught(recipe.steps)
    found = recipe.forecast(taught)
    shown = lines(app, "series0")
    assert len(shown["truth"]) == 61 + 80
    restored = recipe.scaling.restored
    np.testing.assert_allclose(shown["the network, alone"], restored(found.outputs)[:, 0])
    np.testing.assert_allclose(shown["truth"][61:], restored(found.truth)[:, 0])
    np.testing.assert_allclose(lines(app, "error")["error"], found.error, rtol=1e-9)
    assert "median and span of 2 seeds" in lines(app, "error")
    assert any("\n| 1 | " in part.value and "**median**" in part.value for part in app.markdown)


# ---- what does training cost? -------------------------------------------------------------------


@pytest.mark.parametrize("series", ["mackey-glass", "lorenz"])
def test_reservoir_one_solve_beats_sixty_updates(series):
    says(PAGE, "One solve beats sixty updates")
    says(PAGE, "many times larger")
    says(PAGE, "Adam on the read-out alone is slow")
    says(PAGE, "All weights learn faster per update")
    says(PAGE, "two hundred times as many of them")
    recipe = COST
    if series == "lorenz":
        recipe = replace(COST, series=series, feedback=0.5, N=100, train=1000)
    assert recipe.updates == 60
    lesson = recipe.lesson()
    reservoir = recipe.reservoir(0, lesson.series.shape[1])
    mark, _, _ = solved(reservoir, lesson, float(recipe.ridge))
    readout, whole = (
        list(descended(reservoir, lesson, 60, float(recipe.rate), all_weights=every, every=20))[-1]
        for every in (False, True)
    )
    assert 10 * mark.error < whole.error < readout.error
    if series == "mackey-glass":
        assert 190 < whole.trained / readout.trained < 210


def test_training_is_shown_and_kept():
    recipe = replace(COST, N=10, train=100, updates=10, density=0.5)
    app = visit(PAGE, recipe.query(DEFAULT))
    shown = lines(app, "error")
    assert len(shown["all weights, BPTT and Adam"]) == 11
    assert len(set(shown["read-out alone, one solve"])) == 1
    kept = shelf()[recipe]
    stands(app.run())
    visit(PAGE, recipe.query(DEFAULT))
    assert shelf()[recipe] is kept
    assert len(shelf()) <= KEPT
    assert any(
        "| read-out alone, by Adam: 11 weights, 10 updates |" in part.value for part in app.markdown
    )


# ---- the page -----------------------------------------------------------------------------------


def test_reservoir_its_claim():
    assert promise(PAGE).endswith("only the read-out is learned, in a single solve.")
    recipe = replace(FORECAST, N=60, train=400)
    taught = recipe.taught(100)
    fresh = recipe.reservoir(0, 1)
    for name, array in taught.reservoir.cell.named().items():
        np.testing.assert_array_equal(array, fresh.cell.named()[name])


SMALL = {"N": "20", "train": "200", "steps": "50", "seeds": "2", "updates": "5", "delays": "10"}
BAD = {
    "radius": ({"radius": "5", "N": "100"}, "unstable under this input"),
    "linear": ({"radius": "5", "act": "identity"}, "unstable"),
    "density": ({"density": "0"}, "no connection between units is left"),
    "leak": ({"leak": "0"}, "lets nothing in"),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_reservoir_is_said_and_drawn(view, bad):
    query, sentence = BAD[bad]
    app = visit(PAGE, SMALL | {"density": "0.5", "view": view} | query)
    said = [box.value.replace("\\", "") for box in (*app.warning, *app.info)]
    assert any(sentence in text for text in said), said
    assert film(app)[0]["panels"]


def test_a_singular_solve_is_said_and_drawn():
    query = SMALL | {"view": "memory", "act": "identity", "N": "200", "ridge": "0"}
    app = visit(PAGE, query)
    (warning,) = app.warning
    assert warning.value.startswith("The solve is singular")
    assert lines(app, "recall")["measured on held-out data"].max() > 0.9


@pytest.mark.parametrize("view", VIEWS)
def test_the_smallest_and_the_dullest_are_drawn(view):
    for query in (
        {"N": "1"}, {"ridge": "100"}, {"series": "lorenz", "wiring": "ring"}, {"tau": "2"},
        {"train": "50", "wiring": "orthogonal"}, {"scale": "0", "feedback": "0", "bias": "0"},
        {"drive": "mackey-glass"}, {"drive": "sine", "T": "10"}, {"radius": "0"},
    ):  # fmt: skip
        visit(PAGE, SMALL | {"view": view} | query)


@pytest.mark.parametrize("view", VIEWS)
def test_every_control_of_every_question_moves(view):
    app = visit(PAGE, SMALL | {"density": "0.5", "view": view})
    assert "What to notice" in [part.value for part in app.subheader]
    moved = set()
    for key in sorted(key for key in widgets(app) if key.startswith(f"{PAGE}.")):
        name = key.removeprefix(f"{PAGE}.")
        field = ReservoirRecipe.__dataclass_fields__.get(name)
        if field is None or name in ("view", "N", "train", "wiring", "series"):
            continue
        kind = field.metadata["kind"]
        now = getattr(recipe_of(app, PAGE), name)
        options = getattr(kind, "names", None) or (kind.low, (kind.low + kind.high) / 2)
        other = next(option for option in options if option != now)
        widgets(app)[key].set_value(type(now)(other))
        stands(app.run())
        assert getattr(recipe_of(app, PAGE), name) == type(now)(other), name
        moved.add(name)
    assert len(moved) >= 4


def test_a_live_slider_is_followed_in_every_question():
    for view in ("echo", "memory", "forecast"):
        app = visit(PAGE, SMALL | {"density": "0.5", "view": view})
        before = film(app)[0]["version"]
        drag(app, PAGE, True, radius=0.4, leak=0.5)
        assert recipe_of(app, PAGE).radius == 0.4
        assert film(app)[0]["version"] != before
        drag(app, PAGE, False, moves=2, radius=0.45)
        assert link(app)["radius"] == "0.45"


def test_a_question_is_asked_and_stays_in_the_link():
    app = visit(PAGE, SMALL)
    for view in ("memory", "forecast", "cost", "echo"):
        widgets(app)[f"{PAGE}.view"].set_value(view)
        stands(app.run())
        assert recipe_of(app, PAGE).view == view
        assert link(app).get("view", "echo") == view
        assert recipe_of(app, PAGE).N == 20
    assert "NOTICE" in source(PAGE).read_text("utf-8")


def test_every_second_of_work_has_its_place_on_a_log_axis():
    """Nothing of the curves and of the table is a number that cannot be shown."""
    app = visit(PAGE, replace(COST, N=10, train=200, updates=5).query(DEFAULT))
    for line in lines(app, "seconds").values():
        assert (line > 0).all()
    table = next(part.value for part in app.markdown if part.value.startswith("| way |"))
    marks = app.session_state[f"{PAGE}.reel"].panels
    ends = [line.values[-1] for p in marks if p.key == "error" for line in p.lines]
    said = [row.split("|")[3].strip() for row in table.splitlines()[2:]]
    assert said == [numeral(end, 2) for end in ends]
    assert np.isfinite(ends).all()
