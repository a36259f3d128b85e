"""Recall: every network goes downhill, and comes to rest where it should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.memory import continuous
from explorer.memory.attractors import KINDS, census, kind_of, mixtures
from explorer.memory.classic import Recall, energy, is_fixed, recall, settled
from explorer.memory.dense import dense, dense_energy, modern_energy, retrieve, softmax
from explorer.memory.signs import random_patterns
from explorer.memory.storage import hebb, overlaps

WEIGHTS = st.integers(1, 9).flatmap(
    lambda N: arrays.arrays(np.float64, (N, N), elements=st.floats(-4, 4, width=32))
)


@given(WEIGHTS, st.integers(0, 2**32 - 1))
def test_the_energy_never_rises(W, seed):
    W = (W + W.T) / 2
    np.fill_diagonal(W, 0.0)
    rng = np.random.default_rng(seed)
    x = random_patterns(rng, 1, len(W))[0]
    film = Recall.of(W, x, rng)
    exact = energy(W, film.x)
    np.testing.assert_allclose(film.energy, exact, rtol=1e-9, atol=1e-9)
    assert (np.diff(film.energy) < 0).all()
    assert (np.diff(exact) <= 1e-12).all()
    assert is_fixed(W, film.x[-1])


def test_each_tick_flips_one_unit_against_what_it_says():
    rng = np.random.default_rng(3)
    W = hebb(random_patterns(rng, 5, 60))
    film = Recall.of(W, random_patterns(rng, 1, 60)[0], rng)
    assert film.flips > 5
    for k, unit in enumerate(film.unit):
        assert film.x[k, unit] * film.field[k, unit] < 0
        assert np.flatnonzero(film.x[k + 1] != film.x[k]).tolist() == [unit]
    np.testing.assert_allclose(film.field, film.x @ W, atol=1e-12)
    assert (np.diff(film.sweep) >= 0).all()
    np.testing.assert_array_equal(film.after(0), film.x[0])
    np.testing.assert_array_equal(film.after(100), film.x[-1])


def test_a_film_is_its_flips():
    rng = np.random.default_rng(5)
    W, x = hebb(random_patterns(rng, 4, 30)), random_patterns(rng, 1, 30)[0]
    film = Recall.of(W, x, np.random.default_rng(1))
    flips = list(recall(W, x, film.order))
    assert [flip.unit for flip in flips] == film.unit.tolist()
    assert len(film.order) == film.sweep[-1] + 2
    np.testing.assert_array_equal(film.x[0], x)


@pytest.mark.parametrize("many", [False, True])
def test_many_states_settle_as_each_would_alone(many):
    rng = np.random.default_rng(0)
    W = hebb(random_patterns(rng, 6, 40))
    x = random_patterns(rng, 5, 40)
    if many:
        W, x = np.stack([W, -W]), np.stack([x, x])
    ended = settled(W, x, np.random.default_rng(8))
    for k in np.ndindex(x.shape[:-1]):
        mine = W[k[0]] if many else W
        np.testing.assert_array_equal(
            ended[k], Recall.of(mine, x[k], np.random.default_rng(8)).x[-1]
        )


@pytest.mark.parametrize("seed", range(10))
def test_a_few_memories_are_recalled(seed):
    rng = np.random.default_rng(seed)
    patterns = random_patterns(rng, 4, 100)
    x = patterns[0].copy()
    x[rng.permutation(100)[:20]] *= -1
    np.testing.assert_array_equal(Recall.of(hebb(patterns), x, rng).x[-1], patterns[0])


# ---- the other networks -------------------------------------------------------------------------


@given(WEIGHTS, st.floats(0.2, 20), st.integers(0, 2**32 - 1))
def test_the_continuous_energy_never_rises(W, gain, seed):
    W = (W + W.T) / 2
    np.fill_diagonal(W, 0.0)
    W = W / max(1.0, np.abs(W).sum(axis=1).max())
    x = np.random.default_rng(seed).uniform(-1, 1, len(W))
    held = [moment.energy for moment in continuous.slide(W, x, gain, 200, dt=0.02)]
    assert (np.diff(held) <= 1e-9).all()


def test_the_continuous_energy_is_its_integral():
    rng = np.random.default_rng(0)
    W, u, gain = hebb(random_patterns(rng, 2, 6)), rng.normal(size=6), 1.7
    x = np.tanh(gain * u)
    v = np.linspace(0, 1, 200_001)[:, None] * x
    integral = np.trapezoid(np.arctanh(v), v, axis=0).sum() / gain
    assert continuous.energy(W, u, gain) == pytest.approx(-0.5 * x @ W @ x + integral, abs=1e-8)
    # It is the potential of the motion: dE/dx = -(W x) + u.
    step = 1e-6
    for i in range(6):
        moved = np.tile(x, (2, 1))
        moved[:, i] += (step, -step)
        up, down = (continuous.energy(W, np.arctanh(row) / gain, gain) for row in moved)
        assert (up - down) / (2 * step) == pytest.approx((u - W @ x)[i], abs=1e-5)


def test_below_a_gain_of_one_a_single_memory_fades_and_above_it_stands():
    patterns = random_patterns(np.random.default_rng(0), 1, 50)
    W = hebb(patterns)
    faded, kept = (
        list(continuous.slide(W, patterns[0], gain, 400))[-1].x @ patterns[0] / 50
        for gain in (0.8, 4.0)
    )
    assert abs(faded) < 1e-2
    assert kept > 0.95


@given(st.integers(1, 12), st.floats(1e-3, 1.0), st.integers(0, 2**32 - 1), st.booleans())
def test_the_modern_energy_never_rises(P, beta, seed, binary):
    rng = np.random.default_rng(seed)
    patterns = random_patterns(rng, P, 20)
    x = random_patterns(rng, 1, 20)[0] if binary else rng.normal(size=20)
    steps = list(retrieve(patterns, x, beta))
    held = np.array([step.energy for step in steps])
    assert (np.diff(held) <= 1e-9 * np.abs(held).max()).all()
    assert (held >= -1e-9).all()
    for step in steps:
        assert step.weight.sum() == pytest.approx(1.0)


def test_one_modern_update_is_attention():
    rng = np.random.default_rng(0)
    patterns, x, beta = rng.normal(size=(5, 8)), rng.normal(size=8), 0.7
    scores = np.exp(beta * patterns @ x)
    wanted = (scores / scores.sum()) @ patterns
    np.testing.assert_allclose(list(retrieve(patterns, x, beta, 1))[1].x, wanted, atol=1e-14)
    step = 1e-6  # one update is the gradient step: x - dE/dx
    for i in range(8):
        moved = np.tile(x, (2, 1))
        moved[:, i] += (step, -step)
        up, down = (modern_energy(patterns, row, beta) for row in moved)
        assert x[i] - (up - down) / (2 * step) == pytest.approx(wanted[i], abs=1e-7)
    assert softmax(np.array([1e6, 0.0])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("seed", range(5))
def test_modern_and_dense_retrieve_far_above_the_classic_capacity(seed):
    rng = np.random.default_rng(seed)
    P, N = 1000, 100  # a load of 10; Hebb gives way at 0.14
    patterns = random_patterns(rng, P, N)
    W = hebb(patterns)
    for k in range(5):
        x = patterns[k].copy()
        x[rng.permutation(N)[:10]] *= -1
        modern = list(retrieve(patterns, x, 1.0, 3))[-1].x
        np.testing.assert_allclose(modern, patterns[k], atol=1e-3)
        steep = list(dense(patterns, x, 8, rng, 5))[-1].x
        assert steep @ patterns[k] / N > 0.97
        assert Recall.of(W, x, rng).x[-1] @ patterns[k] / N < 0.8


@given(st.integers(1, 10), st.integers(2, 10), st.integers(0, 2**32 - 1))
def test_the_dense_energy_never_rises(P, power, seed):
    rng = np.random.default_rng(seed)
    patterns = random_patterns(rng, P, 16)
    films = list(dense(patterns, random_patterns(rng, 1, 16)[0], power, rng, 4))
    held = [film.energy for film in films]
    assert (np.diff(held) <= 1e-9).all()
    for film in films:
        assert film.energy == dense_energy(patterns, film.x, power)


@pytest.mark.parametrize("P", [0, 1])
def test_with_nothing_or_one_memory_all_of_them_stand(P):
    patterns = random_patterns(np.random.default_rng(0), P, 9)
    x = random_patterns(np.random.default_rng(1), 1, 9)[0]
    rng = np.random.default_rng(2)
    assert np.isfinite(list(retrieve(patterns, x, 0.5))[-1].x).all()
    assert np.isfinite(list(dense(patterns, x, 3, rng))[-1].energy)
    assert np.isfinite(list(continuous.slide(hebb(patterns), x, 2.0))[-1].x).all()
    assert sum(census(patterns, hebb(patterns), rng, 20).share.values()) == pytest.approx(1)


# ---- valleys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_mixtures_of_three_are_valleys_that_lie_higher(seed):
    patterns = random_patterns(np.random.default_rng(seed), 3, 500)
    W = hebb(patterns)
    (found,) = mixtures(patterns, W)
    assert found.fixed
    np.testing.assert_allclose(found.overlap, 0.5, atol=0.12)  # 1/2 as N grows
    assert found.energy > max(energy(W, patterns))
    assert found.energy == pytest.approx(-0.5 * found.x @ W @ found.x)


def test_each_valley_is_called_by_its_name():
    patterns = random_patterns(np.random.default_rng(0), 4, 200)
    states = np.stack(
        [patterns[1], -patterns[2], np.sign(patterns[:3].sum(0)),
         np.sign(patterns[0] - patterns[1] + patterns[3]),
         random_patterns(np.random.default_rng(1), 1, 200)[0]]
    )  # fmt: skip
    named = [KINDS[k] for k in kind_of(patterns, states)]
    assert named == ["memory", "negative", "mixture", "mixture", "other"]


def test_the_negative_of_a_memory_lies_as_low():
    patterns = random_patterns(np.random.default_rng(0), 3, 100)
    W = hebb(patterns)
    np.testing.assert_allclose(energy(W, -patterns), energy(W, patterns))
    assert is_fixed(W, -patterns).all()
    np.testing.assert_allclose(overlaps(patterns, patterns).diagonal(), 1)
