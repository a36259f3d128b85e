"""What rules cost: the formulas count what the arrays take, and grow as the page says."""

import numpy as np
import pytest

from explorer import CELLS, Trace
from explorer.learning.cost import MEMORY, PATIENCE, Counts, costs
from explorer.learning.ekf import Covariance
from explorer.learning.groupings import GROUPINGS
from explorer.learning.model import Model
from explorer.learning.sensitivity import Sensitivity


def model_of(name, H):
    return Model.init(np.random.default_rng(0), CELLS[name], 1, H, 1)


def by_rule(name, H, T, window=5):
    return {cost.rule: cost for cost in costs(Counts.of(model_of(name, H)), T, window)}


@pytest.mark.parametrize("name", CELLS)
def test_the_bytes_are_those_of_the_arrays(name, rng):
    model, found = model_of(name, 6), by_rule(name, 6, 20)
    trace = Trace.of(model.cell, rng.standard_normal((20, 1, 1)))
    arrays = (trace.x, trace.s, *trace.gates.values())
    assert found["BPTT"].bytes == sum(array.nbytes for array in arrays)
    carried = Sensitivity(model.cell).nbytes
    assert found["RTRL"].bytes == carried
    for rule, how in (("EKF, global", "global"), ("EKF, by unit", "unit")):
        assert found[rule].bytes == carried + Covariance(GROUPINGS[how](model)).nbytes


@pytest.mark.parametrize("name", CELLS)
def test_they_grow_with_the_units_and_the_steps_as_the_letters_say(name):
    small, wide, long = by_rule(name, 64, 50), by_rule(name, 128, 50), by_rule(name, 64, 100)

    def times(rule, quantity, other):
        return getattr(other[rule], quantity) / getattr(small[rule], quantity)

    assert times("RTRL", "bytes", wide) == pytest.approx(8, rel=0.1)
    assert times("RTRL", "multiplications", wide) == pytest.approx(16, rel=0.1)
    assert times("BPTT", "bytes", wide) == pytest.approx(2, rel=0.1)
    assert times("BPTT", "multiplications", wide) == pytest.approx(4, rel=0.1)
    assert times("EKF, global", "bytes", wide) == pytest.approx(16, rel=0.3)
    assert times("RTRL", "bytes", long) == 1
    assert times("BPTT", "bytes", long) == pytest.approx(2, rel=0.01)
    for rule in small:
        assert times(rule, "multiplications", long) == pytest.approx(2, rel=0.01)


def test_a_rule_is_interactive_as_long_as_both_are_bearable():
    assert all(cost.interactive for cost in by_rule("Elman", 8, 30).values())
    found = by_rule("LSTM", 256, 200)
    assert [rule for rule, cost in found.items() if cost.interactive] == ["BPTT", "Truncated BPTT"]
    assert found["EKF, global"].bytes > MEMORY
    assert found["RTRL"].multiplications > PATIENCE
