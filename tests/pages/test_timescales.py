"""What the page about time scales says, as numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.dynamics.half_life import steps_to_half
from explorer.recipes.timescales import Timescales
from explorer.trace import Trace
from tests.pages.test_claims import says
from tests.pages.visiting import film, link, recipe_of, stands, visit

PAGE = "timescales"
SEEDS = range(3)


def lives(recipe, key):
    """Return the half-lives of all pushes of one network, and the formula's."""
    one = next(one for one in recipe.mechanisms() if one.key == key)
    return recipe.followed(one).half_life, one.formula


def middle(recipe, key):
    """Return the median half-life."""
    return float(np.median(lives(recipe, key)[0]))


@pytest.mark.parametrize("seed", SEEDS)
def test_without_input_they_sit_on_their_formulas(seed):
    says(PAGE, "sit on their formulas")
    recipe = Timescales(seed=seed, leak=0.05, radius=0.93)
    for key, factor in (("leak", 0.95), ("radius", 0.93), ("clock1", 0.93)):
        found, formula = lives(recipe, key)
        assert formula == pytest.approx(np.log(0.5) / np.log(factor))
        np.testing.assert_allclose(found, formula, rtol=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_clock_multiplies_time(seed):
    says(PAGE, "only at every sixteenth step: its line is a staircase")
    recipe = Timescales(seed=seed)
    clocks = {one.key: one for one in recipe.mechanisms()}
    fast, slow = (recipe.followed(clocks[key]).left for key in ("clock1", "clock16"))
    ticks = np.arange(len(slow)) // 16
    np.testing.assert_allclose(slow, fast[ticks], rtol=1e-4)
    found, formula = lives(recipe, "clock16")
    assert formula == pytest.approx(16 * steps_to_half(recipe.radius))
    np.testing.assert_allclose(found, formula, atol=16)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_input_slopes_fall_and_the_leak_does_not_care(seed):
    says(PAGE, "forget faster than their formulas say. The leak does not care")
    recipe = Timescales(seed=seed, drive=2.0)
    for key in ("radius", "clock1", "clock4"):
        found, formula = lives(recipe, key)
        assert np.median(found) < 0.9 * formula
    found, formula = lives(recipe, "leak")
    np.testing.assert_allclose(found, formula, rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_forget_gate_is_only_the_direct_path(seed):
    says(PAGE, "the memory can last longer than the gate alone says")
    recipe = Timescales(seed=seed, coupling=0.5, T=400)
    found, formula = lives(recipe, "forget")
    assert found.max() > 1.5 * formula
    alone, formula = lives(replace(recipe, coupling=0.0), "forget")
    np.testing.assert_allclose(alone, formula, rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_gaussian_weights_most_pushes_die_sooner(seed):
    says(PAGE, "Most pushes die sooner")
    found, formula = lives(Timescales(seed=seed, recurrent="gaussian"), "radius")
    assert (found < formula).mean() > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_the_echo_states_formula_is_that_of_its_slowest_direction(seed):
    says(PAGE, "most directions are much faster")
    recipe = Timescales(seed=seed)
    found, formula = lives(recipe, "echo")
    assert (found < 0.5 * formula).mean() > 0.5
    cell = next(one.cell for one in recipe.mechanisms() if one.key == "echo")
    slow = np.linalg.eigvals(0.9 * np.eye(recipe.H) + 0.1 * cell.W_hh)
    assert np.log(0.5) / np.log(np.abs(slow).max()) == pytest.approx(formula)


def test_the_leaky_units_are_leaky_units(rng):
    says(
        PAGE,
        r"The leaky units, $h_t = (1 - \\alpha) h_{t-1} + \\alpha \\tanh(a_t)$, have no recurrent",
    )
    alone, echo = (
        next(one.cell for one in Timescales().mechanisms() if one.key == key)
        for key in ("leak", "echo")
    )
    assert not alone.W_hh.any()
    assert np.abs(np.linalg.eigvals(echo.W_hh)).max() == pytest.approx(0.9)
    recipe = Timescales(leak=0.3)
    cell, xs = recipe.leaky(rng, 0.8), rng.standard_normal((20, 1, 1))
    h, W, U = np.zeros(recipe.H), cell.W_xh, cell.W_hh
    for x, found in zip(xs[:, 0], Trace.of(cell, xs).s[1:, 0], strict=True):
        h = 0.7 * h + 0.3 * np.tanh(W @ x + U @ h)
        np.testing.assert_allclose(found, h, atol=1e-14)


def test_the_axis_shows_what_was_measured():
    app = visit(PAGE, {"periods": "2 8", "radius": "0.8"})
    header, arrays = film(app)
    recipe = recipe_of(app, PAGE)
    marks = {mark["name"]: mark for mark in header["scale"]["marks"]}
    assert len(marks) == 6
    assert "clock of period 8, ρ = 0.8" in marks
    found, formula = lives(recipe, "radius")
    mark = marks["spectral radius ρ = 0.8"]
    assert mark["formula"] == pytest.approx(formula)
    assert mark["measured"] == pytest.approx(np.median(found), rel=1e-3)
    ticks = arrays["ticks"]
    np.testing.assert_array_equal(ticks[:, 1], (np.arange(1, recipe.T + 1) % 8 == 0))


@pytest.mark.parametrize("typed", ["", "0", "1, x", "fast", "-4", "1.5"])
def test_a_bad_list_of_periods_is_said_and_the_last_good_one_kept(typed):
    app = visit(PAGE, {"periods": "1, 7"})
    app.text_input[0].set_value(typed)
    stands(app.run())
    (warning,) = app.warning
    assert "wanted whole numbers from 1 to 9999" in warning.value
    assert recipe_of(app, PAGE).periods == "1, 7"
    assert app.text_input[0].value == typed
    assert link(app) == {"periods": "1, 7"}
    app.text_input[0].set_value("3")
    stands(app.run())
    assert not app.warning
    assert recipe_of(app, PAGE).groups() == (3,)


def test_periods_can_be_edited_wherever_a_clockwork_network_is_shown():
    for page in ("gates", "unrolling", "nudge", "vanishing_gradients", "backpropagation"):
        app = visit(page, {"cell": "Clockwork", "cells": "Elman,Clockwork", "H": "8", "T": "12"})
        (field,) = [one for one in app.text_input if one.key == f"{page}.periods"]
        field.set_value("3, 5")
        stands(app.run())
        recipe = recipe_of(app, page)
        assert replace(recipe, cell="Clockwork").build().periods == (3, 5)
        field = next(one for one in app.text_input if one.key == f"{page}.periods")
        field.set_value("3, none")
        stands(app.run())
        assert len(app.warning) == 1
        assert recipe_of(app, page).periods == "3, 5"


def test_networks_that_forget_nothing_are_drawn():
    header, _ = film(visit(PAGE, {"radius": "1.2", "bias": "8", "leak": "0.01"}))
    marks = {mark["name"]: mark for mark in header["scale"]["marks"]}
    grown = marks["spectral radius ρ = 1.2"]
    assert grown["measured"] is None
    assert grown["formula"] is None
