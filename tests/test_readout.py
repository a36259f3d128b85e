"""The read-out is one affine map, the same at every step."""

import numpy as np
import pytest

from explorer.readout import Readout


def test_it_is_affine_at_every_step(rng):
    readout = Readout.init(rng, 4, 3)
    h = rng.standard_normal((7, 2, 4))
    y = readout(h)
    assert y.shape == (7, 2, 3)
    for t in range(7):
        for b in range(2):
            np.testing.assert_allclose(
                y[t, b], readout.W_hy @ h[t, b] + readout.b_y, rtol=0, atol=1e-14
            )


def test_it_starts_as_a_linear_layer_of_torch(rng):
    readout = Readout.init(rng, 100, 50)
    assert readout.W_hy.shape == (50, 100)
    assert readout.b_y.shape == (50,)
    for array in readout.named().values():
        assert np.abs(array).max() <= 0.1
    assert readout.W_hy.std() == pytest.approx(0.1 / np.sqrt(3), rel=0.05)


def test_the_smallest_reads_one_unit(rng):
    assert Readout.init(rng, 1, 1)(np.ones((1, 1))).shape == (1, 1)
