"""A run that is cut and goes on is one run: clocks go on counting and surgery keeps its steps."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, Trace, unroll
from explorer.cells.records import Clamp
from explorer.learning.model import Model
from explorer.learning.objectives import SquaredError
from explorer.learning.optimisers import SGD
from explorer.learning.rtrl import online
from explorer.learning.rules.base import Learner
from explorer.learning.rules.bptt import BPTT
from explorer.learning.rules.truncated_bptt import TruncatedBPTT
from explorer.learning.tasks.base import Batch
from explorer.text.reading import Reading
from explorer.text.vocabulary import Vocabulary
from explorer.text.writing import write
from explorer.wiring.stack import Stack
from explorer.wiring.stack_films import StackTrace
from tests.cells.numerics import assert_close

T, B, D, H, O = 13, 2, 3, 5, 2  # noqa: E741
CUTS = (1, 3, 8)
KINDS = {name: (kind, ()) for name, kind in CELLS.items()} | {
    f"{name}-held": (CELLS[name], (Clamp(CELLS[name].gates[0], 0.3, 4, 9),))
    for name in ("LSTM", "Clockwork")
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def model(request, rng):
    kind, clamps = request.param
    drawn = Model.init(rng, kind, D, H, O)
    return replace(drawn, cell=drawn.cell.clamped(*clamps))


@pytest.fixture
def xs(rng):
    return rng.standard_normal((T, B, D))


@pytest.mark.parametrize("cut", CUTS)
def test_every_kind_of_run_goes_on(model, xs, cut):
    whole = model.film(xs)
    s, rest = whole.trace.s[cut], model.cell.from_step(cut)
    film = model.film(xs[cut:], s, cut)
    assert_close(film.trace.s, whole.trace.s[cut:], 1e-14)
    assert_close(film.y, whole.y[cut:], 1e-14)
    for run in (unroll(rest, xs[cut:], s), (seen.step for seen in online(rest, xs[cut:], s))):
        assert_close(np.array([step.s for step in run]), whole.trace.s[cut + 1 :], 1e-14)


@pytest.mark.parametrize("cut", CUTS)
def test_layers_go_on(model, xs, cut, rng):
    upper = replace(model.cell, W_xh=rng.standard_normal((len(model.cell.W_xh), H)))
    stack = Stack.init(CELLS["Elman"], rng, D, H)
    layers = tuple(replace(stack.layers[0], forward=cell) for cell in (model.cell, upper))
    stack = Stack(layers)
    first = StackTrace.of(stack, xs[:cut])
    rest = StackTrace.of(stack.from_step(cut), xs[cut:], first.last)
    assert_close(rest.h, StackTrace.of(stack, xs).h[cut:], 1e-13)


def test_no_run_goes_on_from_the_end_of_a_sequence(rng):
    with pytest.raises(ValueError, match="can only be continued"):
        Stack.init(CELLS["GRU"], rng, D, H, directions=2).from_step(1)


@pytest.mark.parametrize("windows", [(1, 1), (3, 3), (4, 7), (T, T)])
def test_windows_of_truncation_are_one_run(model, xs, windows, rng):
    """With a rate of 0 every window sees the same weights, so its losses are those of the run."""
    batch = Batch(xs, rng.standard_normal((T, B, O)), np.ones((T, B)))
    optimiser = SGD(0.0)
    learner = Learner(model, optimiser, optimiser.start(model))
    ours, whole = (
        rule.learn(learner, batch, SquaredError(), rule.start(model, B))
        for rule in (TruncatedBPTT(*windows), BPTT())
    )
    assert ours.loss == pytest.approx(whole.loss, rel=1e-13)


def test_what_is_written_is_read_as_it_was_written(model, rng):
    vocabulary = Vocabulary.of("aabbccdd")
    V = len(vocabulary)
    drawn = Model.init(rng, type(model.cell), V, H, V).map(lambda array: 3 * array)
    model = replace(drawn, cell=drawn.cell.clamped(*model.cell.clamps))
    reading = Reading.of(model, vocabulary, "abcdab")
    found = write(reading, 3, 9, 1.0, rng)
    again = Reading.of(model, vocabulary, reading.text[:3] + found.text)
    writable = again.p[2:-1, :-1]
    assert_close(found.p[:, :-1], writable / writable.sum(axis=1, keepdims=True), 1e-12)


def test_a_film_taken_up_midway_is_that_of_the_run(model, xs):
    trace = Trace.of(model.cell, xs)
    for t, step in enumerate(unroll(model.cell, xs)):
        for gate in model.cell.gates:
            assert_close(trace[t].gates[gate], step.gates[gate], 1e-14)
