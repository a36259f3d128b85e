"""Real-time recurrent learning: what is carried forward is what backpropagation carries back."""

import numpy as np
import pytest

from explorer import CELLS, GradientTrace, Trace
from explorer.cells.records import Clamp, at
from explorer.learning.model import Model
from explorer.learning.optimisers import SGD
from explorer.learning.rtrl import gradient, online, recent, rtrl
from explorer.learning.rules import Learner
from explorer.learning.rules.bptt import BPTT
from explorer.learning.rules.rtrl import RTRL
from explorer.learning.sensitivity import by_unit, local
from explorer.learning.tasks.multi_sine import MultiSine
from explorer.learning.truncation import truncated
from tests.cells.specimens import SPECIMENS

KINDS = {**CELLS, **{f"{kind.__name__} (tests)": kind for kind in SPECIMENS}}
TASK = MultiSine(T=30)


def apart(ours, theirs):
    """Return how far two vectors differ, relative to the second."""
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def cell(request, rng):
    return request.param.init(rng, 2, 5, gain=1.5)


def run(cell, rng, T=12, B=2):
    """Return a trace from a state that is not zero, and a loss that looks at every entry of it."""
    s0 = rng.standard_normal((B, cell.S)) if B else None
    trace = Trace.of(cell, rng.standard_normal((T, B, cell.D)), s0)
    return trace, rng.standard_normal((T, B, cell.S))


@pytest.mark.parametrize("B", [1, 3])
def test_it_equals_backpropagation_for_every_cell(cell, rng, B):
    trace, dL_ds = run(cell, rng, B=B)
    whole = GradientTrace.of(trace, dL_ds).dcell.flat()
    assert apart(gradient(trace, dL_ds).flat(), whole) < 1e-12
    steps = online(cell, trace.x, trace.s[0])
    ours = sum(sensed.grad(dL) for sensed, dL in zip(steps, dL_ds, strict=True))
    assert apart(ours, whole) < 1e-12


@pytest.mark.parametrize("name", CELLS)
def test_it_equals_backpropagation_where_gradients_last_and_where_a_gate_is_held(name, rng):
    cell = CELLS[name].init(rng, 2, 8, recurrent="orthogonal", gain=1.2, keep_bias=2.0)
    if cell.gates:
        cell = cell.clamped(Clamp(cell.gates[0], 0.7, 5, 9), Clamp(cell.gates[-1], 0.2, 0, 3, 1))
    trace, dL_ds = run(cell, rng, T=60)
    whole = GradientTrace.of(trace, dL_ds).dcell.flat()
    assert apart(gradient(trace, dL_ds).flat(), whole) < 1e-12


def test_at_every_step_it_knows_the_gradient_of_the_losses_so_far(cell, rng):
    trace, dL_ds = run(cell, rng)
    so_far = 0.0
    for t, (sensed, dL) in enumerate(zip(rtrl(trace), dL_ds, strict=True)):
        so_far = so_far + sensed.grad(dL)
        until = np.concatenate([dL_ds[: t + 1], np.zeros_like(dL_ds[t + 1 :])])
        assert apart(so_far, GradientTrace.of(trace, until).dcell.flat()) < 1e-12


def test_the_short_way_by_unit_says_what_the_long_way_says(rng, monkeypatch):
    for kind in KINDS.values():
        cell = kind.init(rng, 2, 4)
        trace, dL_ds = run(cell, rng)
        short = gradient(trace, dL_ds).flat()
        with monkeypatch.context() as patch:
            patch.setattr("explorer.learning.sensitivity.by_unit", lambda cell: False)
            assert apart(short, gradient(trace, dL_ds).flat()) < 1e-13
        step = at(trace.steps, 3)
        units = by_unit(cell)
        asked = len(cell.slots) if units else cell.S
        assert all(direct.shape[1] == asked for direct in local(cell, step, units).direct)


def test_a_long_trace_is_cut_into_stretches_that_join(rng, monkeypatch):
    cell = CELLS["LSTM"].init(rng, 2, 4)
    trace, dL_ds = run(cell, rng, T=11)
    whole = gradient(trace, dL_ds).flat()
    monkeypatch.setattr("explorer.learning.rtrl.LARGEST", 3 * trace.B * len(cell.slots) * cell.size)
    np.testing.assert_array_equal(gradient(trace, dL_ds).flat(), whole)


@pytest.mark.parametrize("window", [1, 4, 12])
def test_a_window_follows_an_influence_back_so_many_steps(cell, rng, window):
    trace, dL_ds = run(cell, rng)
    trace, ours = Trace.of(cell, trace.x), 0.0
    whole = truncated(trace, dL_ds, window).dcell.flat()
    for seen, dL in zip(recent(cell, trace.x, window), dL_ds, strict=True):
        ours = ours + seen.pulled(dL[:, None]).sum(axis=(0, 1))
    assert apart(ours, whole) < 1e-12


def test_what_is_asked_of_the_state_may_be_several_things(cell, rng):
    trace, _ = run(cell, rng)
    asked = rng.standard_normal((trace.B, 3, cell.S))
    for sensed in rtrl(trace):
        found = sensed.pulled(asked)
        for k in range(3):
            assert apart(found[:, k].sum(0), sensed.grad(asked[:, k])) < 1e-13


@pytest.mark.parametrize("name", CELLS)
def test_on_line_it_departs_by_as_much_as_the_weights_move(name, rng):
    """Halving the learning rate halves what lies between it and the gradient of fixed weights."""
    model = Model.init(rng, CELLS[name], 1, 6, 1)
    batch = TASK.batch(rng, 1)
    fixed = walked(model, batch, 0.0)
    departures = [apart(walked(model, batch, rate), fixed) for rate in (4e-4, 2e-4, 1e-4)]
    assert departures[0] > 1e-6
    ratios = np.array(departures[:-1]) / departures[1:]
    np.testing.assert_allclose(ratios, 2.0, rtol=0.05)


def walked(model, batch, rate):
    """Return the sum of the gradients that an on-line run followed at this learning rate."""
    optimiser = SGD(rate=rate)
    learner = Learner(model, optimiser, optimiser.start(model))
    samples = RTRL().samples(learner, batch, TASK.objective)
    return sum(sample.gradient for sample in samples if sample.gradient is not None)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("every", [30, 1000])
def test_with_one_update_at_the_end_the_rule_is_backpropagation(name, every, rng):
    model = Model.init(rng, CELLS[name], 1, 6, 1)
    batch = TASK.batch(rng, 3)
    optimiser = SGD(rate=0.1)
    ours, theirs = (
        rule.learn(Learner(model, optimiser, optimiser.start(model)), batch, TASK.objective, None)
        for rule in (RTRL(every), BPTT())
    )
    assert abs(ours.loss / theirs.loss - 1) < 1e-12
    assert abs(ours.gradient_norm / theirs.gradient_norm - 1) < 1e-12
    moved = [lesson.learner.model.flat() - model.flat() for lesson in (ours, theirs)]
    assert apart(*moved) < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_it_learns_while_it_runs(seed):
    rng = np.random.default_rng(seed)
    model, batch = Model.init(rng, CELLS["Elman"], 1, 8, 1), MultiSine(T=500).batch(rng, 1)
    late = {}
    for rate in (0.0, 0.03):
        optimiser = SGD(rate=rate)
        learner = Learner(model, optimiser, optimiser.start(model))
        samples = RTRL().samples(learner, batch, TASK.objective)
        late[rate] = np.mean([sample.loss for sample in samples][-200:])
    assert late[0.03] < 0.2 * late[0.0]


def test_a_run_that_explodes_carries_on_without_a_warning(rng):
    cell = CELLS["Elman"].init(rng, 1, 3, gain=40.0, activation="identity")
    *_, last = online(cell, rng.standard_normal((400, 1, 1)))
    assert not np.isfinite(last.ds_dw).all()


def test_inputs_of_another_shape_and_an_update_every_no_steps_are_refused(rng):
    cell = CELLS["Elman"].init(rng, 2, 3)
    with pytest.raises(ValueError, match=r"wanted inputs of shape \(B, 2\), got \(2,\) at step 0"):
        next(online(cell, np.zeros((4, 2))))
    with pytest.raises(ValueError, match="every 1 or more steps, got 0"):
        RTRL(0)
