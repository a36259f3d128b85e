"""The check agrees where the gradient is right, objects where it is wrong, or says it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, GradientTrace, Trace
from explorer.learning.gradient_check import GradientCheck, Weighed, gradient_check
from explorer.learning.losses import EveryState, LastState, OneUnit
from explorer.recipe import Recipe

LOSSES = (LastState(), EveryState(), OneUnit(t=3, unit=1))


@pytest.fixture(params=CELLS.values(), ids=CELLS)
def trace(request, rng):
    cell = request.param.init(rng, 2, 3, gain=1.5)
    return Trace.of(cell, rng.standard_normal((9, 1, 2)), rng.standard_normal((1, cell.S)))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_right_gradient_agrees(trace, loss, rng):
    check = gradient_check(GradientTrace.of(trace, loss.gradient(trace)), loss, rng)
    assert check.error < 1e-8
    assert check.agrees
    assert "Ours and the differences agree" in check.sentence
    assert len(check.weights) == 8


def test_a_wrong_gradient_does_not(trace, rng):
    loss = EveryState()
    wrong = GradientTrace.of(trace, 1.001 * loss.gradient(trace))
    check = gradient_check(wrong, loss, rng)
    assert check.error == pytest.approx(0.001, rel=0.01)
    assert not check.agrees
    assert "NOT" in check.sentence


@pytest.mark.parametrize("count", [1, 8, 40])
def test_no_weight_is_checked_twice(count, rng):
    trace = Trace.of(CELLS["Elman"].init(rng, 1, 2), rng.standard_normal((4, 1, 1)))
    gradients = GradientTrace.of(trace, LastState().gradient(trace))
    for seed in range(20):
        check = gradient_check(gradients, LastState(), np.random.default_rng(seed), count)
        places = [(w.name, w.place) for w in check.weights]
        assert len(set(places)) == len(places) == min(count, 10)  # 2 + 4 + 2 + 2 weights in all


def test_every_array_has_its_turn(trace, rng):
    loss = LastState()
    gradients = GradientTrace.of(trace, loss.gradient(trace))
    names = {w.name for w in gradient_check(gradients, loss, rng, 9).weights}
    assert names == set(trace.cell.named())


def test_the_same_seed_checks_the_same_weights(trace):
    loss = LastState()
    gradients = GradientTrace.of(trace, loss.gradient(trace))
    first, again, other = (
        gradient_check(gradients, loss, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert [(w.name, w.place) for w in first.weights] != [(w.name, w.place) for w in other.weights]


def test_a_vanished_gradient_is_compared_all_the_same():
    recipe = Recipe(cell="Elman", H=4, T=60, gain=0.05, recurrent="orthogonal")
    check = gradient_check(recipe.gradients(), recipe.objective(), np.random.default_rng(0))
    assert check.agrees


def test_where_nothing_depends_on_a_weight_both_say_so():
    flat = GradientCheck((Weighed("W_hh", (0, 0), 0.0, 0.0, 0.0),))
    assert flat.error == 0
    assert flat.agrees


def test_noise_is_not_taken_for_a_gradient():
    recipe = Recipe(cell="Elman", H=4, T=20, loss="unit", at=1, of=1, seed=3)
    gradients = recipe.gradients()
    for seed in range(20):
        check = gradient_check(gradients, recipe.objective(), np.random.default_rng(seed), 1)
        assert check.agrees, check
        if check.weights[0].ours == 0:
            assert "0" in check.sentence


def test_a_run_that_left_float64_is_said_to_have(rng):
    cell = CELLS["Elman"].init(rng, 1, 3, recurrent="gaussian", gain=1e200, activation="identity")
    trace = Trace.of(cell, np.ones((9, 1, 1)))
    loss = EveryState()
    check = gradient_check(GradientTrace.of(trace, loss.gradient(trace)), loss, rng)
    assert np.isnan(check.error)
    assert not check.agrees
    assert "left float64" in check.sentence


def test_a_loss_too_sharp_for_differences_is_said_to_be():
    recipe = Recipe(cell="Elman", H=32, T=200, gain=4.0, recurrent="gaussian", loss="every")
    check = gradient_check(recipe.gradients(), recipe.objective(), np.random.default_rng(0))
    assert not check.tells
    assert not check.agrees
    assert "cannot follow" in check.sentence


def test_clamps_are_part_of_what_is_checked(rng):
    from explorer.cells.records import Clamp

    cell = CELLS["LSTM"].init(rng, 2, 3).clamped(Clamp("f", 0.5, 2, 6))
    trace = Trace.of(cell, rng.standard_normal((9, 1, 2)))
    loss = LastState()
    gradients = GradientTrace.of(trace, loss.gradient(trace))
    assert gradient_check(gradients, loss, rng).error < 1e-8
    freed = replace(gradients, trace=Trace.of(replace(cell, clamps=()), trace.x))
    assert gradient_check(freed, loss, rng).error > 1e-6
