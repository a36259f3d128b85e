"""The Kalman filter of the weights: exact where the model is linear, quick to learn where not."""

import numpy as np
import pytest

from explorer import CELLS, Trace
from explorer.learning import blocks, ekf
from explorer.learning.ekf import Astray, Covariance
from explorer.learning.groupings import GROUPINGS
from explorer.learning.model import Model
from explorer.learning.optimisers import SGD
from explorer.learning.rules import Learner
from explorer.learning.rules.ekf import EKF, bent
from explorer.learning.rules.rtrl import RTRL
from explorer.learning.tasks.multi_sine import MultiSine
from explorer.learning.tasks.parity import Parity
from explorer.learning.tasks.temporal_order import TemporalOrder
from explorer.learning.training import train

TASK = MultiSine(T=60)


def learnt(rule, model, batch, task=TASK):
    """Return the losses of a run of the filter and the model that it leaves."""
    samples = list(
        rule.samples(Learner(model, SGD(), None), batch, task.objective, rule.start(model, batch.B))
    )
    return np.array([sample.loss for sample in samples]), samples[-1].learner.model


@pytest.fixture
def regression(rng):
    """Return inputs (T, N, n), targets (T, n): a linear model with n outputs."""
    return rng.standard_normal((200, 12, 2)), rng.standard_normal((200, 2))


@pytest.mark.parametrize("wide", [1, 10_000], ids=["row by row", "at once"])
def test_on_a_linear_model_it_is_ridge_regression(regression, monkeypatch, wide):
    monkeypatch.setattr(ekf, "WIDE", wide)
    monkeypatch.setattr(blocks, "BLOCK", 60)
    inputs, targets = regression
    filter, w = Covariance([np.arange(12)], P0=10.0), np.zeros(12)
    for H, d in zip(inputs, targets, strict=True):
        w = w + filter.update(H, d - H.T @ w, R=0.5)
    X, y = inputs.transpose(0, 2, 1).reshape(-1, 12), targets.ravel()
    precision = X.T @ X / 0.5 + np.eye(12) / 10
    ridge = np.linalg.solve(precision, X.T @ y / 0.5)
    assert np.abs(w - ridge).max() < 1e-9 * np.abs(ridge).max()
    np.testing.assert_allclose(filter.matrix(), np.linalg.inv(precision), rtol=0, atol=1e-12)


def test_of_a_read_out_it_makes_ridge_regression_on_the_states(rng):
    model = Model.init(rng, CELLS["GRU"], 1, 8, 1)
    batch = TASK.batch(rng, 2)
    _, ours = learnt(EKF(P0=3.0, R=0.1, trains="readout"), model, batch)
    h = Trace.of(model.cell, batch.xs).slot("h")[1:][batch.mask > 0]
    X, y = np.column_stack([h, np.ones(len(h))]), batch.targets[batch.mask > 0][:, 0]
    start = np.append(model.readout.W_hy[0], model.readout.b_y)
    ridge = start + np.linalg.solve(X.T @ X / 0.1 + np.eye(9) / 3, X.T @ (y - X @ start) / 0.1)
    found = np.append(ours.readout.W_hy[0], ours.readout.b_y)
    assert np.abs(found - ridge).max() < 1e-9 * np.abs(ridge).max()
    np.testing.assert_array_equal(ours.cell.flat(), model.cell.flat())


def test_all_at_once_and_row_by_row_are_one_filter(rng, monkeypatch):
    filters = []
    for wide in (1, 10_000):
        monkeypatch.setattr(ekf, "WIDE", wide)
        monkeypatch.setattr(blocks, "BLOCK", 70)
        filters.append(Covariance([np.arange(23)], P0=2.0))
    for _ in range(12):
        H, e = rng.standard_normal((23, 3)), rng.standard_normal(3)
        moves = [filter.update(H, e, R=0.3, Q=1e-3) for filter in filters]
        np.testing.assert_allclose(moves[0], moves[1], rtol=1e-10)
        moves = [filter.copy().update(H, e, R=0.3, Q=1e-3) for filter in filters]
        np.testing.assert_allclose(moves[0], moves[1], rtol=1e-10)
    np.testing.assert_allclose(filters[0].matrix(), filters[1].matrix(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("how", GROUPINGS)
def test_it_is_the_textbook_filter_without_what_lies_between_groups(how, rng):
    model = Model.init(rng, CELLS["PeepholeLSTM"], 2, 3, 2)
    groups = GROUPINGS[how](model)
    N = model.size
    filter, P, near = Covariance(groups, P0=0.7), 0.7 * np.eye(N), np.zeros((N, N))
    for group in groups:
        near[np.ix_(group, group)] = 1
    for _ in range(6):
        H, e = rng.standard_normal((N, 2)), rng.standard_normal(2)
        K = P @ H @ np.linalg.inv(0.4 * np.eye(2) + H.T @ P @ H)
        P = (P - K @ H.T @ P) * near + 1e-3 * np.eye(N)
        np.testing.assert_allclose(filter.update(H, e, 0.4, 1e-3), K @ e, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(filter.matrix(), P, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_the_groups_of_units_hold_what_leads_into_each_unit(name, rng):
    model = Model.init(rng, CELLS[name], 2, 4, 3)
    groups = GROUPINGS["unit"](model)
    np.testing.assert_array_equal(np.sort(np.concatenate(groups)), np.arange(model.size))
    owner = {place: k for k, group in enumerate(groups) for place in group}
    sizes = [array.size for array in model.named().values()]
    start = dict(zip(model.named(), np.cumsum(sizes) - sizes, strict=True))
    into = {owner[start["cell.W_xh"] + 2 * row] for row in range(len(model.cell.W_xh))}
    assert len(into) == 4  # whatever the number of gates, four units
    assert owner[start["cell.W_hh"]] == owner[start["cell.b_hh"]] == owner[start["cell.W_xh"]]
    assert owner[start["readout.b_y"] + 1] == owner[start["readout.W_hy"] + 4]
    assert len(GROUPINGS["array"](model)) == len(model.named())


@pytest.mark.parametrize("how", GROUPINGS)
def test_only_the_ratios_of_P0_R_and_Q_matter(how, rng):
    model, batch = Model.init(rng, CELLS["LSTM"], 1, 4, 1), TASK.batch(rng, 1)
    _, one = learnt(EKF(1.0, 0.1, 1e-4, how), model, batch)
    _, other = learnt(EKF(64.0, 6.4, 64e-4, how), model, batch)
    _, third = learnt(EKF(64.0, 0.1, 1e-4, how), model, batch)
    np.testing.assert_allclose(other.flat(), one.flat(), rtol=1e-9)
    assert np.abs(third.flat() - one.flat()).max() > 1e-2


def test_a_window_of_all_steps_is_the_influence_that_is_carried_forward(rng):
    model, batch = Model.init(rng, CELLS["OriginalGRU"], 1, 4, 1), TASK.batch(rng, 2)
    whole, forward = learnt(EKF(R=0.1), model, batch)
    cut, back = learnt(EKF(R=0.1, window=60), model, batch)
    np.testing.assert_allclose(cut, whole, rtol=1e-8)
    np.testing.assert_allclose(back.flat(), forward.flat(), rtol=1e-8)
    short, _ = learnt(EKF(R=0.1, window=2), model, batch)
    assert np.nanmax(np.abs(short - whole)) > 1e-4


@pytest.mark.parametrize("task", [Parity(), TemporalOrder()], ids=["bits", "classes"])
def test_of_outputs_that_are_bent_it_takes_the_slope(task, rng):
    y = rng.standard_normal((3, task.O))
    found = bent(task.objective, y)
    for o in range(task.O):
        step = 1e-6 * np.eye(task.O)[o]
        slope = task.objective.prediction(y + step) - task.objective.prediction(y - step)
        np.testing.assert_allclose(found[:, :, o], slope / 2e-6, rtol=0, atol=1e-9)
    batch = task.batch(rng, 4)
    model = Model.init(rng, CELLS["GRU"], task.D, 5, task.O)
    rule = EKF(R=0.1)
    learner, carry = Learner(model, SGD(), None), rule.start(model, 4)
    losses = []
    for _ in range(4):
        lesson = rule.learn(learner, batch, task.objective, carry)
        learner, carry = lesson.learner, lesson.carry
        losses.append(lesson.loss)
    assert losses[-1] < losses[0]


def test_a_lesson_leaves_the_covariance_before_it_as_it_was(rng):
    model, batch, rule = Model.init(rng, CELLS["Elman"], 1, 4, 1), TASK.batch(rng, 2), EKF()
    carry = rule.start(model, 2)
    before = carry.matrix()
    first, again = (
        rule.learn(Learner(model, SGD(), None), batch, TASK.objective, carry) for _ in range(2)
    )
    np.testing.assert_array_equal(carry.matrix(), before)
    np.testing.assert_array_equal(first.learner.model.flat(), again.learner.model.flat())


def test_what_cannot_be_filtered_is_refused_with_a_cure(rng, monkeypatch):
    with pytest.raises(ValueError, match="P0 > 0"):
        EKF(P0=0.0)
    with pytest.raises(ValueError, match="groups among global, array, unit, got 'row'"):
        EKF(groups="row")
    with pytest.raises(ValueError, match="trains among all, readout, got 'none'"):
        EKF(trains="none")
    with pytest.raises(ValueError, match="window of 0"):
        EKF(window=-1)
    with pytest.raises(ValueError, match="each of 4 weights in exactly one group"):
        Covariance([np.array([0, 1]), np.array([1, 2])])
    monkeypatch.setattr("explorer.learning.rules.ekf.WIDEST", 20)
    model = Model.init(rng, CELLS["Elman"], 1, 4, 1)
    with pytest.raises(ValueError, match=r"at most 20 weights .* got 33; decouple"):
        EKF().start(model, 1)
    EKF(groups="unit").start(model, 1)
    with pytest.raises(Astray, match="left the range of numbers"):
        Covariance([np.arange(2)]).update(np.full((2, 1), 1e200), np.ones(1), 1.0)
    with pytest.raises(Astray, match="not positive"):
        Covariance([np.arange(2)]).update(np.full((2, 1), 1.0), np.ones(1), -5.0)


@pytest.mark.parametrize("single", [True, False], ids=["float32", "float64"])
@pytest.mark.parametrize(
    "rule", [EKF(R=0.1), EKF(R=0.1, groups="unit", window=10), RTRL(), RTRL(every=50)], ids=repr
)
def test_it_can_be_picked_for_training_with_several_sequences(rule, single, rng):
    task = MultiSine(T=40)
    model = Model.init(rng, CELLS["LSTM"], 1, 5, 1)
    updates = train(model, task, rule, SGD(rate=0.1), B=3, clip=1.0, single=single)
    found = [next(updates) for _ in range(3)]
    assert not any(update.trouble for update in found)
    assert found[-1].loss < found[0].loss
    assert found[-1].after.model.dtype == (np.float32 if single else np.float64)


def test_training_stops_with_a_sentence_where_the_filter_goes_astray(rng):
    model = Model.init(rng, CELLS["Elman"], 1, 4, 1, activation="identity", gain=60.0)
    *_, last = train(model, MultiSine(T=300), EKF(P0=1e6, R=1e-9), SGD(), B=1, single=False)
    assert "exploded" in last.trouble
    assert np.isfinite(last.after.model.flat()).all()
