"""The page of the Hopfield network: its numbers, its claims, and a hand that paints."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.memory.attractors import census, mixtures
from explorer.memory.capacity import one_step_error
from explorer.memory.classic import Recall, energy, is_fixed
from explorer.memory.continuous import slide
from explorer.memory.dense import dense, retrieve
from explorer.memory.signs import SIGNS, UNITS, random_patterns, to_hex
from explorer.memory.storage import hebb, overlaps, projection
from explorer.recipes.hopfield import MOST_OWN, Hopfield
from tests.pages.test_claims import says
from tests.pages.visiting import default_of, films, link, recipe_of, stands, visit

PAGE = "hopfield"
SEEDS = range(10)
DEFAULT = Hopfield()


def film(app):
    """Return header and arrays of the recall."""
    return films(app)[0]


def button(app, name):
    """Return the button of this key."""
    return next(one for one in app.button if one.key == f"{PAGE}.{name}")


def paint(app, values, strokes=1, live=False):
    """Do on the picture what a hand would do, and run the page."""
    app.session_state[f"{PAGE}.film"] = {
        "cursor": 0, "pick": None, "sliders": None,
        "sketch": {"values": list(values), "live": live, "moves": strokes},
    }  # fmt: skip
    return stands(app.run())


# ---- what it shows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [{}, {"rule": "storkey", "signs": "ABC"}, {"memories": "random", "P": "9", "seed": "4"},
     {"memories": "none"}, {"damage": "hide", "amount": "0.5"}, {"start": "random"}],
)  # fmt: skip
def test_the_film_shows_the_numbers_of_its_settings(query):
    app = visit(PAGE, query)
    header, arrays = film(app)
    recipe = recipe_of(app, PAGE)
    memories = recipe.stored()
    W = recipe.weights(memories)
    recall = recipe.recall(memories, W)
    np.testing.assert_array_equal(arrays["x"], recall.x)
    np.testing.assert_allclose(arrays["energy/0"], energy(W, recall.x), atol=1e-9)
    np.testing.assert_allclose(arrays["field"], recall.x @ W, atol=1e-5)
    if memories.names:
        match = overlaps(memories.patterns, recall.x)
        np.testing.assert_allclose(arrays["overlap"], match, atol=1e-6)
    state, gallery, _ = header["pictures"]
    assert state["marks"] == [-1, *recall.unit.tolist()]
    assert gallery["names"] == list(memories.names)
    np.testing.assert_array_equal(arrays[gallery["blob"]], memories.patterns)


def test_the_four_networks_begin_alike_and_go_downhill():
    app = visit(PAGE, {"memories": "random", "P": "30", "amount": "0.1"})
    _, arrays = films(app)[1]
    begin = film(app)[1]["x"][0]
    for k in range(4):
        if k == 2:  # the continuous one says tanh of what it holds
            np.testing.assert_array_equal(np.sign(arrays["net2"][0]), begin)
        else:
            np.testing.assert_array_equal(arrays[f"net{k}"][0], begin)
        assert (np.diff(arrays[f"fall/{k}"]) <= 1e-9).all()


def test_the_page_can_be_taken_home():
    """Once, whatever the number of its films."""
    app = visit(PAGE)
    (home,) = (one for one in app.button if one.label == "Take home")
    home.click()
    stands(app.run())


def test_the_chance_of_a_flip_is_the_formulas():
    says(PAGE, "step: 0.0036 at the load 0.138")
    assert one_step_error(0.138) == pytest.approx(0.0036, abs=5e-5)


def test_the_load_curve_is_measured_on_demand():
    app = visit(PAGE, {"holds": "50"})
    assert not app.get("plotly_chart")
    app.toggle[0].set_value(True)
    stands(app.run())
    assert len(app.get("plotly_chart")) == 1


# ---- what a hand does ---------------------------------------------------------------------------


def test_a_painting_becomes_the_beginning_and_the_link():
    picture = SIGNS["Z"].copy()
    picture[:13] *= -1
    app = paint(visit(PAGE), picture)
    assert link(app) == {"start": "painted", "cue": to_hex(picture)}
    _, arrays = film(app)
    np.testing.assert_array_equal(arrays["x"][0], picture)
    np.testing.assert_array_equal(arrays["x"][-1], SIGNS["Z"])
    assert recipe_of(visit(PAGE, link(app)), PAGE) == recipe_of(app, PAGE)


def test_the_link_waits_until_the_hand_is_lifted():
    app = paint(visit(PAGE), SIGNS["A"], live=True)
    assert link(app) == {}
    assert recipe_of(app, PAGE).start == "painted"


def test_a_painting_can_be_stored_and_forgotten():
    app = paint(visit(PAGE), SIGNS["Q"])
    button(app, "store").click()
    stands(app.run())
    assert recipe_of(app, PAGE).own == to_hex(SIGNS["Q"])
    assert film(app)[0]["pictures"][1]["names"][-1] == "mine 1"
    assert recipe_of(visit(PAGE, link(app)), PAGE) == recipe_of(app, PAGE)
    button(app, "store").click()
    stands(app.run())
    assert "stored already" in app.warning[0].value
    button(app, "forget").click()
    stands(app.run())
    assert recipe_of(app, PAGE).own == ""


def test_a_blank_painting_is_drawn_but_not_stored():
    app = visit(PAGE)
    button(app, "blank").click()
    stands(app.run())
    button(app, "store").click()
    stands(app.run())
    (warning,) = app.warning
    assert warning.value.startswith("A blank picture has nothing to remember")
    assert (film(app)[1]["x"][0] == -1).all()


def test_a_click_on_a_memory_begins_with_it():
    app = paint(visit(PAGE), [2.0])
    assert link(app) == {"target": "3"}
    assert film(app)[0]["pictures"][1]["aim"] == 2
    np.testing.assert_array_equal(film(app)[1]["x"][-1], SIGNS["Z"])


@pytest.mark.parametrize(
    "values", [[], [0.0] * 99, [1e9], [-5.0], [float("nan")] * UNITS, "nonsense", [1.0] * 10_000]
)
def test_a_broken_hand_breaks_nothing(values):
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {"sketch": {"values": values, "live": False, "moves": 3}}
    stands(app.run())


def test_there_is_room_for_so_many_paintings():
    recipe = DEFAULT
    pictures = random_patterns(np.random.default_rng(0), MOST_OWN + 1)
    for picture in pictures[:-1]:
        recipe, remark = recipe.with_own(picture)
        assert not remark
    same, remark = recipe.with_own(pictures[-1])
    assert same == recipe
    assert "room" in remark
    assert recipe_of(visit(PAGE, recipe.query(DEFAULT)), PAGE) == recipe


# ---- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"memories": "none"}, "Nothing is stored"),
        ({"memories": "random", "P": "0"}, "Nothing is stored"),
        ({"signs": ""}, "Nothing is stored"),
        ({"signs": "?!"}, "Nothing is stored"),
        ({"memories": "random", "P": "200"}, "more than is sensible"),
        ({"signs": "Aé"}, "left out"),
        ({"cue": "xyz"}, "25 hexadecimal digits"),
        ({"own": "12-34"}, "25 hexadecimal digits"),
        ({"P": "-1"}, "moved to 0"),
        ({"P": "many"}, "wanted a whole number"),
        ({"target": "150"}, ""),
        ({"start": "mixture", "signs": "A"}, ""),
        ({"start": "mixture", "memories": "none"}, "Nothing is stored"),
        ({"own": "0" * 25, "memories": "none"}, ""),
        ({"rule": "projection", "memories": "random", "P": "200"}, "more than is sensible"),
    ],
)
def test_a_sentence_and_the_picture_all_the_same(query, said):
    app = visit(PAGE, query)
    words = " ".join(one.value.replace("\\", "") for one in (*app.warning, *app.info))
    assert said in words
    assert bool(words) == bool(said)
    assert film(app)[1]["x"].shape[1] == UNITS


# ---- what it claims -----------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [{}, {"damage": "hide", "amount": 0.5}])
def test_a_damaged_picture_rolls_downhill_to_one_it_knows(damage):
    says(PAGE, "show it a damaged picture and it rolls downhill to one it knows")
    back = []
    for seed in range(20):
        for target in (1, 2, 3, 4):
            recipe = replace(DEFAULT, seed=seed, target=target, **damage)
            memories = recipe.stored()
            film = recipe.recall(memories)
            back.append(np.array_equal(film.x[-1], memories.patterns[target - 1]))
            assert (np.diff(film.energy) < 0).all()
    assert np.mean(back) > 0.97  # 99 % over forty seeds


def test_letters_that_look_alike_crowd_each_other_out():
    says(PAGE, "holds R, V, Z and 6, but none of HOPFIELD; the pseudo-inverse holds all eight")
    few, many = (np.stack([SIGNS[c] for c in text]) for text in ("RVZ6", "HOPFIELD"))
    assert is_fixed(hebb(few), few).all()
    assert not is_fixed(hebb(many), many).any()
    assert is_fixed(projection(many), many).all()
    assert np.abs(overlaps(many, many) - np.eye(8)).max() > 0.5
    assert np.abs(overlaps(few, few) - np.eye(4)).max() < 0.15


def test_negatives_and_mixtures_are_valleys_and_mixtures_lie_higher():
    says(PAGE, "Every memory brings its negative")
    says(PAGE, "press *A mixture* and nothing moves. They lie higher than the memories.")
    recipe = replace(DEFAULT, start="mixture")
    memories = recipe.stored()
    W = recipe.weights(memories)
    assert is_fixed(W, -memories.patterns).all()
    assert recipe.recall(memories, W).flips == 0
    for found in mixtures(memories.patterns, W):
        assert found.fixed
        assert found.energy > energy(W, memories.patterns).max()
    count = census(memories.patterns, W, np.random.default_rng(0))
    assert count.share["negative"] > 0.1
    assert count.share["mixture"] > 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_beyond_capacity_the_classic_network_leaves_and_the_others_find(seed):
    says(PAGE, "**Beyond capacity** the network leaves its memories even when almost nothing")
    says(PAGE, "the dense and the modern network still find them")
    recipe = replace(DEFAULT, memories="random", P=40, amount=0.05, seed=seed)
    memories = recipe.stored()
    xi = memories.patterns[0]
    film = recipe.recall(memories)
    assert film.x[0] @ xi / UNITS == pytest.approx(0.9)
    assert film.x[-1] @ xi / UNITS < 0.9
    modern = list(retrieve(memories.patterns, film.x[0], recipe.beta))[-1].x
    steep = list(dense(memories.patterns, film.x[0], recipe.power, recipe.order()))[-1].x
    assert modern @ xi / UNITS > 0.95
    assert steep @ xi / UNITS > 0.95


def test_a_small_beta_answers_with_the_mean_and_a_small_gain_with_nothing():
    says(PAGE, "answers with the mean of all memories")
    says(PAGE, "of the continuous units below 1 and the picture fades to nothing")
    memories = DEFAULT.stored()
    x = DEFAULT.begin(memories)
    blurred = list(retrieve(memories.patterns, x, 0.001))[-1].x
    np.testing.assert_allclose(blurred, memories.patterns.mean(axis=0), atol=0.05)
    W = DEFAULT.weights(memories)
    faded, kept = (list(slide(W, x, gain, 400))[-1].x for gain in (0.8, 4.0))
    assert np.abs(faded).max() < 0.02
    assert kept @ memories.patterns[0] / UNITS > 0.9


def test_what_is_dragged_moves_the_film():
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {
        "cursor": 3, "sliders": {"values": {"amount": 0.1}, "live": False, "moves": 5},
    }  # fmt: skip
    stands(app.run())
    assert link(app) == {"amount": "0.1"}
    assert (film(app)[1]["x"][0] != SIGNS["R"]).sum() == 10
    app.session_state[f"{PAGE}.rivals.film"] = {
        "sliders": {"values": {"beta": 0.5, "gain": 2.0}, "live": False, "moves": 6},
    }
    stands(app.run())
    assert link(app) == {"amount": "0.1", "beta": "0.5", "gain": "2.0"}
    assert default_of(PAGE) == DEFAULT
    assert isinstance(recipe_of(app, PAGE).recall(DEFAULT.stored()), Recall)
