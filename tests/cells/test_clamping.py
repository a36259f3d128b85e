"""Gates that are held at a value: forwards, backwards, and told apart from those that are free."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import CELLS, GradientTrace, Trace, unroll
from explorer.arithmetic import quantities, worked
from explorer.cells.records import Clamp

GATES = [(name, gate) for name, kind in CELLS.items() for gate in kind.gates]
FIRST, LAST, VALUE = 2, 5, 0.3


@pytest.fixture(params=[None, 1], ids=["all units", "one unit"])
def operated(request, case, rng):
    """Give a cell of which one gate is held, a sequence and the clamp."""
    name, gate = case
    clamp = Clamp(gate, VALUE, FIRST, LAST, request.param)
    cell = CELLS[name].init(rng, 2, 4)
    return cell.clamped(clamp), rng.standard_normal((8, 2, 2)), clamp


@pytest.fixture(params=GATES, ids="-".join)
def case(request):
    """Give each gate of each cell."""
    return request.param


def test_a_held_gate_has_its_value_over_the_span_and_is_free_outside(operated):
    cell, xs, clamp = operated
    trace, plain = Trace.of(cell, xs), Trace.of(cell.clamped(), xs)
    gate = trace.gates[clamp.gate]
    assert (gate[FIRST : LAST + 1, :, clamp.units] == VALUE).all()
    assert (gate[LAST + 1 :, :, clamp.units] != VALUE).all()
    np.testing.assert_array_equal(gate[:FIRST], plain.gates[clamp.gate][:FIRST])
    np.testing.assert_allclose(trace.s[1:], [step.s for step in unroll(cell, xs)], rtol=1e-13)


def test_gradients_know_that_a_held_gate_follows_nothing(operated, rng):
    cell, xs, _ = operated
    trace = Trace.of(cell, xs)
    dL_ds = rng.standard_normal(trace.s[1:].shape)
    found = GradientTrace.of(trace, dL_ds).dcell.named()
    for name, array in cell.named().items():
        way = rng.standard_normal(array.shape)
        ahead, back = (
            np.sum(dL_ds * Trace.of(replace(cell, **{name: array + e * way}), xs).s[1:])
            for e in (1e-5, -1e-5)
        )
        assert np.sum(found[name] * way) == pytest.approx((ahead - back) / 2e-5, abs=1e-8)


def test_the_jacobian_of_a_step_within_the_span_is_that_of_the_held_step(operated):
    cell, xs, _ = operated
    trace = Trace.of(cell, xs)
    J = cell.jacobian(trace.steps)
    for t in (FIRST, LAST, LAST + 1):
        np.testing.assert_allclose(J[t], cell.jacobian(trace[t]), rtol=1e-13, atol=1e-15)
        for j in range(cell.S):
            push = np.zeros(cell.S)
            push[j] = 1e-6
            ahead, back = (cell.step(t, xs[t], trace.s[t] + e * push).s for e in (1, -1))
            np.testing.assert_allclose(J[t][:, :, j], (ahead - back) / 2e-6, atol=1e-8)


def test_the_working_says_that_a_gate_is_held(operated):
    cell, xs, clamp = operated
    trace = Trace.of(cell, xs)
    numbers = quantities(cell, trace[FIRST], 1)
    for line in worked(cell, trace[FIRST], 1):
        assert line.value == pytest.approx(numbers[line.symbol], abs=1e-14)
        assert ("held" in line.numbers) == (line.symbol == clamp.gate)


def test_a_full_memory_forgets_nothing(rng):
    cell = CELLS["LSTM"].init(rng, 1, 3).clamped(Clamp("f", 1.0, 0, 99), Clamp("i", 0.0, 0, 99))
    c = Trace.of(cell, rng.standard_normal((50, 1, 1)), np.full((1, 6), 0.7)).slot("c")
    assert (c == 0.7).all()


@pytest.mark.parametrize(
    ("cell", "clamp"),
    [
        ("Elman", Clamp("f", 1.0, 0, 1)),
        ("GRU", Clamp("f", 1.0, 0, 1)),
        ("LSTM", Clamp("f", 1.0, 0, 1, unit=7)),
        ("LSTM", Clamp("f", np.nan, 0, 1)),
    ],
)
def test_what_cannot_be_held_is_refused_in_a_sentence(cell, clamp, rng):
    with pytest.raises(ValueError, match=r"wanted .* to hold, got"):
        CELLS[cell].init(rng, 1, 4).clamped(clamp)
