"""Saturated units, counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings

from explorer import CELLS, Trace
from explorer.dynamics import saturation
from tests.strategies import runs


def watched(values, bounds):
    """Stand in for a trace with one gate of these values (T, B, H)."""
    values = np.asarray(values, float)
    cell = SimpleNamespace(gates=("m",), ranges={"m": bounds}, undriven=())
    return SimpleNamespace(cell=cell, gates={"m": values}, T=len(values))


def test_known_counts():
    values = [[[0.0, 0.05, 0.0999, 0.1]], [[0.5, 0.9, 0.91, 1.0]]]
    (found,) = saturation(watched(values, (0.0, 1.0)))
    assert found.gate == "m"
    assert found.low.tolist() == [0.75, 0]
    assert found.high.tolist() == [0, 0.5]
    assert found.share.tolist() == [0.75, 0.5]


def test_the_margin_is_a_tenth_of_the_range():
    values = [[[-1.0, -0.81, -0.79, 0.0, 0.79, 0.81, 1.0, 0.0]]]
    (found,) = saturation(watched(values, (-1.0, 1.0)))
    assert (found.low[0], found.high[0]) == (0.25, 0.25)


def test_the_batch_is_counted_too():
    (found,) = saturation(watched([[[0.0, 0.5], [1.0, 0.5]]], (0, 1)))
    assert (found.low[0], found.high[0]) == (0.25, 0.25)


def test_an_unbounded_gate_has_no_ends():
    assert saturation(watched([[[0.0]]], None)) == ()


@settings(deadline=None)
@given(trace=runs())
def test_shares_are_shares(trace):
    found = saturation(trace)
    assert [s.gate for s in found] == [
        g for g in trace.cell.gates if trace.cell.ranges[g] and g not in trace.cell.undriven
    ]
    for s in found:
        for share in (s.low, s.high, s.share):
            assert share.shape == (trace.T,)
            assert (share >= 0).all()
            assert (share <= 1).all()


@pytest.mark.parametrize("kind", [kind for kind in CELLS.values() if kind.keep])
def test_a_large_bias_fills_the_upper_end(kind, rng):
    trace = Trace.of(kind.init(rng, 1, 8, keep_bias=8.0, gain=0.1), rng.standard_normal((5, 1, 1)))
    (kept,) = (s for s in saturation(trace) if s.gate == kind.keep)
    assert (kept.high == 1).all()


@pytest.mark.parametrize("kind", CELLS.values(), ids=lambda kind: kind.__name__)
def test_only_gates_that_weights_or_inputs_move_are_counted(kind, rng):
    xs = rng.standard_normal((12, 1, 2))
    traces = [Trace.of(kind.init(rng, 2, 8), xs) for _ in range(2)]
    fixed = {g for g in kind.gates if (traces[0].gates[g] == traces[1].gates[g]).all()}
    assert set(traces[0].cell.undriven) == fixed
    assert fixed.isdisjoint(found.gate for found in saturation(traces[0]))
