"""A known root claims the states that it knows the way from, and no other root."""

import numpy as np

from explorer.dynamics.distances import first, squares
from explorer.dynamics.roots import Roots


def parabola(s):
    """Return r = s (s - 1), with roots at 0 and 1, and its derivative."""
    return s * (s - 1), (2 * s - 1)[:, :, None]


def known(at):
    s = np.array([[float(at)]])
    return Roots.none(1).joined(s, *parabola(s))


def test_a_root_claims_what_is_nearer_to_it_than_to_its_twin():
    s = np.array([[-0.3], [0.1], [0.39], [0.41], [0.9], [1.0]])
    claimed = known(0).claimed(s, parabola(s)[0])
    # From 0 the forecast misses the way s by s^2, so by a share s of it.
    np.testing.assert_array_equal(claimed, [True, True, True, False, False, False])


def test_what_is_no_root_is_not_joined_and_nothing_known_claims_nothing():
    assert len(known(0.3).s) == 0
    assert len(known(1).s) == 1
    s = np.array([[0.1]])
    assert not Roots.none(1).claimed(s, parabola(s)[0]).any()


def test_a_singular_root_claims_no_state():
    s = np.zeros((1, 1))
    roots = Roots.none(1).joined(s, s, s[:, :, None])
    away = np.array([[0.1], [-0.2]])
    assert not roots.claimed(away, away**2).any()


def test_rows_that_stand_alone_are_those_close_to_none_before():
    s = np.array([[0.0], [1.0], [0.01], [1.02]])
    np.testing.assert_array_equal(first(squares(s, s) < 0.05**2), [True, True, False, False])
    seen = np.concatenate([[[1.01]], s])
    np.testing.assert_array_equal(first(squares(s, seen) < 0.05**2), [True, False, False, False])
