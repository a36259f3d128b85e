"""The figure of error against seconds, by what it contains."""

import numpy as np

from explorer.figures.training_cost import training_cost


def test_a_solve_is_a_point_and_training_a_line():
    fig = training_cost(
        {"solve": ([0.1], [1e-4]), "descent": ([0.0, 0.2, 0.4, 0.6], [1.0, 0.5, np.nan, 0.0])}
    )
    solve, descent = fig.data
    assert (solve.mode, descent.mode) == ("markers", "markers")
    assert list(descent.x) == [0.2]
    fig = training_cost({"descent": ([0.1, 0.2], [1.0, 0.5])}, dark=True)
    assert fig.data[0].mode == "lines"
    assert fig.layout.xaxis.type == fig.layout.yaxis.type == "log"
    assert fig.layout.xaxis.title.text == "seconds of work"
