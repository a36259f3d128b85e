"""What a loop adds: the bag forgets the order, the loop remembers it; each claim as a number."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.arithmetic import number
from explorer.cells import CELLS
from explorer.orders import Reading, distances, parting, second
from explorer.recipe import Recipe
from explorer.trace import Trace
from tests.pages.test_claims import says
from tests.pages.test_controls import drag, widgets
from tests.pages.visiting import default_of, film, link, recipe_of, stands, visit

PAGE = "recurrence"
SEEDS = range(8)


def both(recipe):
    """Return what the networks of a recipe make of both orders."""
    first = recipe.sequence()
    other, _ = second(recipe, first)
    return Reading.of(recipe, first), Reading.of(recipe, other)


def ends(recipe):
    """Return how far apart bag and loop are at the end."""
    a, b = both(recipe)
    return distances(a.bag, b.bag)[-1], distances(a.trace.s, b.trace.s)[-1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_recurrence_the_bag_forgets_and_the_loop_remembers(order, cell, seed):
    says(PAGE, "A bag of words forgets the order of its words; a loop remembers it.")
    says(PAGE, "both are the same to the last digit, in any order")
    recipe = replace(default_of(PAGE), cell=cell, seed=seed, order=order, shuffle=seed)
    bag, loop = ends(recipe)
    assert bag == 0
    assert loop > 0.01


def test_recurrence_the_bags_differ_only_while_different_words_are_in():
    says(PAGE, "Its two films differ only while different words are in")
    for seed in SEEDS:
        recipe = replace(default_of(PAGE), shuffle=seed)
        a, b = both(recipe)
        words = a.sequence.words, b.sequence.words
        apart = distances(a.bag, b.bag)
        for t in range(a.trace.T + 1):
            same = sorted(words[0][:t]) == sorted(words[1][:t])
            assert (apart[t] == 0) == same


@pytest.mark.parametrize("cell", CELLS)
def test_recurrence_every_state_from_there_on_is_another(cell):
    says(PAGE, "change the order and every state from there on is another")
    for seed in SEEDS:
        a, b = both(replace(default_of(PAGE), cell=cell, shuffle=seed))
        step, apart = parting(a.sequence, b.sequence), distances(a.trace.s, b.trace.s)
        assert (apart[:step] == 0).all()
        assert (apart[step:] > 1e-6).all()


@pytest.mark.parametrize("cell", CELLS)
def test_recurrence_the_same_word_gets_another_answer(cell):
    says(PAGE, "A word that stands twice meets two different states")
    trace = replace(default_of(PAGE), cell=cell).trace()
    spoken = default_of(PAGE).sequence().words
    for word in (word for word in set(spoken) if spoken.count(word) > 1):
        first, later = (t for t, other in enumerate(spoken) if other == word)
        np.testing.assert_array_equal(trace.x[first], trace.x[later])
        assert np.abs(trace.s[first + 1] - trace.s[later + 1]).max() > 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_recurrence_with_a_radius_of_zero_the_loop_is_cut(seed):
    says(PAGE, "two orders that end alike end in the same state")
    cut = replace(default_of(PAGE), gain=0.0, seed=seed, order="own")
    alike = replace(cut, second="hate love to cook but I I to clean")
    other = replace(cut, second="I love to clean but I hate to cook")
    assert ends(alike)[1] == 0
    assert ends(other)[1] > 0.01
    assert ends(replace(alike, gain=0.95))[1] > 1e-3


def check(app):
    """Assert that the film shows both orders."""
    header, arrays = film(app)
    a, b = both(recipe_of(app, PAGE))
    for read, mark in ((a, ""), (b, "'")):
        shown = {"x": read.trace.x, "bag": read.bag}
        shown |= {slot: read.trace.slot(slot) for slot in read.trace.cell.slots}
        for name, values in shown.items():
            np.testing.assert_allclose(arrays[name + mark], values[:, 0], rtol=1e-6, atol=1e-300)
    np.testing.assert_allclose(arrays["apart/0"], distances(a.bag, b.bag))
    np.testing.assert_allclose(arrays["apart/1"], distances(a.trace.s, b.trace.s))
    return header, a, b


@pytest.mark.parametrize("query", [
    {}, {"order": "reversed", "cell": "LSTM"}, {"input": "noise", "T": "7"},
    {"input": "numbers", "text": "1 2 3"}, {"order": "own", "second": "clean to I"},
])  # fmt: skip
def test_the_film_shows_both_orders(query):
    app = visit(PAGE, query)
    header, a, b = check(app)
    title = {"own": "Your order", "reversed": "Reversed"}.get(query.get("order"), "Shuffled")
    words = header["axis"]["group_words"]
    assert words.get("As given") == (a.sequence.words and ["", *a.sequence.words])
    assert words[title] == ["", *b.sequence.words]
    assert {panel["group"] for panel in header["panels"]} == {"As given", title, ""}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"text": "hello"}, "One input has only one order"),
        ({"text": "ho ho ho"}, "Both orders read the same"),
        ({"text": "", "input": "words"}, None),
        ({"order": "own"}, "Both orders are the same: type the inputs in another order."),
        ({"input": "silence"}, "Both orders read the same"),
        ({"text": "a b"}, None),
    ],
)
def test_two_orders_that_are_the_same_are_said_and_shown(query, sentence):
    app = visit(PAGE, query)
    _, a, b = check(app)
    same = parting(a.sequence, b.sequence) is None
    assert len(app.info) == same
    if sentence:
        assert app.info[0].value.startswith(sentence)


def test_two_thousand_characters_are_cut_and_said():
    app = visit(PAGE, {"text": ("word " * 400)[:2000]})
    (warning,) = app.warning
    assert "first 60 of 400 words" in warning.value
    check(app)


def test_where_the_orders_part_is_said():
    app = visit(PAGE, {"order": "own", "second": "I love to clean but I hate to cook"})
    said = next(part.value for part in app.markdown if "They part at step" in part.value)
    assert "They part at step 4, which reads “cook” and “clean”." in said
    assert "| bag of words | which inputs came, and how often | 0 apart |" in said


def test_the_loop_is_unfolded_in_the_words_and_their_numbers():
    app = visit(PAGE, {"order": "reversed"})
    formulas = [part.value for part in app.latex]
    trace = recipe_of(app, PAGE).trace()
    (given,) = [part for part in formulas if r"x_{\text{love}}" in part and "aligned" in part]
    assert r"s_{3} &= f(f(f(s_0,\, x_{\text{i}}),\, x_{\text{love}}),\, x_{\text{to}})" in given
    for t in (1, 2, 3):
        assert r",\, ".join(number(value) for value in trace.s[t, 0][:4]) in given
    assert any(r"x_{\text{clean}} + x_{\text{to}} + x_{\text{hate}}" in part for part in formulas)


def test_a_short_sentence_is_unfolded_as_far_as_it_goes():
    app = visit(PAGE, {"text": "hello world"})
    assert any(part.value.startswith("The loop unfolded, two steps") for part in app.subheader)
    app = visit(PAGE, {"text": "hello"})
    assert any(part.value.startswith("The loop unfolded, one step") for part in app.subheader)


def test_to_shuffle_again_gives_another_order_and_link():
    app = visit(PAGE)
    before = film(app)[0]["version"]
    widgets(app)[f"{PAGE}.again"].click()
    stands(app.run())
    assert link(app) == {"shuffle": "2"}
    assert film(app)[0]["version"] != before
    assert film(visit(PAGE, {"shuffle": "2"}))[0]["version"] == film(app)[0]["version"]


def test_to_type_an_order_starts_from_the_one_shown():
    app = visit(PAGE, {"order": "reversed"})
    widgets(app)[f"{PAGE}.order"].set_value("own")
    stands(app.run())
    assert recipe_of(app, PAGE).second == "clean to hate i but cook to love i"
    check(app)
    widgets(app)[f"{PAGE}.second"].set_value("love i to cook but dogs to clean")
    stands(app.run())
    (warning,) = app.warning
    assert "Left out “dogs”, of which the first order has no more" in warning.value.replace(
        "\\", ""
    )
    assert "Put “i”, “hate” last" in warning.value.replace("\\", "")
    _, _, b = check(app)
    assert " ".join(b.sequence.words) == "love i to cook but to clean i hate"
    assert recipe_of(visit(PAGE, link(app)), PAGE) == recipe_of(app, PAGE)


def test_a_gated_cell_has_its_bias_as_a_slider():
    app = visit(PAGE, {"cell": "GRU", "memory": "bias"})
    drag(app, PAGE, False, bias=4.0)
    assert recipe_of(app, PAGE) == Recipe(
        **{**vars(default_of(PAGE)), "cell": "GRU", "memory": "bias", "bias": 4.0}
    )


@pytest.mark.parametrize(
    ("query", "cell", "sentence"),
    [
        ({}, "every input and its place", "still carries the order"),
        ({"gain": "0"}, "the last input only", "are the same: they depend on the last"),
        ({"gain": "0", "second": "I love to clean but I hate to cook"}, "the last input only",
         "differ: they depend on the last input only"),
        ({"gain": "1", "init": "identity", "act": "identity"}, "every input",
         "are the same up to rounding error: nothing of the order is left"),
        ({"gain": "0", "cell": "LSTM"}, "every input and its place", "still carries the order"),
        ({"cell": "Clockwork", "periods": "3"}, "3 of the 9 inputs",
         "are the same: they depend on 3 of"),
    ],
)  # fmt: skip
def test_what_the_state_depends_on_follows_from_the_run(query, cell, sentence):
    own = {"order": "own", "second": "hate love to cook but I I to clean"}
    app = visit(PAGE, own | query)
    said = next(part.value for part in app.markdown if "They part at step" in part.value)
    a, _ = both(recipe_of(app, PAGE))
    row = next(line for line in said.splitlines() if line.startswith(f"| {a.trace.cell.name} |"))
    assert row.split("|")[2].strip() == cell
    assert sentence in said
    # Independently: each input is replaced in turn, and the last state changes or does not.
    moved = 0
    for t in range(a.trace.T):
        xs = a.trace.x.copy()
        xs[t] += 0.5
        moved += (Trace.of(a.trace.cell, xs).s[-1] != a.trace.s[-1]).any()
    wanted = {"every": a.trace.T, "the": 1}.get(cell.split()[0]) or int(cell.split()[0])
    assert moved == wanted


def test_the_bags_differ_after_as_many_steps_as_is_said():
    app = visit(PAGE, {"order": "own", "second": "love I to cook but I hate to clean"})
    said = next(part.value for part in app.markdown if "They part at step" in part.value)
    assert "The bags differ after 1 of the 9 steps" in said
