"""Long products of Jacobians against products small enough to be formed."""

import numpy as np
import pytest

from explorer import CELLS, Trace
from explorer.dynamics import jacobian_products, jacobians, lyapunov_spectrum
from tests.dynamics.networks import autonomous


@pytest.mark.parametrize("name", ["Elman", "GRU", "LSTM"])
def test_short_products_have_the_singular_values_of_the_matrix(name):
    cell = CELLS[name].init(np.random.default_rng(0), 2, 5, recurrent="orthogonal", gain=1.5)
    trace = Trace.of(cell, np.random.default_rng(1).standard_normal((12, 1, 2)))
    J = jacobians(trace)[:, 0]
    for lag, found in zip((1, 2, 3), jacobian_products(trace, (1, 2, 3)), strict=True):
        product = np.eye(cell.S)
        for one in J[trace.T - lag :]:
            product = one @ product
        wanted = np.linalg.svd(product, compute_uv=False)
        np.testing.assert_allclose(found[:3], np.log(wanted[:3]), atol=1e-9)


def test_of_a_linear_map_every_power_is_known():
    rng = np.random.default_rng(2)
    U = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    # A normal matrix: the singular values of its powers are the powers of its own.
    own = np.array([1.1, 1.0999, 0.5, 1e-3])
    cell = autonomous(U @ np.diag(own) @ U.T, activation="identity")
    trace = Trace.of(cell, np.zeros((400, 1, 1)))
    found = jacobian_products(trace, (1, 40, 400))
    for lag, logs in zip((1, 40, 400), found, strict=True):
        np.testing.assert_allclose(logs / lag, np.log(own), atol=1e-12 + 1e-9 / lag)


def test_their_rates_tend_to_the_exponents():
    cell = autonomous(1.5 * np.random.default_rng(3).standard_normal((6, 6)) / np.sqrt(6))
    s0 = np.random.default_rng(4).uniform(-0.5, 0.5, (1, 6))
    trace = Trace.of(cell, np.zeros((600, 1, 1)), s0)
    (logs,) = jacobian_products(trace)
    found = lyapunov_spectrum(cell, s0=s0[0], T=600, warmup=0)
    np.testing.assert_allclose(logs / 600, found.exponents, atol=0.02)
    assert logs[-1] < -500  # far below the smallest float


def test_lags_that_do_not_exist_are_refused():
    trace = Trace.of(autonomous(0.5), np.zeros((5, 1, 1)))
    with pytest.raises(ValueError, match="lags from 1 to 5"):
        jacobian_products(trace, (6,))
