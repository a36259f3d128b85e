"""A known root claims the states that it knows the way from, and no other root."""

import numpy as np
import pytest

from explorer.dynamics.distances import distinct, first, squares
from explorer.dynamics.places import inverses
from explorer.dynamics.roots import Roots


def parabola(s):
    """Return r = s (s - 1), with roots at 0 and 1, and its derivative."""
    return s * (s - 1), (2 * s - 1)[:, :, None]


def known(at):
    s = np.array([[float(at)]])
    r, A = parabola(s)
    return Roots.none(1).joined(s, r, inverses(A))


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
    roots = Roots.none(1).joined(s, s, inverses(s[:, :, None]))
    away = np.array([[0.1], [-0.2]])
    assert not roots.claimed(away, away**2).any()


def test_rows_that_stand_alone_are_those_close_to_none_before():
    s = np.array([[0.0], [1.0], [0.01], [1.02]])
    np.testing.assert_array_equal(first(squares(s, s) < 0.05**2), [True, True, False, False])
    seen = np.concatenate([[[1.01]], s])
    np.testing.assert_array_equal(first(squares(s, seen) < 0.05**2), [True, False, False, False])


@pytest.mark.parametrize("N", [0, 1, 47, 48, 49, 300])
def test_of_rows_that_meet_one_is_left_for_each_place(N):
    rng = np.random.default_rng(N)
    places = rng.permutation(N)[: min(N, 30)][:, None] * np.ones(3)
    s = places[rng.integers(len(places), size=N)] if N else np.zeros((0, 3))
    s = s + 1e-3 * rng.random(s.shape)
    left = distinct(s, 0.05)
    apart = squares(s, s[left]).min(axis=1, initial=np.inf) if N else np.zeros(0)
    assert (apart < 0.05**2).all()
    assert first(squares(s[left], s[left]) < 0.05**2).all()
    assert len(left) == len(np.unique(np.round(s[:, 0])))
