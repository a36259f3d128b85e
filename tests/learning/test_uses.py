"""Wirings that are trained: they learn what they can hear, and nothing else."""

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.learning.uses import (
    Batch,
    answer,
    baseline,
    examples,
    lengths,
    measured,
    shown_pairs,
    taught,
    trained,
)
from explorer.wiring.codec import chosen
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_nothing_is_both_learnt_and_held_out(use, rng):
    learnt, held = examples(use, rng)
    assert not {e.text for e in learnt} & {e.text for e in held}
    assert len(held) > 40
    assert sum(len(group) for group in lengths(held)) == len(held)
    assert 0 <= baseline(use, learnt, held) < 0.75


@pytest.mark.parametrize("cell", ["GRU", "LSTM"])
def test_a_trained_network_is_right_where_guessing_is_not(cell):
    run = trained(USES["tagging"], WIRINGS["aligned"], CELLS[cell], 0)
    assert run.accuracy > 0.95 > 0.7 > run.baseline
    assert run.losses[-1] < 0.1 * run.losses[0]


def test_the_same_seed_trains_the_same_network():
    one, two = (trained(USES["right"], WIRINGS["bidirectional"], CELLS["GRU"], 3) for _ in "ab")
    assert one.accuracy == two.accuracy
    for name, array in one.network.named().items():
        np.testing.assert_array_equal(array, two.network.named()[name])


def test_a_decoder_is_taught_with_the_right_words_and_answers_with_its_own(rng):
    use = USES["translation"]
    batch = Batch.of([use.draw(rng) for _ in range(3)])
    network = WIRINGS["encoder_decoder"].build(CELLS["GRU"], 0, len(use.reads), 4, len(use.says))
    np.testing.assert_array_equal(taught(network, batch).decoded.x[1:], batch.wanted[:-1])
    alone = answer(network, batch.xs, 4)
    np.testing.assert_array_equal(alone.decoded.x[1:], chosen(alone.y[:-1]))


@pytest.mark.parametrize("cell", CELLS)
def test_what_was_measured_beforehand_is_there_for_every_pair(cell):
    if measured("aligned", "tagging", cell) is None:
        pytest.skip(f"{cell} came after the measurement; `make assets` measures it")
    for wiring, use in shown_pairs():
        right, ignorant = measured(wiring, use, cell)
        assert right.shape == (5,)
        assert 0 <= ignorant < 0.75
        assert ((right >= 0) & (right <= 1)).all()


def test_what_is_not_measured_is_none():
    assert measured("deep", "sentiment", "GRU") is None
