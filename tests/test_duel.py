"""A duel is fair: the same units or nearly the same parameters, and costs that can be counted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import CELLS
from explorer.duel import MOST, Run, contenders, largest, nearest, parameters, runs
from explorer.recipe import Recipe

SIZES = st.integers(1, 64)


@given(cell=st.sampled_from(list(CELLS)), D=st.integers(1, 20), H=SIZES)
def test_parameters_grow_with_the_units(cell, D, H):
    assert parameters(cell, D, H) < parameters(cell, D, H + 1)
    built = CELLS[cell].init(np.random.default_rng(3), D, H, recurrent="orthogonal")
    assert parameters(cell, D, H) == built.size


@given(cell=st.sampled_from(list(CELLS)), D=st.integers(1, 8), wanted=st.integers(1, 5000))
def test_the_nearest_size_is_the_nearest(cell, D, wanted):
    counts = {H: abs(parameters(cell, D, H) - wanted) for H in range(1, 81)}
    assert counts[nearest(cell, D, wanted, 80)] == min(counts.values())


@given(H=SIZES, D=st.integers(1, 8))
def test_the_same_parameters_are_the_nearest_that_can_be_had(H, D):
    recipe = Recipe(H=H, D=D, T=2, fair="parameters", cells=tuple(CELLS)[:MOST])
    most = largest(recipe)
    wanted, found = parameters(most, D, H), contenders(recipe)
    assert found[most].H == H
    for cell, own in found.items():
        got = abs(parameters(cell, D, own.H) - wanted)
        assert got <= abs(parameters(cell, D, own.H + 1) - wanted)
        assert own.H == 1 or got <= abs(parameters(cell, D, own.H - 1) - wanted)


def test_the_same_units_are_the_same():
    found = contenders(Recipe(H=7, cells=("Elman", "GRU")))
    assert {cell: own.H for cell, own in found.items()} == {"Elman": 7, "GRU": 7}


def test_words_count_as_inputs():
    recipe = Recipe(input="words", text="to be or not to be", fair="parameters", H=8)
    wanted = parameters(largest(recipe), 4, 8)
    assert wanted == 4 * (8 * 4 + 8 * 8 + 2 * 8) + 3 * 8  # the peephole LSTM
    for own in contenders(recipe).values():
        assert abs(own.build().size - wanted) < 0.1 * wanted


@pytest.mark.parametrize(("cell", "blocks", "own"), [
    ("Elman", 1, 0), ("GRU", 3, 0), ("OriginalGRU", 3, 0), ("LSTM", 4, 0), ("PeepholeLSTM", 4, 3),
])  # fmt: skip
def test_the_formulas_on_the_page(cell, blocks, own):
    H, D = 6, 5
    run = Run.of(Recipe(cell=cell, H=H, D=D, T=3))
    assert run.parameters == blocks * (H * D + H * H + 2 * H) + own * H
    assert run.multiply_adds == blocks * (H * D + H * H)
    assert run.microseconds > 0


@pytest.mark.parametrize("fair", ["units", "parameters"])
def test_all_contenders_read_the_same_and_are_asked_the_same(fair):
    films = runs(Recipe(H=4, T=5, fair=fair, loss="every"), rounds=2)
    first = next(iter(films.values()))
    for cell, run in films.items():
        np.testing.assert_array_equal(run.trace.x, first.trace.x)
        own = contenders(Recipe(H=4, T=5, fair=fair, loss="every"))[cell]
        np.testing.assert_array_equal(run.gradients.norm(), own.gradients().norm())


def test_a_duel_of_one_and_of_the_smallest_stands():
    for fair in ("units", "parameters"):
        recipe = Recipe(cells=("LSTM",), H=1, T=1, D=1, fair=fair)
        assert list(contenders(recipe)) == ["LSTM"]
        assert runs(replace(recipe, cells=tuple(CELLS)[:MOST]))["Elman"].trace.T == 1
