"""The figure of the gradient against the lag, by what it contains."""

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.figures.gradient_flow import gradient_flow
from explorer.figures.theme import GRID, TEXT, blank, faded
from explorer.palette import dash, ink


def lines(fig):
    return [trace for trace in fig.data if trace.fill is None]


def bands(fig):
    return [trace for trace in fig.data if trace.fill == "toself"]


def test_one_line_per_cell_over_the_lag():
    norms = {name: [[1e-4, 1e-2, 1.0]] for name in CELLS}
    fig = gradient_flow(norms)
    assert len(fig.data) == len(CELLS)
    for trace, name in zip(fig.data, CELLS, strict=True):
        assert trace.name == CELLS[name].name
        assert list(trace.x) == [0, 1, 2]
        assert list(trace.y) == [1.0, 1e-2, 1e-4]
        assert (trace.line.color, trace.line.dash) == (ink(name)[0], dash(name))
    assert fig.layout.yaxis.type == "log"
    assert fig.layout.yaxis.exponentformat == "power"
    assert "lag" in fig.layout.xaxis.title.text
    assert "∂L" in fig.layout.yaxis.title.text


def test_the_line_is_the_median_and_the_band_holds_every_seed(rng):
    rows = 10.0 ** rng.uniform(-9, 0, (7, 12))
    fig = gradient_flow({"LSTM": rows})
    (line,), (band,) = lines(fig), bands(fig)
    np.testing.assert_allclose(line.y, np.median(rows, axis=0)[::-1])
    high, low = band.y[:12], band.y[12:][::-1]
    np.testing.assert_allclose(high, rows.max(axis=0)[::-1])
    np.testing.assert_allclose(low, rows.min(axis=0)[::-1])
    assert band.showlegend is False
    assert band.legendgroup == line.legendgroup
    assert fig.data.index(band) < fig.data.index(line)


def test_one_seed_has_no_band():
    assert not bands(gradient_flow({"GRU": np.ones((1, 4))}))


def test_what_is_below_the_smallest_is_drawn_there_and_said():
    fig = gradient_flow({"Elman": np.array([[0.0, 1e-310, 1e-299, 1.0]])})
    (line,) = lines(fig)
    assert list(line.y) == [1.0, 1e-299, 1e-300, 1e-300]
    assert list(line.text) == ["1", "10⁻²⁹⁹", "below 10⁻³⁰⁰", "below 10⁻³⁰⁰"]
    assert "%{text}" in line.hovertemplate


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_left_float64_ends_the_line(value):
    rows = np.array([[value, 1e3, 1.0], [1e7, 1e4, 1.0]])
    fig = gradient_flow({"Elman": rows})
    (line,), (band,) = lines(fig), bands(fig)
    np.testing.assert_array_equal(np.isfinite(line.y), [True, True, False])
    assert np.isfinite(band.y).all()
    assert list(band.x) == [0, 1, 1, 0]


def test_a_figure_of_nothing_finite_is_still_a_figure():
    fig = gradient_flow({"Elman": np.full((2, 3), np.nan)})
    assert np.isnan(lines(fig)[0].y).all()
    fig.to_json()


@pytest.mark.parametrize("dark", [False, True])
def test_each_theme_has_its_inks(dark):
    fig = gradient_flow({"LSTM": np.ones((2, 3))}, dark=dark)
    assert lines(fig)[0].line.color == ink("LSTM")[dark]
    assert fig.layout.font.color == TEXT[dark]
    assert fig.layout.yaxis.gridcolor == GRID[dark]
    assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert bands(fig)[0].fillcolor == faded(ink("LSTM")[dark], 0.15)


def test_a_blank_figure_is_linear_unless_told():
    assert blank(x="t", y="h").layout.yaxis.type is None
    assert faded("#0072B2", 0.5) == "rgba(0,114,178,0.5)"
