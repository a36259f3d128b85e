"""Known networks that the specimens turn into, so the base carries clocks, masks and feedback."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Elman, GradientTrace, Trace
from tests.cells.numerics import assert_close
from tests.cells.specimens import Clockwork, Constant, Jordan, Leaky


def shared(cell) -> dict[str, np.ndarray]:
    """Return the four arrays that every cell has."""
    return {name: getattr(cell, name) for name in ("W_xh", "W_hh", "b_xh", "b_hh")}


@pytest.mark.parametrize(
    ("kind", "settings", "plain"),
    [
        (Leaky, {"leak": 1.0}, "tanh"),
        (Clockwork, {"periods": (1,)}, "tanh"),
        (Constant, {}, "identity"),
    ],
)
def test_a_special_case_is_the_simple_network(kind, settings, plain, rng):
    special = kind.init(rng, 2, 4, **settings)
    elman = Elman(**shared(special), activation=plain)
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 4))
    one, other = (GradientTrace.of(Trace.of(cell, xs), dL) for cell in (special, elman))
    assert_close(one.trace.s, other.trace.s, 1e-14)
    assert_close(one.ds, other.ds, 1e-14)
    assert_close(special.jacobian(one.trace.steps), elman.jacobian(other.trace.steps), 1e-14)
    for name, array in shared(one.dcell).items():
        assert_close(array, other.dcell.named()[name], 1e-13, name)


def test_a_jordan_network_is_an_elman_network_with_a_folded_matrix(rng):
    jordan = Jordan.init(rng, 2, 3)
    xs = rng.standard_normal((12, 2, 2))
    trace = Trace.of(jordan, xs)
    folded = Elman(
        jordan.W_xh,
        jordan.W_hh @ jordan.W_hy,
        jordan.b_xh,
        jordan.b_hh + jordan.W_hh @ jordan.b_y,
    )
    # From the second step: in the first, Jordan sees a zero output and not the bias of one.
    elman = Trace.of(folded, xs[1:], trace.slot("h")[1])
    assert_close(trace.slot("h")[1:], elman.s, 1e-13)


def test_groups_move_when_their_clock_ticks(rng):
    cell = Clockwork.init(rng, 1, 8, periods=(1, 2, 4, 128))
    trace = Trace.of(cell, rng.standard_normal((128, 1, 1)))
    moves = (np.diff(trace.s, axis=0) != 0).sum(axis=(0, 1))
    np.testing.assert_array_equal(moves, [128, 128, 64, 64, 32, 32, 1, 1])
    k, G = 2, 4
    assert cell.mask.sum() == k * k * G * (G + 1) // 2
    slow = trace.gates["m"][:, 0, 6]
    assert slow[0] == 1
    assert not slow[1:].any()


def test_the_time_counts_from_the_start_of_the_run(rng):
    cell = Clockwork.init(rng, 1, 3)
    xs = rng.standard_normal((8, 1, 1))
    whole = Trace.of(cell, xs)
    again = Trace.of(cell, xs[4:], whole.s[4])  # 4 is a multiple of every period
    assert_close(again.s, whole.s[4:], 1e-15)
    late = Trace.of(cell, xs[3:], whole.s[3])
    assert np.abs(late.s - whole.s[3:]).max() > 1e-3


def test_what_if_is_replace(rng):
    cell = Leaky.init(rng, 2, 3, leak=0.2)
    frozen = replace(cell, leak=0.0)
    trace = Trace.of(frozen, rng.standard_normal((5, 1, 2)), rng.standard_normal((1, 3)))
    assert_close(trace.s, np.broadcast_to(trace.s[0], trace.s.shape), 1e-15)
    with pytest.raises(AttributeError):
        cell.leak = 0.5
