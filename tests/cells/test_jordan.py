"""What makes a Jordan network one: its past is its last output and nothing else."""

import numpy as np
import pytest

from explorer import Elman, GradientTrace, Jordan, Trace
from explorer.dynamics.itemised import itemised
from tests.cells.numerics import assert_close, complex_step, loss


@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_a_jordan_network_is_an_elman_network_with_a_folded_matrix(activation, outputs, rng):
    jordan = Jordan.init(rng, 2, 3, activation=activation).narrowed(outputs)
    xs, dL = rng.standard_normal((12, 2, 2)), rng.standard_normal((11, 2, 3))
    trace = Trace.of(jordan, xs)
    folded = Elman(
        jordan.W_xh,
        jordan.W_hh @ jordan.W_hy,
        jordan.b_xh,
        jordan.b_hh + jordan.W_hh @ jordan.b_y,
        activation=activation,
    )
    # From the second step: in the first, Jordan sees a zero output and not the bias of one.
    elman = Trace.of(folded, xs[1:], trace.slot("h")[1])
    assert_close(trace.slot("h")[1:], elman.s, 1e-13)
    dL_ds = np.zeros_like(trace.s[1:])
    dL_ds[1:, :, :3] = dL
    one, other = GradientTrace.of(trace, dL_ds), GradientTrace.of(elman, dL)
    assert_close(one.dx[1:], other.dx, 1e-12)
    assert_close(
        one.dcell.W_hh[:, :outputs],
        other.dcell.W_hh @ jordan.W_hy.T + np.outer(other.dcell.b_hh, jordan.b_y),
        1e-12,
    )


def test_its_hidden_state_is_forgotten_at_once(rng):
    jordan = Jordan.init(rng, 1, 4)
    s0 = rng.standard_normal((1, 8))
    other = np.concatenate([rng.standard_normal((1, 4)), s0[:, 4:]], axis=1)
    xs = rng.standard_normal((3, 1, 1))
    np.testing.assert_array_equal(Trace.of(jordan, xs, s0).s[1:], Trace.of(jordan, xs, other).s[1:])


@pytest.mark.parametrize("outputs", [1, 2])
def test_with_fewer_outputs_than_units_all_gradients_are_exact(outputs, rng):
    cell = Jordan.init(rng, 2, 4, gain=1.5).narrowed(outputs)
    assert (cell.O, cell.S) == (outputs, 4 + outputs)
    xs, s0, dL = (rng.standard_normal(n) for n in ((5, 2, 2), (2, cell.S), (5, 2, cell.S)))
    gradient = GradientTrace.of(Trace.of(cell, xs, s0), dL)
    assert_close(gradient.ds[0], complex_step(lambda s: loss(cell, xs, s, dL), s0), 1e-12)
    assert gradient.dcell.W_hh.shape == (4, outputs)
    matrix = itemised(gradient.trace)
    assert np.isfinite(matrix.whole[np.tri(5, 6, 1, dtype=bool)]).all()
