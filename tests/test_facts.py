"""Facts from the literature about cells and gradients, in the numbers of our own code."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import GRU, LSTM, Cell, Elman, GradientTrace, OriginalGRU, PeepholeLSTM, Trace
from explorer.initialisers import spectral_radius
from tests.cells.numerics import assert_close


def elman(W, activation="identity", bias=0.0) -> Elman:
    """Return a network without input whose recurrent matrix is W."""
    W = np.asarray(W, float)
    H = len(W)
    return Elman(np.zeros((H, 1)), W, np.zeros(H) + bias, np.zeros(H), activation)


def silent(cell: Cell, T: int, s0=None) -> Trace:
    """Run a cell without input."""
    s0 = np.zeros((1, cell.S)) if s0 is None else np.asarray(s0, float)[None]
    return Trace.of(cell, np.zeros((T, 1, cell.D)), s0)


def at_the_end(trace: Trace, ds) -> GradientTrace:
    """Inject a gradient at the last state only."""
    dL = np.zeros_like(trace.s[1:])
    dL[-1] = ds
    return GradientTrace.of(trace, dL)


def through(trace: Trace) -> np.ndarray:
    """Return the derivative of the last state by the first, as the product of all Jacobians."""
    total = np.eye(trace.cell.S)
    for J in trace.cell.jacobian(trace.steps)[:, 0]:
        total = J @ total
    return total


# ---- how a gradient fades, holds and grows ---------------------------------------------------


@pytest.mark.parametrize("rho", [0.8, 1.0, 1.1])
def test_a_scaled_rotation_fades_or_grows_by_exactly_its_scale(rho, rng):
    cell = Elman.init(rng, 1, 8, recurrent="orthogonal", gain=rho, activation="identity")
    norm = at_the_end(silent(cell, 60), rng.standard_normal(8)).norm()
    np.testing.assert_allclose(norm, norm[-1] * rho ** np.arange(60.0, -1, -1), rtol=1e-12)
    slope = np.polyfit(np.arange(60.0, -1, -1), np.log(norm), 1)[0]
    assert slope == pytest.approx(np.log(rho), abs=1e-13)


def test_a_matrix_of_radius_below_one_may_first_grow_twentyfold():
    cell = elman([[0.9, 5.0], [0.0, 0.9]])
    norms = [1.0, *(np.linalg.norm(through(silent(cell, t)), 2) for t in range(1, 200))]
    assert int(np.argmax(norms)) == 9
    assert max(norms) == pytest.approx(19.37877, abs=5e-6)
    assert spectral_radius(cell.W_hh) < 1
    assert norms[-1] < 1e-5


def test_a_radius_below_one_is_not_enough_for_a_gradient_to_vanish():
    W = np.array([[2.0, -2.2], [2.0, -2.0]])
    assert spectral_radius(W) == pytest.approx(np.sqrt(0.4))  # 0.632
    # The second unit is saturated at 1, the first rests at 0 with slope 1, where it sees only
    # itself: a weight of 2.
    trace = silent(elman(W, "tanh", bias=[2.2, 50.0]), 30, s0=[0, 1])
    assert_close(trace.s[:, 0], np.tile([0.0, 1.0], (31, 1)), 1e-15)
    gradient = at_the_end(trace, [1.0, 0.0])
    np.testing.assert_allclose(gradient.ds[:, 0, 0], 2.0 ** np.arange(30, -1, -1), rtol=1e-12)
    assert gradient.norm()[0] > 2**30
    # The very same matrix, left linear, lets the gradient vanish.
    assert at_the_end(silent(elman(W), 30), [1.0, 0.0]).norm()[0] < 1e-4


@pytest.mark.parametrize("gain", [0.5, 0.9, 1.5])
def test_the_largest_singular_value_bounds_the_gradient(gain, rng):
    cell = Elman.init(rng, 3, 6, recurrent="gaussian", gain=gain)
    trace = Trace.of(cell, rng.standard_normal((20, 1, 3)))
    sigma = np.linalg.norm(cell.W_hh, 2)
    norm = at_the_end(trace, rng.standard_normal(6)).norm()
    assert (norm[:-1] <= sigma * norm[1:]).all()
    assert np.linalg.norm(through(trace), 2) <= sigma**20
    assert norm[0] > 0


def test_the_bound_is_reached_where_nothing_saturates():
    cell = elman(np.diag([0.9, 0.3]), "tanh")
    assert np.linalg.norm(through(silent(cell, 12)), 2) == pytest.approx(0.9**12, rel=1e-13)


def test_the_film_backwards_is_the_product_of_jacobians(rng):
    cell = LSTM.init(rng, 2, 4, gain=1.5)
    trace = Trace.of(cell, rng.standard_normal((15, 1, 2)))
    ds = rng.standard_normal(8)
    assert_close(at_the_end(trace, ds).ds[0, 0], ds @ through(trace), 1e-13)


# ---- gates -----------------------------------------------------------------------------------


def cut_lstm(H: int = 3, kind: type[Cell] = LSTM) -> Cell:
    """Return an LSTM without recurrence and input, so that its biases alone open the gates."""
    cell = kind.init(np.random.default_rng(5), 1, H, recurrent="identity", gain=0)
    return replace(cell, W_xh=np.zeros_like(cell.W_xh))


@pytest.mark.parametrize(
    ("bias", "held"), [(1.0, 2.48438e-14), (np.log(99), 0.366032)], ids=["bias 1", "chrono"]
)
def test_a_memory_of_100_steps_is_held_by_the_forget_bias(bias, held):
    trace = silent(cut_lstm().biased("f", bias), 100)
    kept = through(trace)[3:, 3:]
    assert_close(kept, np.diag(np.diagonal(kept)), 1e-15)
    np.testing.assert_allclose(np.diagonal(kept), (1 / (1 + np.exp(-bias))) ** 100, rtol=1e-12)
    np.testing.assert_allclose(np.diagonal(kept), held, rtol=2e-6)
    ds = np.zeros(6)
    ds[4] = 1
    np.testing.assert_allclose(at_the_end(trace, ds).slot("c")[0, 0], [0, kept[1, 1], 0])


def test_chrono_initialisation_of_one_time_holds_for_that_time():
    class AlwaysLongest(np.random.Generator):
        def uniform(self, low=0.0, high=1.0, size=None):
            return np.full(size, high)

    rng = AlwaysLongest(np.random.PCG64(0))
    cell = LSTM.init(rng, 1, 3, recurrent="identity", gain=0, chrono=100)
    gates = silent(replace(cell, W_xh=np.zeros_like(cell.W_xh)), 1).gates
    np.testing.assert_allclose(gates["f"], 0.99, rtol=1e-14)  # forgets 1 part in 100 ...
    np.testing.assert_allclose(gates["i"], 0.01, rtol=1e-13)  # ... and writes as much


@pytest.mark.parametrize("bias", [-1.0, 0.0, 1.0, 4.0])
def test_the_time_constant_of_a_memory_is_one_and_e_to_the_bias(bias):
    trace = silent(cut_lstm(1).biased("f", bias), 1)
    assert 1 / (1 - trace.gates["f"][0, 0, 0]) == pytest.approx(1 + np.exp(bias), rel=1e-13)


def test_a_memory_falls_to_one_part_in_e_in_about_its_time_constant():
    cell = cut_lstm(1).biased("f", 5.0).biased("i", -800.0)
    c = silent(cell, 400, s0=[0, 1]).slot("c")[:, 0, 0]
    steps = np.argmin(np.abs(c - np.exp(-1)))
    assert abs(steps - (1 + np.exp(5))) < 1


def test_without_peepholes_a_peephole_lstm_is_an_lstm(rng):
    peephole = PeepholeLSTM.init(rng, 2, 4)
    blind = replace(peephole, p_i=np.zeros(4), p_f=np.zeros(4), p_o=np.zeros(4))
    plain = LSTM(peephole.W_xh, peephole.W_hh, peephole.b_xh, peephole.b_hh)
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 8))
    one, other = (GradientTrace.of(Trace.of(cell, xs), dL) for cell in (blind, plain))
    assert_close(one.trace.s, other.trace.s, 1e-15)
    assert_close(one.ds, other.ds, 1e-14)
    for name, array in other.dcell.named().items():
        assert_close(one.dcell.named()[name], array, 1e-14, name)
    assert np.abs(Trace.of(peephole, xs).s - one.trace.s).max() > 1e-3


# ---- the two gated recurrent units -----------------------------------------------------------


def both_units(cell: Cell, xs, dL) -> tuple[GradientTrace, GradientTrace]:
    """Run the same arrays with the reset after and before the product."""
    arrays = cell.named().values()
    after, before = (
        GradientTrace.of(Trace.of(kind(*arrays), xs), dL) for kind in (GRU, OriginalGRU)
    )
    return after, before


def with_candidate(cell: Cell, U_n, b_n) -> Cell:
    W_hh, b_hh = cell.W_hh.copy(), cell.b_hh.copy()
    W_hh[2 * cell.H :], b_hh[2 * cell.H :] = U_n, b_n
    return replace(cell, W_hh=W_hh, b_hh=b_hh)


def test_reset_before_and_after_agree_on_a_diagonal_without_bias(rng):
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 4))
    cell = GRU.init(rng, 2, 4, gain=2)
    diagonal = np.diag(rng.standard_normal(4))
    after, before = both_units(with_candidate(cell, diagonal, 0.0), xs, dL)
    assert_close(after.trace.s, before.trace.s, 1e-14)
    assert_close(after.ds, before.ds, 1e-13)
    assert_close(after.dx, before.dx, 1e-13)
    assert_close(after.dcell.W_xh, before.dcell.W_xh, 1e-13)


@pytest.mark.parametrize("broken", ["bias", "mixing"])
def test_reset_before_and_after_differ_with_a_bias_or_mixing(broken, rng):
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 4))
    cell = GRU.init(rng, 2, 4, gain=2)
    diagonal = np.diag(rng.standard_normal(4))
    if broken == "bias":
        other = with_candidate(cell, diagonal, 0.5)
    else:
        other = with_candidate(cell, diagonal + np.eye(4, k=1), 0.0)
    after, before = both_units(other, xs, dL)
    assert np.abs(after.trace.s - before.trace.s).max() > 1e-2


def test_reset_before_and_after_agree_when_the_reset_is_open(rng):
    xs, dL = rng.standard_normal((9, 2, 2)), rng.standard_normal((9, 2, 4))
    cell = GRU.init(rng, 2, 4, gain=2)
    W_xh, W_hh = cell.W_xh.copy(), cell.W_hh.copy()
    W_xh[:4], W_hh[:4] = 0, 0
    after, before = both_units(replace(cell, W_xh=W_xh, W_hh=W_hh).biased("r", 40.0), xs, dL)
    assert_close(after.trace.s, before.trace.s, 1e-14)
    assert_close(after.ds, before.ds, 1e-13)


@pytest.mark.parametrize("kind", [GRU, OriginalGRU])
def test_the_other_convention_of_z_is_the_negated_gate(kind, rng):
    cell = kind.init(rng, 2, 3)
    z = slice(3, 6)
    negated = {name: array.copy() for name, array in cell.named().items()}
    for array in negated.values():
        array[z] *= -1
    xs = rng.standard_normal((6, 2, 2))
    one, other = Trace.of(cell, xs[:1]), Trace.of(kind(**negated), xs[:1])
    assert_close(other.gates["z"], 1 - one.gates["z"], 1e-15)
    # h' = (1 - z) h + z n, with the z of the negated gate, is the step of the plain one.
    h, n, z_other = one.s[0], one.gates["n"][0], other.gates["z"][0]
    assert_close((1 - z_other) * h + z_other * n, one.s[1], 1e-15)


def test_a_closed_update_gate_holds_the_state(rng):
    cell = GRU.init(rng, 2, 3, keep_bias=60.0)
    h0 = rng.uniform(-1, 1, (1, 3))
    trace = Trace.of(cell, rng.standard_normal((50, 1, 2)), h0)
    assert_close(trace.s, np.broadcast_to(h0, trace.s.shape), 1e-13)
    assert_close(through(trace), np.eye(3), 1e-13)


# ---- truncation ------------------------------------------------------------------------------


def test_the_share_that_truncation_misses_is_a_power_of_the_weight():
    one = np.ones((1, 1))
    cell = Elman(one, 0.9 * one, np.zeros(1), np.zeros(1), "identity")
    trace = Trace.of(cell, np.ones((1000, 1, 1)))
    gradient = at_the_end(trace, 1.0)
    shares = np.array([gradient.share_at(t).W_xh[0, 0] for t in range(trace.T)])
    assert_close(gradient.shares["W_xh"], shares, 1e-14)
    assert gradient.dcell.W_xh[0, 0] == pytest.approx(1 / (1 - 0.9), rel=1e-12)
    for K in (1, 10, 50):
        missing = 1 - shares[-K:].sum() / shares.sum()
        assert missing == pytest.approx(0.9**K, rel=1e-11)
    assert 1 - shares[-10:].sum() / shares.sum() == pytest.approx(0.348678, abs=5e-7)


def test_each_share_of_a_linear_unit_can_be_checked_by_hand():
    one = np.ones((1, 1))
    cell = Elman(one, 0.5 * one, np.zeros(1), np.zeros(1), "identity")
    trace = Trace.of(cell, np.ones((4, 1, 1)))
    assert trace.s.ravel().tolist() == [0, 1, 1.5, 1.75, 1.875]
    gradient = at_the_end(trace, 1.0)
    assert gradient.ds.ravel().tolist() == [0.0625, 0.125, 0.25, 0.5, 1]
    assert gradient.shares["W_hh"].tolist() == [0, 0.25, 0.75, 1.75]  # ds_t · h_{t-1}
    assert gradient.dcell.W_hh[0, 0] == 2.75
