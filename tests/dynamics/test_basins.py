"""Basins of attraction where they are known."""

import numpy as np
import pytest

from explorer.dynamics import basins
from tests.dynamics.networks import autonomous, rotation


def test_two_decoupled_units_divide_the_plane_into_quarters():
    found = basins(autonomous(1.5 * np.eye(2)), resolution=40)
    np.testing.assert_allclose(found.shares, [0.25, 0.25, 0.25, 0.25, 0.0])
    ends = found.attractors[found.labels]
    assert (np.sign(ends[..., 0]) == np.sign(found.u)[None, :]).all()
    assert (np.sign(ends[..., 1]) == np.sign(found.v)[:, None]).all()


def test_what_runs_in_circles_comes_to_no_point():
    found = basins(autonomous(1.2 * rotation(1.0)), resolution=10)
    assert len(found.attractors) == 0
    assert (found.labels == -1).all()
    assert found.shares[-1] == 1.0


def test_starts_near_an_attractor_arrive_first():
    found = basins(autonomous(1.5 * np.eye(2)), resolution=41, low=-0.99, high=0.99)
    row = np.abs(found.v - 0.86).argmin()
    near, far = np.abs(found.u - 0.86).argmin(), np.abs(found.u - 0.05).argmin()
    assert found.time[row, near] < found.time[row, far]


def test_a_plane_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"origin \(3,\)"):
        basins(autonomous(np.eye(3)), axes=np.eye(2))
