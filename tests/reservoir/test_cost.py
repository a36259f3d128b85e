"""Three ways to train one network: what each moves, and what it reaches."""

import numpy as np
import pytest

from explorer.learning.model import Model
from explorer.readout import Readout
from explorer.reservoir.cost import SETTLE, WINDOW, Lesson, descended, solved
from explorer.reservoir.forecast import WASHOUT, squeezed_series
from tests.reservoir.drawing import drawn


def setting(seed, N=40, train=600, name="mackey-glass"):
    rng = np.random.default_rng([seed, 9])
    lesson = Lesson(squeezed_series(name, rng, WASHOUT + train + 201), train)
    fed = lesson.series.shape[1]
    return drawn([seed, 8], N, inputs=0, fed=fed, leak=0.8, density=0.2, bias=0.2), lesson


@pytest.mark.parametrize("seed", range(3))
def test_the_solve_is_far_better_than_gradients_after_forty_updates(seed):
    reservoir, lesson = setting(seed)
    mark, fit, trace = solved(reservoir, lesson, 1e-8)
    assert fit.remark == ""
    assert trace.T == lesson.end
    marks = {}
    for all_weights in (False, True):
        course = list(descended(reservoir, lesson, 40, 0.003, all_weights=all_weights))
        assert [m.updates for m in course] == list(range(0, 41, 5))
        assert np.diff([m.seconds for m in course]).min() > 0
        assert course[-1].error < 0.5 * course[0].error
        marks[all_weights] = course[-1]
    assert mark.error < 0.1 * marks[True].error
    assert marks[True].error < marks[False].error
    assert mark.trained == marks[False].trained == 41
    assert marks[True].trained == 41 + 40 * (40 + 1 + 2)


def test_the_held_out_error_is_that_of_one_step(rng):
    reservoir, lesson = setting(0)
    mark, fit, _ = solved(reservoir, lesson, 1e-8)
    h = reservoir.driven(lesson.series[lesson.end - WASHOUT : -1]).slot("h")[1:, 0]
    missed = fit.readout(h)[WASHOUT:] - lesson.series[lesson.end + 1 :]
    wanted = np.sqrt(np.mean(missed**2)) / lesson.series.std()
    assert mark.error == pytest.approx(wanted, rel=1e-9)
    silent = Model(reservoir.cell, Readout(np.zeros((1, 40)), np.zeros(1)))
    assert lesson.error(silent) > 0.5


def test_windows_lie_in_the_training_data():
    _, lesson = setting(0, name="lorenz")
    xs, ys = lesson.windows()
    assert xs.shape == ys.shape == (WINDOW, 6, 3)
    np.testing.assert_array_equal(xs[1:], ys[:-1])
    np.testing.assert_array_equal(xs[:, 0], lesson.series[WASHOUT : WASHOUT + WINDOW])
    assert SETTLE < WINDOW


def test_too_short_a_lesson_still_has_a_window():
    _, lesson = setting(0, train=50)
    xs, _ = lesson.windows()
    assert xs.shape == (50, 1, 1)


def test_training_that_explodes_ends():
    reservoir, lesson = setting(0)
    course = list(descended(reservoir, lesson, 40, 1e200, all_weights=True))
    assert len(course) <= 9
    assert not np.isfinite(course[-1].error) or course[-1].error > 1
