"""Which modes fade, grow or do neither, where that is known in closed form."""

import numpy as np
import pytest

from explorer.dynamics import fixed_points
from explorer.dynamics.stability import kind, marginal
from explorer.scenes import rest_tables
from explorer.scenes.rest import rest_summary
from tests.dynamics.networks import autonomous, rotation


@pytest.mark.parametrize(
    ("W", "wanted"),
    [
        (np.eye(2), "marginal"),
        (-np.eye(2), "marginal"),
        (rotation(1.2566), "marginal, turning"),
        (rotation(2.0), "marginal, turning"),
        ([[0, 1], [1, 0]], "marginal"),
        ([[1, 0], [0, 0.5]], "marginal"),
        ([[1, 0], [0, 1.5]], "unstable, partly marginal"),
        (1.0, "marginal"),
        (-1.0, "marginal"),
        (0.999 * rotation(1.2566), "stable spiral"),
        (0.9999 * np.eye(2), "stable"),
        (1.001 * rotation(1.2566), "source, spiral"),
    ],
)
def test_a_mode_on_the_unit_circle_is_marginal(W, wanted):
    found = fixed_points(autonomous(W), starts=60)
    n = int(np.linalg.norm(found.points, axis=1).argmin())
    assert np.abs(found.points[n]).max() < 1e-6
    assert found.kinds[n] == wanted
    assert found.stable[n] == wanted.startswith("stable")
    on_circle = np.abs(np.abs(np.linalg.eigvals(np.atleast_2d(W))) - 1) < 1e-7
    assert found.marginal[n].sum() == on_circle.sum()


@pytest.mark.parametrize("angle", np.linspace(0.01, np.pi, 40))
def test_every_rotation_is_marginal(angle):
    assert marginal(np.linalg.eigvals(rotation(angle))).all()


def test_a_fold_is_marginal_at_its_very_bias():
    h = np.sqrt(1 - 1 / 2.0)
    found = fixed_points(autonomous(2.0, -(2 * h - np.arctanh(h))), starts=60)
    assert sorted(found.kinds) == ["marginal", "stable"]


def test_a_long_memory_is_not_marginal():
    assert not marginal(np.array([1.0]), np.array([-1e-20])).any()
    assert kind(np.array([1.0 + 0j]), np.array([-1e-20])) == "stable"


def test_tables_and_sentences_call_it_marginal():
    found = fixed_points(autonomous(rotation(1.2566)), starts=30)
    assert "1 marginal (no mode grows, at least one does not fade)" in rest_summary(found)
    assert "never (marginal)" in rest_tables.modes_table(found, 0)
    (row,) = rest_tables.points_table(found).splitlines()[2:]
    assert "marginal, turning" in row
    assert "settles" not in row
    assert "leaves" not in row
