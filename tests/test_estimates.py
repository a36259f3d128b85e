"""Errors of estimates, against experiments that are repeated many times."""

import numpy as np
import pytest

from explorer.estimates import standard_error, wilson


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_batch_means_know_the_scatter_of_means_of_dependent_steps(memory):
    rng = np.random.default_rng(0)
    z = []
    for _ in range(200):
        noise = rng.standard_normal(1200)
        for t in range(1, len(noise)):
            noise[t] += memory * noise[t - 1]
        z.append(noise[200:].mean() / standard_error(noise[200:], np.ones(1000)))
    assert 0.85 < np.sqrt(np.mean(np.square(z))) < 1.3


def test_parts_of_different_length_say_what_steps_say():
    rng = np.random.default_rng(1)
    steps = rng.integers(1, 30, 400)
    noise = rng.standard_normal(steps.sum())
    sums = np.add.reduceat(noise, np.concatenate([[0], np.cumsum(steps)[:-1]]))
    whole = standard_error(noise, np.ones(len(noise)))
    assert standard_error(sums, steps) == pytest.approx(whole, rel=0.3)


def test_the_interval_of_a_share_holds_it_in_95_of_100_experiments():
    rng = np.random.default_rng(2)
    for share in (0.03, 0.3, 0.5):
        held = [
            low <= share <= high
            for low, high in (wilson(int(count), 20) for count in rng.binomial(20, share, 2000))
        ]
        assert 0.9 < np.mean(held) < 0.99
    assert wilson(0, 5) == (0.0, pytest.approx(0.4345, abs=1e-4))
    with pytest.raises(ValueError, match="at least 1 trial"):
        wilson(0, 0)
