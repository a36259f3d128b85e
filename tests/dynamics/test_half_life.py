"""Half-lives measured on running networks, against closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, LSTM, Clockwork, Elman, Trace
from explorer.dynamics.half_life import Forgetting, forgetting, steps_to_half


def silent(cell):
    """Return the cell without biases, at rest at 0."""
    return replace(cell, b_xh=0 * cell.b_xh, b_hh=0 * cell.b_hh)


@pytest.mark.parametrize("factor", [0.1, 0.5, 0.9, 0.99])
def test_a_linear_rotation_shrinks_as_its_radius(factor, rng):
    cell = silent(Elman.init(rng, 1, 6, recurrent="orthogonal", gain=factor, activation="identity"))
    found = forgetting(cell, rng.standard_normal((200, 1)), rng.standard_normal((3, 6)))
    np.testing.assert_allclose(
        found.left[:20], factor ** np.arange(20)[:, None] * [1, 1, 1], atol=1e-14
    )
    np.testing.assert_allclose(found.half_life, steps_to_half(factor), rtol=1e-9)


@pytest.mark.parametrize("bias", [-1.0, 1.0, 4.0])
def test_without_matrices_a_memory_forgets_as_its_gate_says(bias, rng):
    lstm = silent(LSTM.init(rng, 1, 5, gain=0.0)).biased("f", bias)
    pushes = np.concatenate([np.zeros((2, 5)), rng.standard_normal((2, 5))], axis=1)
    found = forgetting(lstm, np.zeros((120, 1)), pushes)
    np.testing.assert_allclose(found.half_life, steps_to_half(1 / (1 + np.exp(-bias))), rtol=1e-9)


def test_a_clock_holds_between_its_ticks(rng):
    cell = silent(Clockwork.init(rng, 1, 4, periods=(5,), recurrent="identity", gain=0.4))
    found = forgetting(cell, np.zeros((40, 1)), 1e-6 * np.ones((1, 4)), settle=10)
    np.testing.assert_allclose(found.left[:5], 1.0)
    np.testing.assert_allclose(found.left[5:10], 0.4)
    assert 4 < found.half_life[0] < 5


@pytest.mark.parametrize("cell", CELLS)
def test_it_is_the_difference_of_two_runs(cell, rng):
    network = CELLS[cell].init(rng, 1, 4)
    xs, push = rng.standard_normal((30, 1)), rng.standard_normal((1, network.S))
    found = forgetting(network, xs, push, settle=7)
    whole = Trace.of(network, xs[:, None]).s[7:]
    other = Trace.of(network.from_step(7), xs[7:, None], whole[0] + push).s
    apart = np.linalg.norm((other - whole)[:, 0], axis=1)
    np.testing.assert_allclose(found.left[:, 0], apart / apart[0], rtol=1e-9, atol=1e-13)


def test_what_never_falls_to_half_has_no_half_life():
    left = np.array([[1.0, 1.0, 1.0], [0.9, 1.5, 0.0], [0.6, np.nan, 0.0]])
    life = Forgetting(left).half_life
    assert np.isinf(life[:2]).all()
    assert 0 < life[2] < 1


def test_factors_at_the_ends():
    assert steps_to_half(0.0) == steps_to_half(-1.0) == 0
    assert np.isinf(steps_to_half(1.0))
    assert steps_to_half(0.5) == 1


@pytest.mark.parametrize(("settle", "size"), [(9, 1.0), (-1, 1.0), (0, 0.0)])
def test_what_cannot_be_followed_is_refused_in_a_sentence(settle, size, rng):
    with pytest.raises(ValueError, match=r"forgetting: wanted .* got"):
        forgetting(Elman.init(rng, 1, 2), np.zeros((9, 1)), np.full((1, 2), size), settle)
