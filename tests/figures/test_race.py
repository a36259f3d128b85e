"""The figures of the page on learning rules, by what they contain."""

import numpy as np
import pytest

from explorer.figures.race import race
from explorer.figures.rule_costs import rule_costs
from explorer.learning.race import Run, smooth
from explorer.recipes.learning_rules import LearningRules


def runs(rng, rule, seeds=3, T=100):
    return [Run(rule, "", rng.uniform(0.1, 1, T), np.linspace(0, 1 + k, T)) for k in range(seeds)]


@pytest.mark.parametrize("dark", [False, True])
def test_a_line_is_the_median_and_the_band_holds_every_seed(rng, dark):
    films = runs(rng, "EKF")
    fig = race({"EKF": films}, "samples", 0.5, dark)
    band, line = fig.data
    rows = np.array([smooth(film.loss) for film in films])
    np.testing.assert_allclose(line.y, np.median(rows, axis=0))
    high, low = np.split(np.asarray(band.y), 2)
    np.testing.assert_allclose(high, rows.max(axis=0))
    np.testing.assert_allclose(low[::-1], rows.min(axis=0))
    assert fig.layout.yaxis.type == "log"
    assert fig.layout.shapes[0].y0 == 0.5
    # On a logarithmic axis Plotly takes a line at its value, a label at the power of ten.
    assert fig.layout.annotations[0].y == pytest.approx(np.log10(0.5))


def test_over_seconds_a_line_ends_with_its_quickest_seed(rng):
    fig = race({"SGD": runs(rng, "SGD"), "EKF": runs(rng, "EKF", seeds=1)}, "seconds", 0.5)
    assert [trace.name for trace in fig.data if trace.name] == ["SGD", "EKF"]
    assert fig.data[1].x[-1] == pytest.approx(1.0)


def test_a_run_that_exploded_ends_the_line(rng):
    film = runs(rng, "SGD", seeds=1)[0]
    film.loss[60:] = np.nan
    assert race({"SGD": [film]}, "samples", 0.5).data[0].x[-1] == 60


def test_every_rule_has_a_line_of_what_it_costs():
    recipe, sizes = LearningRules(), (1, 2, 4)
    found = [recipe.costs(H=H) for H in sizes]
    fig = rule_costs(sizes, found, "bytes", "units H", recipe.H)
    assert [trace.name for trace in fig.data] == [cost.rule for cost in recipe.costs()]
    for k, trace in enumerate(fig.data):
        assert list(trace.y) == [costs[k].bytes for costs in found]
    assert fig.layout.annotations[0].y == pytest.approx(np.log10(fig.layout.shapes[0].y0))
