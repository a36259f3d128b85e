from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.dynamics.course import Course, Measures
from explorer.initialisers import spectral_radius
from explorer.learning import history as history_room
from explorer.learning.history import History
from explorer.learning.model import Model
from explorer.learning.optimisers import SGD, Adam, Momentum, RMSProp
from explorer.learning.rules import RULES
from explorer.learning.rules.bptt import BPTT
from explorer.learning.rules.truncated_bptt import TruncatedBPTT
from explorer.learning.tasks.adding import Adding
from explorer.learning.training import Training, train

TASK = Adding(T=12)


def drawn(kind="LSTM", H=6, seed=0):
    return Model.init(np.random.default_rng([seed, 0]), CELLS[kind], TASK.D, H, TASK.O)


def training(**changes):
    given = {"optimiser": Adam(0.01), "rule": BPTT(), "clip": 1.0, "B": 4} | changes
    return Training(TASK, **given)


def grown(n, first=None, **changes):
    """Return a history of n updates."""
    history = first or History.begin(training(**changes), drawn())
    return history.followed_by(islice(history.ahead(), n))


def same(a, b):
    return (a.flat() == b.flat()).all()


def test_training_is_a_generator_of_updates():
    updates = list(islice(train(drawn(), TASK, BPTT(), Adam(0.01), B=4), 5))
    assert [update.index for update in updates] == [1, 2, 3, 4, 5]
    assert all(np.isfinite(update.loss) and update.gradient_norm > 0 for update in updates)
    assert updates[0].flow.shape == (TASK.T + 1,)


def test_the_loss_falls():
    history = grown(300, B=16)
    assert history.smooth[-1] < 0.5 * history.smooth[20]


def test_a_run_paused_is_the_run_unbroken():
    whole, parts = grown(30), grown(0)
    for n in (1, 2, 7, 20):
        parts = grown(n, parts)
    assert parts.N == whole.N == 30
    assert same(parts.last.model, whole.last.model)
    assert (parts.loss == whole.loss).all()


@pytest.mark.parametrize("rule", [BPTT(), TruncatedBPTT(4, 8), RULES["RTRL"](4), RULES["EKF"]()])
def test_any_update_can_be_played_again_to_the_last_bit(rule):
    changes = {"rule": rule, "single": False}
    history = grown(12, History.begin(training(**changes), drawn(H=3)))
    history = replace(history, checkpoints=history.checkpoints[::4], stride=4)
    for n in (0, 3, 4, 7, 11, 12):
        fresh = grown(n, History.begin(training(**changes), drawn(H=3)))
        assert history.at(n).index == n
        assert same(history.at(n).model, fresh.last.model)


def test_checkpoints_are_thinned_and_stay_exact(monkeypatch):
    monkeypatch.setattr(history_room, "MOST", 8)
    history = grown(50)
    assert history.stride == 8
    assert [mark.index for mark in history.checkpoints] == [0, 8, 16, 24, 32, 40, 48]
    assert same(history.at(37).model, grown(37).last.model)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimiser": Adam(0.1)},
        {"optimiser": RMSProp(0.01)},
        {"clip": None},
        {"rule": TruncatedBPTT(3, 6)},
        {"B": 8},
    ],
)
def test_settings_changed_midway_are_played_again_as_they_were(changes):
    first = grown(10, optimiser=Momentum(0.01)) if "B" in changes else grown(10)
    second = grown(10, first.under(replace(first.training, **changes)))
    third = grown(5, second.under(first.training))
    assert [start for start, _ in third.course] == [0, 10, 20]
    third = replace(third, checkpoints=third.checkpoints[::5], stride=5)
    assert same(third.at(10).model, first.last.model)
    assert same(third.at(20).model, second.last.model)
    sparse = replace(third, checkpoints=third.checkpoints[:1], stride=1000)
    assert same(sparse.at(24).model, third.at(24).model)


def test_what_is_taken_back_can_be_made_again():
    history = grown(20)
    back = history.back_to(13)
    assert back.N == len(back.loss) == 13
    assert same(back.last.model, history.at(13).model)
    again = grown(7, back)
    assert same(again.last.model, history.last.model)
    assert (again.loss == history.loss).all()
    with pytest.raises(ValueError, match="wanted an update from 0 to 20"):
        history.at(21)


def test_a_change_before_the_first_update_is_no_change_midway():
    history = grown(0).under(training(optimiser=SGD(0.5)))
    assert len(history.course) == 1
    assert same(grown(5, history).last.model, grown(5, optimiser=SGD(0.5)).last.model)


@pytest.mark.parametrize("rate", [1e3, 1e30])
def test_an_explosion_is_said_and_the_last_good_weights_are_kept(rate):
    good = grown(5)
    wild = good.under(training(optimiser=SGD(rate), clip=None))
    blown = grown(50, wild)
    assert "exploded" in blown.trouble
    assert np.isfinite(blown.last.model.flat()).all()
    assert np.isfinite(blown.loss).all()
    assert blown.N < 55
    # Back to where all was well, and on with a smaller rate: nothing is lost.
    healed = grown(5, blown.back_to(5).under(good.training))
    assert same(healed.last.model, grown(10).last.model)


def test_a_window_of_the_whole_sequence_is_the_whole_gradient():
    for k in (TASK.T, TASK.T + 5):
        one = grown(6, rule=TruncatedBPTT(k, k), single=False)
        np.testing.assert_allclose(
            one.last.model.flat(), grown(6, single=False).last.model.flat(), rtol=1e-10
        )


def test_a_window_knows_nothing_before_it():
    history = grown(1, rule=TruncatedBPTT(4, 4))
    # The loss stands at the last step: it goes back 4 states, and no further.
    assert (history.flow[0, :5] > 0).all()
    assert not history.flow[0, 5:].any()
    longer = grown(1, rule=TruncatedBPTT(4, 7))
    assert (longer.flow[0, :8] > 0).all()
    assert not longer.flow[0, 8:].any()


def test_a_window_goes_on_from_the_state_before():
    """The loss of the first batch is that of the whole sequence, whatever the window."""
    assert grown(1, rule=TruncatedBPTT(5, 5)).loss == pytest.approx(grown(1).loss, rel=1e-6)
    with pytest.raises(ValueError, match="1 <= k1 <= k2"):
        TruncatedBPTT(5, 4)


def test_the_ribbon_is_the_gradient_at_the_states_counted_back():
    history = grown(3, single=False)
    mark, batch = history.at(2), history.training.batch(3)
    film = mark.model.film(batch.xs)
    _, slope = TASK.objective.value_and_gradient(film.y, batch.targets, batch.mask)
    _, flow = mark.model.backprop(film, slope)
    np.testing.assert_allclose(history.flow[2], flow.norm()[::-1], rtol=1e-6)


def course(seeds=3):
    trainings = [training(seed=seed) for seed in range(seeds)]
    return Course.begin(trainings, [drawn(seed=seed) for seed in range(seeds)])


def test_seeds_go_side_by_side_and_one_by_one_alike():
    together = course().ahead(lambda n: n >= 10)
    assert [history.N for history in together.histories] == [10, 10, 10]
    alone = History.begin(training(seed=2), drawn(seed=2))
    assert same(together.histories[2].last.model, grown(10, alone).last.model)


def test_what_is_measured_is_the_model_of_each_checkpoint():
    run = course(1).ahead(lambda n: n >= 6)
    assert len(run.measures) == len(run.marks) == 7
    model = run.first.at(4).model
    fresh = Measures.of(model, run.examples)
    assert run.measures[4].radius == fresh.radius
    W = model.cell.W_hh[6:12]
    assert fresh.radius["f"] == pytest.approx(spectral_radius(W))
    assert fresh.singular["f"] == pytest.approx(np.linalg.svd(W)[1])
    gate = model.film(run.examples.astype(np.float32).xs).trace.gates["f"]
    assert fresh.saturated["f"] == pytest.approx(np.mean((gate < 0.1) | (gate > 0.9)))


def test_a_course_goes_back_with_all_its_seeds():
    run = course().ahead(lambda n: n >= 9).back_to(4)
    assert {history.N for history in run.histories} == {4}
    assert len(run.measures) == 5
    again = run.ahead(lambda n: n >= 5)
    assert same(again.first.last.model, course().ahead(lambda n: n >= 9).first.last.model)


def test_means_between_checkpoints():
    run = course(1).ahead(lambda n: n >= 9)
    run = replace(run, histories=(replace(run.first, stride=4),))
    loss = run.first.loss
    np.testing.assert_allclose(run.each(loss), [loss[:4].mean(), loss[4:8].mean()])
