"""The figures of the page about chaos, by what they contain."""

import numpy as np
import pytest

from explorer.dynamics import lyapunov_spectrum
from explorer.dynamics.growth import Growth
from explorer.dynamics.sweeps import Sweep
from explorer.figures.convergence import convergence
from explorer.figures.exponents import exponents
from explorer.figures.slopes import slopes
from tests.dynamics.networks import autonomous


@pytest.mark.parametrize("dark", [False, True])
def test_a_line_is_the_median_of_its_networks_and_the_band_holds_all(rng, dark):
    along = np.array([0.0, 1.0, 2.0])
    rows = {25: rng.normal(0, 0.1, (5, 3)), 100: rng.normal(0, 0.1, (5, 3))}
    theory = along, np.array([-1.0, 0.0, 0.1])
    fig = exponents(Sweep(along, rows, 10), "gain g", theory, 1.5, dark)
    assert [trace.name for trace in fig.data if trace.name] == [
        "N = 25", "N = 100", "N → ∞ (mean field)",
    ]  # fmt: skip
    np.testing.assert_allclose(fig.data[1].y, np.median(rows[25], axis=0))
    np.testing.assert_allclose(fig.data[0].y[:3], rows[25].max(axis=0))
    np.testing.assert_array_equal(fig.data[-1].y, theory[1])
    assert fig.layout.shapes[1].x0 == 1.5  # the first is the line at 0
    assert fig.layout.yaxis.range[0] > -0.4
    assert "λ" in fig.layout.yaxis.title.text


def test_what_forgets_at_once_is_left_out_of_the_line():
    rows = {1: np.array([[-np.inf, -1.0], [-np.inf, -2.0]])}
    fig = exponents(Sweep(np.array([0.0, 1.0]), rows, 2), "gain g")
    assert list(fig.data[1].x) == [1.0]
    assert len(fig.layout.shapes) == 1


def test_estimates_end_at_the_exponents(rng):
    found = lyapunov_spectrum(autonomous(2 * rng.standard_normal((20, 20)) / np.sqrt(20)), T=200)
    fig = convergence(found)
    assert fig.layout.xaxis.type == "log"
    names = [int(trace.name[6:-6]) for trace in fig.data]
    assert names[0] == 1
    assert names == sorted(set(names))
    for trace, i in zip(fig.data, names, strict=True):
        assert trace.x[-1] == 200
        assert trace.y[-1] == pytest.approx(found.exponents[i - 1])


def test_one_exponent_or_none_that_is_finite_makes_a_figure_too():
    assert len(convergence(lyapunov_spectrum(autonomous(0.5), T=1)).data) == 1
    assert len(convergence(lyapunov_spectrum(autonomous(0.0), T=20)).data) == 1


def test_rings_stand_at_the_slopes_and_the_line_is_lambda():
    norms = np.exp(0.1 * np.arange(101))[:, None] * np.ones((1, 3))
    dead = Growth(np.array([[1.0], [0.0]]).repeat([1, 100], axis=0), -np.inf)
    fig = slopes([0.0, 1.0], [Growth(dead.norms.repeat(3, axis=1), -np.inf), Growth(norms, 0.11)])
    line, rings = fig.data
    assert line.y[0] is None
    assert line.y[1] == pytest.approx(0.11)
    np.testing.assert_allclose(rings.y, [np.nan] * 3 + [0.1] * 3)
