"""What the page about chaos says is so: each number in its films, each thing to notice."""

import re
import runpy
import sys
from dataclasses import replace

import numpy as np
import pytest

from explorer.controls import chaos as asked
from explorer.controls import watched
from explorer.dynamics import leading, leading_exponents, lyapunov_spectrum, mean_field, portions
from explorer.recipes.chaos import CHAOTIC, DRIVES, LEVELS, VIEWS, Chaos
from explorer.scenes import chaos as scenes
from tests.pages.visiting import film, link, promise, recipe_of, source, stands, visit

PAGE = "chaos"
DEFAULT = Chaos()
SEEDS = range(4)
SHORT = {"steps": "100", "seeds": "1", "lags": "100"}
TOLD = runpy.run_path(str(source(PAGE)))


def says(view, sentence):
    """Assert that the page still says under a question what is tested here."""
    assert sentence in TOLD["NOTICE"][view], f"no longer said: {sentence}; change its test as well"


def last(steps):
    """Return the last result of a long computation."""
    *_, result = steps
    return result.found if isinstance(result, portions.Part) else result


def over_networks(N, networks, gains):
    """Return exponents (networks, gains) of the page's own networks."""
    each = (
        leading_exponents(
            DEFAULT.matrix(N, k), gains, T=500, warmup=200, rng=np.random.default_rng([0, 5, k])
        )
        for k in range(networks)
    )
    return np.array([found[:, 0] for found in each])


# ---- what it shows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", [{}, {"g": "0.8"}, {"cell": "LSTM", "N": "20", "g": "6"}, {"A": "1", "drive": "sine"}]
)
def test_the_film_shows_both_runs_and_their_distance(query):
    app = visit(PAGE, SHORT | query)
    _, arrays = film(app)
    found = recipe_of(app, PAGE).parting()
    for b, name in enumerate("ab"):
        np.testing.assert_allclose(arrays[name], found.trace.slot("h")[:, b, :40], atol=1e-6)
    shown = arrays["distance/0"]
    np.testing.assert_allclose(shown, found.distance[: len(shown)], rtol=1e-6)
    assert any(scenes.starts_said(found) == part.value for part in app.markdown)


def test_every_question_has_its_film_and_its_chart():
    charts = {"gain": "gain", "spectrum": "convergence", "input": "input", "gradient": "slopes"}
    for view in VIEWS:
        app = visit(PAGE, SHORT | {"view": view, "sizes": "25,50", "N": "40"})
        assert not app.warning
        header, _ = film(app)
        assert header["title"]
        drawn = app.session_state[f"{PAGE}.charts"] if view in charts else {}
        assert set(drawn) == ({charts[view]} if view in charts else set())


def test_the_spectrum_film_holds_the_exponents_and_their_sums():
    app = visit(PAGE, SHORT | {"view": "spectrum", "N": "30"})
    found = last(recipe_of(app, PAGE).spectrum())
    _, arrays = film(app)
    np.testing.assert_allclose(arrays["exponents/0"], found.exponents, rtol=1e-5)
    sums = arrays["sum/0"]
    np.testing.assert_allclose(sums, np.cumsum(found.exponents)[: len(sums)], rtol=1e-4, atol=1e-6)


def test_the_gradient_film_holds_the_norms():
    app = visit(PAGE, SHORT | {"view": "gradient", "N": "30"})
    found = recipe_of(app, PAGE).growth()
    _, arrays = film(app)
    np.testing.assert_allclose(arrays["growth/1"], found.norms[:, 0], rtol=1e-5)


def test_networks_side_by_side_are_those_of_the_chart():
    recipe = replace(DEFAULT, view="gain", N=50, gain=2.0, steps=400)
    found, h = recipe.side_by_side()
    for k in range(found.exponents.shape[1]):
        alone = replace(recipe, seed=k).network()
        np.testing.assert_allclose(alone.W_hh, 2.0 * recipe.matrix(50, k))
        step = np.tanh(alone.W_hh @ h[10, k])
        np.testing.assert_allclose(h[11, k], step, atol=1e-12)


def test_a_thumb_moves_the_film_and_leaves_the_chart():
    for view in ("gain", "input", "spectrum", "gradient"):
        app = visit(PAGE, SHORT | {"view": view, "sizes": "25", "N": "25"})
        (before,) = (figure for _, figure in app.session_state[f"{PAGE}.charts"].values())
        for live, moves in ((True, 1), (False, 2)):
            app.session_state[f"{PAGE}.film"] = {
                "sliders": {"values": {"gain": 1.5}, "live": live, "moves": moves},
            }
            stands(app.run())
            assert recipe_of(app, PAGE).gain == 1.5
            (after,) = (figure for _, figure in app.session_state[f"{PAGE}.charts"].values())
            assert (after is before) == live
        assert link(app)["g"] == "1.5"


PRESETS = [
    (view, name, preset)
    for view, presets in TOLD["PRESETS"].items()
    for name, preset in presets.items()
]


@pytest.mark.parametrize(("view", "name", "preset"), PRESETS, ids=[p[1] for p in PRESETS])
def test_every_preset_opens(view, name, preset):
    del name
    assert preset.view == view
    small = replace(preset, steps=100, networks=1, lags=100)
    app = visit(PAGE, small.query(DEFAULT))
    assert recipe_of(app, PAGE) == small
    assert not app.warning


# ---- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "query",
    [{"g": "0"}, {"N": "1"}, {"N": "1", "g": "0"}, {"steps": "1", "lags": "2", "T": "10"},
     {"g": "10", "A": "5"}],
    ids=["g=0", "N=1", "nothing", "shortest", "loudest"],
)  # fmt: skip
def test_bounds_draw_their_picture(view, query):
    app = visit(PAGE, SHORT | {"view": view, "sizes": "25", "N": "20"} | query)
    assert not app.warning
    film(app)


def test_what_is_out_of_reach_is_said_in_a_sentence():
    app = visit(PAGE, SHORT | {"g": "0"})
    assert any("one step forgets everything" in part.value for part in app.markdown)
    app = visit(PAGE, {"steps": "5"})
    assert "An exponent is a limit of long runs; along 5 steps" in app.info[0].value
    app = visit(PAGE, {"view": "spectrum", "N": "400", "cell": "LSTM", "steps": "5"})
    assert "the network of 100 units, not of 400" in app.info[0].value
    assert film(app)[0]["axis"]["count"] == 200
    app = visit(PAGE, {"N": "9999"})
    assert "moved to 400" in app.warning[0].value


def test_a_run_that_leaves_float64_says_so():
    found = scenes.starts_said(replace_exponent(DEFAULT.parting(live=True), np.nan))
    assert "leaves the range of float64" in found


def replace_exponent(found, rate):
    """Return two starts whose exponent could not be told."""
    return replace(found, exponent=rate)


def test_a_long_sweep_can_be_stopped_and_gone_on_with(monkeypatch):
    monkeypatch.setattr(sys.modules[watched.__module__], "PATIENCE", 0.0)
    query = {"view": "gain", "sizes": "25", "N": "20", "steps": "100"}
    app = visit(PAGE, query | {"seeds": "2"})
    recipe = replace(recipe_of(app, PAGE), networks=6)
    steps = recipe.gain_sweep()
    app.session_state[f"{PAGE}.running"] = {
        "key": recipe.about("gain"), "steps": steps, "last": next(steps), "stopped": True,
    }  # fmt: skip
    app.number_input(f"{PAGE}.networks").set_value(6)
    stands(app.run())
    assert "Stopped" in app.info[0].value
    assert "1 of 6 networks" in app.info[0].value
    app.button(f"{PAGE}.resume").click()
    stands(app.run())
    assert not app.info
    assert asked.shelf()[recipe.about("gain")].done == 6  # for all visitors


FILMS = {"apart": "starts", "gain": "beside", "input": "starts", "gradient": "backwards"}


@pytest.mark.parametrize("view", FILMS)
def test_what_the_film_is_drawn_of_is_not_computed_in_every_run(view, monkeypatch):
    asked = []
    compute = getattr(Chaos, name := {"starts": "partings"}.get(FILMS[view], FILMS[view]))
    monkeypatch.setattr(Chaos, name, lambda recipe, *live: asked.append(1) or compute(recipe))
    app = visit(PAGE, SHORT | {"view": view, "sizes": "25", "N": "20"})
    for _ in range(3):
        stands(app.run())
    assert len(asked) == 1
    assert set(app.session_state[f"{PAGE}.{FILMS[view]}.done"]) == {
        recipe_of(app, PAGE).about(FILMS[view])
    }


@pytest.mark.parametrize("view", FILMS)
@pytest.mark.parametrize("found", [True, False], ids=["something", "nothing yet"])
def test_the_film_can_be_stopped_on_its_way_and_gone_on_with(view, found, monkeypatch):
    for module in (portions, leading):
        monkeypatch.setattr(module, "WORK", 1)
    query = SHORT | {"view": view, "sizes": "25", "N": "20", "steps": "200"}
    app = visit(PAGE, query | {"seed": "1"})
    recipe = replace(recipe_of(app, PAGE), seed=0)
    name = FILMS[view]
    steps = {"starts": recipe.partings, "beside": recipe.beside, "backwards": recipe.backwards}
    steps = steps[name]()
    part = next(part for part in steps if (part.found is not None) is found)
    app.session_state[f"{PAGE}.{name}.running"] = {
        "key": recipe.about(name), "steps": steps, "last": part, "stopped": True,
    }  # fmt: skip
    app.number_input(f"{PAGE}.seed").set_value(0)
    stands(app.run())
    words = "What follows is" if found else "before there was anything to show"
    assert words in app.info[0].value
    assert f"{part.share:.0%} of the way" in app.info[0].value
    # Who stops one thing does not ask for the next.
    assert f"{PAGE}.running" not in app.session_state
    app.button(f"{PAGE}.{name}.resume").click()
    stands(app.run())
    assert not app.info
    film(app)


def test_under_a_thumb_a_large_network_is_followed_for_fewer_steps():
    small, large = replace(DEFAULT, lags=1500), replace(DEFAULT, cell="LSTM", N=400, lags=1500)
    assert small.in_haste(1500) == 1500
    assert 100 <= large.in_haste(1500) < 1000
    assert replace(large, level=1.0).in_haste(1500) < large.in_haste(1500)
    found = [last(recipe.growing(live=True)) for recipe in (small, large)]
    assert [each.lags for each in found] == [1500, large.in_haste(1500)]


@pytest.mark.parametrize("view", ["gain", "input"])
def test_a_question_of_tanh_units_is_asked_of_them(view):
    query = SHORT | {"view": view, "sizes": "25", "N": "20", "T": "30"}
    app = visit(PAGE, query | {"cell": "LSTM"})
    assert app.info[0].value == "This question is asked of tanh units, not of LSTM cells."
    _, arrays = film(app)
    _, wanted = film(visit(PAGE, query))
    assert arrays.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_array_equal(arrays[name], values)


# ---- the mathematics ----------------------------------------------------------------------------


def test_each_equation_says_what_its_letters_are():
    told = source(PAGE).read_text("utf-8").split('st.subheader("The mathematics"')[1]
    calls = re.findall(r"^st\.(\w+)\(", told, re.MULTILINE)
    assert calls == ["markdown", "latex"] * 3 + ["caption"]
    for words, equation in re.findall(r"st\.markdown\((.*?)\n\)\nst\.latex\((.*?)\n\)", told, re.S):
        for letter in ("J_t", "v", "w", "g", "A", "q", "z", "D_{KY}", "h_{KS}", "j"):
            if re.search(rf"(?<![a-zA-Z_{{\\]){re.escape(letter)}(?![a-zA-Z])", equation):
                assert f"${letter}$" in words, letter


def test_the_network_is_the_one_of_the_theory():
    recipe = replace(DEFAULT, N=30, T=10)
    h = recipe.parting().trace.s[:, 0]
    g, J = recipe.gain, recipe.matrix(30, 0)
    u = g * h @ J.T
    np.testing.assert_allclose(u[1:], g * np.tanh(u[:-1]) @ J.T, atol=1e-12)


# ---- what it claims: two starts -----------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_distance_climbs_along_the_exponent(seed):
    says("apart", "the distance climbs along λ, on average, until ")
    found = replace(DEFAULT, seed=seed, T=400).parting()
    end = int(np.argmax(found.distance > 0.01 * found.typical))
    slope = np.polyfit(np.arange(end), np.log(found.distance[:end]), 1)[0]
    assert slope == pytest.approx(found.exponent, abs=0.02)
    assert found.distance[found.strangers + 30 :].mean() == pytest.approx(found.typical, rel=0.4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_smaller_push_buys_only_its_logarithm(seed):
    says("apart", "stay together only ln(10⁶)/λ steps longer")
    near, nearer = (
        replace(DEFAULT, seed=seed, T=500, push=push).parting() for push in (1e-8, 1e-14)
    )
    bought = nearer.strangers - near.strangers
    assert bought == pytest.approx(np.log(1e6) / near.exponent, rel=0.15)


@pytest.mark.parametrize("seed", SEEDS)
def test_below_gain_one_the_two_become_one(seed):
    says("apart", "(press *Calm*) every difference fades, and the two become one")
    assert replace(DEFAULT, seed=seed, gain=0.8).parting().merged < 150


def test_in_between_many_turn_in_circles():
    says("apart", "**In between** many networks turn in circles: λ is close to 0")
    recipes = [replace(DEFAULT, seed=seed, gain=1.2, T=600) for seed in range(12)]
    found = [recipe.parting() for recipe in recipes]
    assert sum(abs(each.exponent) < 0.005 for each in found) >= 7
    assert 0.2 < found[0].distance[-1] / found[0].distance[0] < 5  # the preset's own


# ---- the gain -----------------------------------------------------------------------------------


def test_a_gain_above_one_is_not_yet_chaos():
    says("gain", "at g = 1.5 about one network in six is chaotic at 25 units, two in three at ")
    share = {
        N: (over_networks(N, networks, (1.5,)) > CHAOTIC).mean()
        for N, networks in ((25, 60), (100, 60), (300, 8))
    }
    assert 0.05 < share[25] < 0.3
    assert 0.5 < share[100] < 0.8
    assert share[300] > 0.85


def test_large_networks_approach_the_theory_from_below():
    says("gain", "from g = 2 on the median rises with N and stays under the mean-field line")
    gains = (2.0, 2.5, 3.0)
    middle = [np.median(over_networks(N, 12, gains), axis=0) for N in (25, 100, 300)]
    rising = np.array([*middle, mean_field(np.array(gains)).exponent])
    assert (np.diff(rising, axis=0) > 0).all()


def test_one_seed_does_not_speak_for_its_size():
    says("gain", "differ more from each other than g = 1.5 and g = 2 do in theory")
    apart = float(mean_field(2.0).exponent - mean_field(1.5).exponent)
    assert mean_field(2.0).exponent == pytest.approx(0.154724, abs=1e-4)
    found = over_networks(25, 12, (2.0,))
    assert np.ptp(found) > apart


# ---- spectra ------------------------------------------------------------------------------------


def test_chaos_has_many_directions_and_is_thin():
    says("spectrum", "more and more exponents come above 0, and the dimension rises with them")
    says("spectrum", "the dimension is less than half the number of ")
    for seed in (0, 1):
        found = [
            last(replace(DEFAULT, seed=seed, gain=gain, N=100, steps=300).spectrum())
            for gain in (1.2, 2.0, 3.0)
        ]
        assert (np.diff([(each.exponents > 0).sum() for each in found]) > 0).all()
        assert (np.diff([each.dimension for each in found]) > 0).all()
        assert found[1].dimension < 50
        assert found[1].exponents.sum() < -50


def test_where_the_sum_meets_zero_stands_the_dimension():
    says(
        "spectrum",
        "**Where the sum of the first i meets 0 stands the dimension**; its peak is the ",
    )
    found = last(replace(DEFAULT, N=60, steps=300).spectrum())
    sums = np.cumsum(found.exponents)
    assert sums.max() == pytest.approx(found.entropy)
    first = int(np.argmax(sums < 0))  # so many exponents have a sum that is not below 0
    assert first <= found.dimension < first + 1
    at = np.interp(found.dimension, np.arange(1, 61), sums)
    assert at == pytest.approx(0.0, abs=1e-9)


def test_gated_cells_are_harder_to_excite():
    says("spectrum", "at g = 2 the LSTM of the preset is calm, at g = 6 ")
    recipe = replace(DEFAULT, view="spectrum", cell="LSTM", N=64)
    for seed in SEEDS:
        rates = []
        for gain in (2.0, 6.0):
            small = replace(recipe, gain=gain, seed=seed)
            cell = small.network()
            rates.append(lyapunov_spectrum(cell, s0=small.start(cell.S), T=200, count=1).leading)
        assert rates[0] < 0 < rates[1]


# ---- input --------------------------------------------------------------------------------------


@pytest.mark.parametrize("drive", DRIVES)
def test_each_input_tames_chaos_with_the_very_same_weights(drive):
    says("input", "each of the three inputs brings λ below 0 at ")
    loud = replace(DEFAULT, drive=drive, level=2.0)
    np.testing.assert_array_equal(loud.network().W_hh, DEFAULT.network().W_hh)
    for seed in SEEDS:
        found = replace(loud, seed=seed, T=600).parting()
        assert found.exponent < 0
        assert found.distance[-1] < 1e-3 * found.distance[0]
        slopes = [1 - run.trace.s[:, 0] ** 2 for run in (found, replace(DEFAULT).parting())]
        says("input", "**The input pushes units into saturation**, where their slopes are small")
        assert (slopes[0] ** 2).mean() < (slopes[1] ** 2).mean()


def test_theory_foresees_what_noise_does():
    says("input", "keeps within 0.03 of the mean field")
    found = last(replace(DEFAULT, view="input", networks=6).input_sweep())
    theory = mean_field(DEFAULT.gain, LEVELS).exponent
    np.testing.assert_allclose(np.median(found.exponents[200], axis=0), theory, atol=0.03)
    assert (np.diff(theory) < 0).all()


# ---- gradients ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_gradients_grow_at_the_rate_at_which_starts_part(seed):
    assert promise(PAGE).startswith("Two nearly equal starts part, and gradients grow, at one rate")
    says("gradient", "**They are the same number.**")
    for changed in ({}, {"gain": 0.8}, {"level": 1.5}):
        found = replace(DEFAULT, seed=seed, **changed).growth()
        assert np.median(found.slopes) == pytest.approx(found.exponent, abs=0.012)
        # Exploding gradients where starts part, vanishing ones where they meet.
        assert (found.norms[-1] > 1).all() == (found.exponent > 0)


def test_a_difference_stops_growing_and_a_gradient_does_not():
    says("gradient", "**A difference stops growing** when it is as large as the network allows")
    gradients = DEFAULT.growth().norms
    distance = replace(DEFAULT, T=400).parting().distance / DEFAULT.push
    assert distance[200:].max() < 3 * distance[200:].min()
    assert (gradients[-1] > 1e6 * gradients[200]).all()
    assert (gradients[-1] > 1e6 * distance[-1]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_are_no_exception(seed):
    says("gradient", "in an LSTM the two slopes agree just as well")
    found = replace(DEFAULT, cell="LSTM", N=64, gain=6.0, seed=seed).growth()
    assert np.median(found.slopes) == pytest.approx(found.exponent, abs=0.012)
