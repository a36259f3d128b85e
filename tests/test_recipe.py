"""A recipe is its link, its link is the recipe, and no link is bad enough to break it."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from explorer.cells import CELLS
from explorer.recipe import LONGEST_TEXT, Recipe
from tests.strategies import FOREIGN, recipes, small_recipes

KEYS = tuple(Recipe.entries())
QUERIES = st.dictionaries(st.sampled_from(KEYS) | FOREIGN, FOREIGN, max_size=12)
MEGABYTE = "x" * 2**20


# ---- link -------------------------------------------------------------------------------------


@given(recipe=recipes(), default=recipes())
def test_a_link_leads_back_to_its_recipe(recipe, default):
    assert default.told(recipe.query(default)) == (recipe, [])


@given(recipe=recipes())
def test_the_default_needs_no_words(recipe):
    assert recipe.query(recipe) == {}
    assert recipe.told({}) == (recipe, [])


@given(recipe=recipes(), default=recipes())
def test_a_link_is_plain_text(recipe, default):
    assert all(
        isinstance(key, str) and isinstance(value, str)
        for key, value in recipe.query(default).items()
    )
    assert hash(recipe) == hash(replace(recipe))


def test_every_entry_has_a_name_of_its_own_in_the_link():
    assert len(KEYS) == len(set(KEYS)) == len(vars(Recipe()))
    assert all(re.fullmatch(r"[A-Za-z_]+", key) for key in KEYS)


def sentence(remark):
    """Tell whether this is one sentence, short enough to be read."""
    return remark.startswith("The link says ") and remark.endswith(".") and len(remark) < 250


@given(query=QUERIES, recipe=recipes())
def test_no_link_breaks_a_recipe(query, recipe):
    told, remarks = recipe.told(query)
    assert all(map(sentence, remarks)), remarks
    for key, entry in Recipe.entries().items():
        value, kind = getattr(told, entry.name), entry.metadata["kind"]
        if key not in query:
            assert value == getattr(recipe, entry.name)
        spelled = ",".join(value) if isinstance(value, tuple) else f"{value}"
        assert kind.read(spelled) == (value, "")
    assert told.told(told.query(recipe)) == (told, [])


@pytest.mark.parametrize(
    ("key", "text", "value", "said"),
    [
        ("H", "0", 1, "moved to 1"),
        ("H", "-3", 1, "moved to 1"),
        ("H", "1e9", 64, "moved to 64, the nearest whole number in 1 to 64"),
        ("H", "65", 64, "moved to 64"),
        ("H", "", 16, "kept 16"),
        ("H", "\0", 16, "kept 16"),
        ("H", MEGABYTE, 16, "kept 16"),
        ("H", "9" * 2**20, 64, "moved to 64"),
        ("T", "100000", 200, "moved to 200"),
        ("T", "0", 1, "moved to 1"),
        ("gain", "nan", 1.0, "kept 1.0"),
        ("gain", "inf", 4.0, "moved to 4"),
        ("gain", "-inf", 0.0, "moved to 0"),
        ("gain", "1,5", 1.0, "kept 1.0"),
        ("bias", "1e999", 8.0, "moved to 8"),
        ("cell", "Transformer", "LSTM", "wanted one of Jordan, Elman"),
        ("cell", MEGABYTE, "LSTM", "kept LSTM"),
        ("cells", "Transformer", tuple(CELLS), "kept Jordan, Elman"),
        ("cells", "LSTM,Transformer", ("LSTM",), "1 unknown left out"),
        ("cells", "", tuple(CELLS), "wanted some of Jordan, Elman"),
        ("text", MEGABYTE, "x" * LONGEST_TEXT, f"cut to {LONGEST_TEXT} characters"),
        ("act", "sin", "tanh", "kept tanh"),
        ("loss", "[]", "last", "kept last"),
        ("edit", "__class__", "none", "kept none"),
    ],
)
def test_a_bad_value_is_amended_and_nothing_else_is_lost(key, text, value, said):
    name = Recipe.entries()[key].name
    query = {"seed": "7", key: text, "D": "3"}
    told, (remark,) = Recipe().told(query)
    assert told == replace(Recipe(), seed=7, D=3, **{name: value})
    assert said in remark
    assert sentence(remark)


@pytest.mark.parametrize("key", ["color", "", "h", "\0", MEGABYTE, "__class__", "recurrent"])
def test_an_unknown_name_is_said_and_ignored(key):
    told, (remark,) = Recipe().told({key: "1", "seed": "7"})
    assert told == replace(Recipe(), seed=7)
    assert remark.endswith("which this page does not know; ignored.")
    assert sentence(remark)


def test_the_version_of_a_link_is_no_surprise():
    assert Recipe().told({"v": "1"}) == (Recipe(), [])


# ---- what it makes ----------------------------------------------------------------------------


def numbers(recipe):
    """Return everything that a recipe makes, as arrays."""
    trace = recipe.trace()
    gradients = recipe.gradients(trace)
    return [
        trace.x, trace.s, *trace.gates.values(), gradients.ds, *trace.cell.named().values(),
        *recipe.readout().named().values(), gradients.share,
    ]  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(recipe=small_recipes())
def test_the_same_recipe_makes_the_same_numbers(recipe):
    for one, other in zip(numbers(recipe), numbers(replace(recipe)), strict=True):
        np.testing.assert_array_equal(one, other)


@settings(deadline=None, max_examples=60)
@given(query=QUERIES)
def test_what_any_link_makes_can_be_run(query):
    recipe, _ = replace(Recipe(), H=3, T=5).told(query)
    trace = recipe.trace()
    gradients = recipe.gradients(trace)
    assert trace.T == recipe.sequence().xs.shape[0] >= 1
    assert trace.cell.H == recipe.H
    assert gradients.norm().shape == (trace.T + 1,)
    assert np.isfinite(recipe.objective().value(trace))


@settings(deadline=None, max_examples=150)
@given(recipe=small_recipes())
def test_every_recipe_can_be_run(recipe):
    trace = recipe.trace()
    assert recipe.gradients(trace).ds.shape == trace.s.shape
    assert recipe.gradients(trace).share.shape == (trace.T,)


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
@pytest.mark.parametrize("cell", list(CELLS))
def test_the_smallest_and_the_largest_network_can_be_run(cell, activation):
    least = Recipe(cell=cell, activation=activation, H=1, T=1, D=1)
    most = replace(least, H=64, T=200, D=8, gain=4.0, recurrent="gaussian", input="switch")
    for recipe in (least, most, replace(most, memory="chrono"), replace(least, memory="chrono")):
        for loss in ("last", "every", "unit"):
            numbers(replace(recipe, loss=loss))


def test_a_network_that_explodes_is_shown_and_not_an_error():
    recipe = Recipe(
        cell="Elman", activation="relu", H=64, T=200, D=1, gain=4.0, scale="radius",
        input="numbers", text=" ".join(["1e6"] * 200), edit="W_hh", weight=4.0,
    )  # fmt: skip
    trace = recipe.trace()
    gradients = recipe.gradients(trace)
    assert np.abs(trace.s).max() > 1e50
    assert gradients.norm()[0] > 1e50
    assert gradients.share.shape == (200,)


@settings(deadline=None, max_examples=60)
@given(recipe=small_recipes())
def test_one_weight_is_edited_and_no_other(recipe):
    plain, edited = replace(recipe, edit="none").build().named(), recipe.build().named()
    for name, array in edited.items():
        changed = np.argwhere(array != plain[name])
        assert len(changed) <= (name == recipe.edit)
        if name == recipe.edit:
            assert array[recipe.entry_edited(recipe.build())] == recipe.weight


@pytest.mark.parametrize("cell", list(CELLS))
def test_the_cells_of_one_seed_see_the_same_sequence(cell):
    recipe = Recipe(cell=cell, H=3, T=5)
    other = replace(recipe, H=7, gain=3.0)
    np.testing.assert_array_equal(recipe.sequence().xs, other.sequence().xs)
    assert not np.array_equal(recipe.sequence().xs, replace(other, seed=1).sequence().xs)


@settings(deadline=None, max_examples=60)
@given(recipe=small_recipes(scale="radius", edit="none"))
def test_the_radius_is_the_radius(recipe):
    assume(recipe.gain > 1e-6)
    for block in recipe.build().W_hh.reshape(-1, recipe.H, recipe.H):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(recipe.gain, rel=1e-6)


@pytest.mark.parametrize("cell", list(CELLS))
def test_a_weight_that_a_mask_leaves_out_is_named_as_idle(cell):
    """It is idle exactly where no run can tell two of its values apart."""
    recipe, idle = Recipe(cell=cell, H=4, T=16, gain=1.0, edit="W_hh"), 0
    rows, columns = recipe.build().W_hh.shape
    for row, column in np.ndindex(rows, columns):
        one, other = (
            replace(recipe, row=row + 1, column=column + 1, weight=value) for value in (-1.0, 2.0)
        )
        alike = np.array_equal(one.trace().s, other.trace().s)
        assert bool(one.idle(one.build())) == alike
        idle += alike
    assert idle == (6 if cell == "Clockwork" else 0)
    assert not replace(recipe, edit="W_xh").idle(recipe.build())
