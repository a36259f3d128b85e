"""The read-out solved for: least squares on all that was read, the recurrent weights untouched."""

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.learning.optimisers import SGD
from explorer.learning.rules import RULES
from explorer.learning.tasks.adding import Adding
from explorer.learning.training import Training

Ridge = RULES["Ridge"]


def after(cell, updates, strength=1e-4):
    """Return the training, and the checkpoints before and after so many updates."""
    task = Adding(T=12)
    training = Training(task, Ridge(strength), SGD(0.1), B=8, single=False)
    first = at = training.begin(
        Model.init(np.random.default_rng(0), CELLS[cell], task.D, 6, task.O)
    )
    for _ in range(updates):
        at = training.step(at).after
    return training, first, at


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_the_least_squares_solution_over_all_batches(cell):
    training, first, last = after(cell, 3)
    rows, targets = [], []
    for index in (1, 2, 3):
        batch = training.batch(index)
        film = first.model.film(batch.xs)
        scored = batch.mask > 0
        h = film.trace.slot("h")[1:][scored]
        rows.append(np.concatenate([h, np.ones((len(h), 1))], axis=1))
        targets.append(batch.targets.reshape(film.y.shape)[scored])
    f, y = np.concatenate(rows), np.concatenate(targets)
    # The penalty as further rows that want every weight but the bias to be 0.
    ghost = np.sqrt(1e-4) * np.eye(f.shape[1])[:-1]
    f, y = np.concatenate([f, ghost]), np.concatenate([y, np.zeros((len(ghost), y.shape[1]))])
    wanted = np.linalg.lstsq(f, y, rcond=None)[0].T
    found = last.model.readout
    np.testing.assert_allclose(found.W_hy, wanted[:, :-1], rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(found.b_y, wanted[:, -1], rtol=1e-8, atol=1e-9)


def test_the_recurrent_weights_stay_as_drawn():
    _, first, last = after("GRU", 4)
    for name, array in first.model.cell.named().items():
        np.testing.assert_array_equal(last.model.cell.named()[name], array)


def test_no_other_read_out_is_better_on_what_was_read():
    training, _, last = after("Elman", 1, strength=1e-9)
    batch, task = training.batch(1), training.task
    best = task.objective.value(last.model.film(batch.xs).y, batch.targets, batch.mask)
    rng = np.random.default_rng(1)
    for _ in range(20):
        other = last.model.readout.map(lambda a: a + 0.01 * rng.standard_normal(a.shape))
        y = Model(last.model.cell, other).film(batch.xs).y
        assert task.objective.value(y, batch.targets, batch.mask) > best


def test_a_strength_of_nothing_is_refused():
    with pytest.raises(ValueError, match="strength > 0"):
        Ridge(0.0)
