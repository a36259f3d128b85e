"""Lifetimes of slow points, foreseen from one place and measured by running on."""

import numpy as np
import pytest

from explorer import CELLS
from explorer.dynamics import fixed_points
from explorer.dynamics.slow_points import lifetime, passage
from tests.dynamics.networks import autonomous

FOLD = np.arctanh(np.sqrt(0.5)) - 2 * np.sqrt(0.5)  # where tanh(2h + b) loses two points


@pytest.mark.parametrize("past", [3e-3, 1e-3, 3e-4])
def test_a_ghost_keeps_the_network_as_long_as_foreseen(past):
    found = fixed_points(autonomous(2.0, [FOLD - past]))
    life = lifetime(found.map, found.slow[0])
    assert life.foreseen == pytest.approx(life.measured, rel=0.1)
    # Half of the passage lies behind the point: a little less, since the ball has an end.
    assert 0.6 < life.measured / (life.passage / 2) < 1.1


def test_the_passage_grows_as_one_over_the_root():
    times = []
    for past in (4e-4, 1e-4):
        found = fixed_points(autonomous(2.0, [FOLD - past]))
        times.append(lifetime(found.map, found.slow[0]).passage)
    assert times[1] / times[0] == pytest.approx(2.0, rel=0.02)
    # ε = past · (1 - h²), c = |F''| / 2 = 4 h (1 - h²) with w = 2 at h² = 1/2.
    h = np.sqrt(0.5)
    assert times[1] == pytest.approx(np.pi / np.sqrt(1e-4 * 0.5 * 4 * h * 0.5), rel=0.02)


def test_what_rests_stays_for_ever():
    found = fixed_points(autonomous(1.5))
    life = lifetime(found.map, found.points[0])
    assert life.foreseen == life.measured == np.inf
    assert np.isnan(passage(0.0, -0.5, 1.0))


def test_slow_points_of_drawn_networks_live_about_as_long_as_foreseen():
    ratios = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        found = fixed_points(CELLS["Elman"].init(rng, 1, 8, recurrent="gaussian", gain=1.8))
        for s in found.slow:
            life = lifetime(found.map, s, radius=0.1)
            if np.isfinite(life.measured):
                ratios.append(life.foreseen / life.measured)
    assert len(ratios) >= 5
    assert 0.8 < np.median(ratios) < 1.25
