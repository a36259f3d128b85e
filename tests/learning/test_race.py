"""A race along one stream: every rule sees the same samples, and an explosion ends its curve."""

import numpy as np
import pytest

from explorer import CELLS
from explorer.learning.model import Model
from explorer.learning.objectives import SquaredError
from explorer.learning.optimisers import SGD
from explorer.learning.race import (
    Entrant,
    Run,
    advantage,
    advantage_by_second,
    best,
    entrants,
    smooth,
)
from explorer.learning.rules.ekf import EKF
from explorer.learning.rules.rtrl import RTRL
from explorer.learning.tasks.multi_sine import MultiSine


def run_of(rule, late, seconds=1.0, T=80):
    return Run(rule, "", np.full(T, late), np.linspace(0, seconds, T))


def test_each_sample_is_met_once_and_timed(rng):
    model, batch = Model.init(rng, CELLS["GRU"], 1, 4, 1), MultiSine(T=30).batch(rng, 1)
    runs = [one.run(model, batch, SquaredError()) for one in entrants(EKF())]
    assert {run.rule for run in runs} == {"SGD", "Adam", "EKF"}
    assert len({run.setting for run in runs if run.rule == "SGD"}) == 4
    first = batch.mask[:, 0].argmax()
    for run in runs:
        np.testing.assert_array_equal(np.isfinite(run.loss), batch.mask[:, 0] > 0)
        assert (np.diff(run.seconds) >= 0).all()
        assert run.loss[first] == pytest.approx(runs[0].loss[first], rel=1e-12)


def test_a_run_that_explodes_ends_there_and_wins_nothing(rng):
    model = Model.init(rng, CELLS["Elman"], 1, 4, 1, activation="identity")
    batch = MultiSine(T=400).batch(rng, 1)
    wild = Entrant(RTRL(), SGD(rate=50.0)).run(model, batch, SquaredError())
    assert wild.late == np.inf
    assert np.isnan(wild.loss[-1])
    assert np.isnan(smooth(wild.loss)[-1])


def test_the_best_are_chosen_with_hindsight_and_compared():
    runs = [run_of("SGD", 0.4), run_of("SGD", 0.2), run_of("Adam", 0.3), run_of("EKF", 0.01, 2.0)]
    assert best(runs)["SGD"] is runs[1]
    assert advantage(runs) == pytest.approx(20)
    assert advantage_by_second(runs) == pytest.approx(20)
    assert advantage([*runs[:3], run_of("EKF", np.nan)]) == 0


def test_an_error_is_that_of_the_last_forty_samples():
    loss = np.arange(100.0)
    loss[:3] = np.nan
    found = smooth(loss)
    assert np.isnan(found[2])
    assert found[3] == 3
    assert found[-1] == pytest.approx(np.mean(loss[-40:]))
