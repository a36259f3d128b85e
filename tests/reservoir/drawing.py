"""Reservoirs for the tests."""

import numpy as np

from explorer.reservoir import Reservoir, wired


def drawn(seed, N=20, wiring="sparse", radius=0.9, density=0.5, fed=0, inputs=1, **settings):
    """Draw a reservoir; one that has no feedback reads one input."""
    rng = np.random.default_rng(seed)
    W, remark = wired(rng, N, wiring, density)
    assert not remark
    into_one = wiring == "ring"
    return Reservoir.of(rng, radius * W, inputs, fed, into_one=into_one, **settings)
