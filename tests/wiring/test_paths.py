"""Gradient paths: real Jacobians, and no path where a wiring has none."""

import numpy as np
import pytest

from explorer import CELLS
from explorer.wiring.paths import paths
from tests.cells.numerics import TINY, assert_close
from tests.wiring.test_sequence_map import D, T, codec, drawn


def jacobian(run, xs):
    """Return ∂y/∂x (T_out, O, T_in, D) by complex steps."""
    found = []
    for index in np.ndindex(xs.shape):
        x = xs.astype(complex)
        x[index] += 1j * TINY
        found.append(run(x).imag[:, 0] / TINY)
    return np.moveaxis(np.array(found), 0, -1).reshape(*found[0].shape, len(xs), -1)


def wide(network):
    return network.map(lambda array: array.astype(complex))


@pytest.mark.parametrize(
    "shape", [{}, {"directions": 2}, {"depth": 2}, {"depth": 2, "directions": 2}]
)
@pytest.mark.parametrize("name", CELLS)
def test_the_norms_at_the_inputs_are_those_of_the_true_jacobian(name, shape, rng):
    network, xs = drawn(name, rng, **shape), rng.standard_normal((T, 1, D))
    found = paths(network.run(xs))
    J = jacobian(lambda x: wide(network).run(x).y, xs)
    assert_close(found.inputs[:-1], np.sqrt((J**2).sum(axis=(1, 3))), 1e-12, "each output")
    assert_close(found.inputs[-1], np.sqrt((J.sum(0) ** 2).sum(axis=(0, 2))), 1e-12, "all")


@pytest.mark.parametrize("name", CELLS)
def test_an_encoder_hears_of_every_output_and_a_choice_passes_nothing(name, rng):
    network, xs = codec(name, rng, 2), rng.standard_normal((T, 1, D))
    trace = network.answer(xs, 3)
    told = trace.decoded.x.astype(complex)
    found = paths(trace)
    J = jacobian(lambda x: wide(network).run(x, told).y, xs)
    assert_close(found.inputs[:-1], np.sqrt((J**2).sum(axis=(1, 3))), 1e-12)
    assert (found.inputs > 0).all()
    choices = [arrow for arrow in found.arrows if arrow.target.kind == "told"]
    assert len(choices) == 2
    assert not any(arrow.norms.any() for arrow in choices)


@pytest.mark.parametrize("name", CELLS)
def test_the_shape_of_the_paths_is_the_signature_of_the_wiring(name, rng):
    xs = rng.standard_normal((T, 1, D))
    aligned = paths(drawn(name, rng).run(xs)).inputs[:-1]
    assert not np.triu(aligned, 1).any()
    assert (np.tril(aligned) > 0).sum() == T * (T + 1) // 2
    assert (paths(drawn(name, rng, directions=2).run(xs)).inputs > 0).all()
    assert paths(drawn(name, rng, speaks="last").run(xs)).inputs.shape == (2, T)
    assert paths(drawn(name, rng, hears="first").run(xs)).inputs.shape == (T + 1, 1)


@pytest.mark.parametrize("name", CELLS)
def test_arrows_into_a_box_carry_what_leaves_it(name, rng):
    """Without a matrix between them the arrows would not add up: check one whole chain of them."""
    network = drawn(name, rng, speaks="last")
    found = paths(network.run(rng.standard_normal((T, 1, D))))
    read = [a for a in found.arrows if a.target.kind == "y"]
    assert [a.source.t for a in read] == [T - 1]
    assert_close(read[0].norms[0], np.linalg.norm(network.readout.W_hy), 1e-12)
    into = {a.target.t: a.norms[0] for a in found.arrows if a.source.kind == "x"}
    for t, size in into.items():
        assert_close(size, found.inputs[0, t], 1e-12)
    assert {(a.source.t, a.target.t) for a in found.arrows if a.weight == "W_hh"} == {
        (t, t + 1) for t in range(T - 1)
    }


def test_backward_arrows_run_against_time(rng):
    found = paths(drawn("GRU", rng, directions=2).run(rng.standard_normal((T, 1, D))))
    back = [a for a in found.arrows if a.weight == "W_hh" and a.source.way]
    assert {(a.source.t, a.target.t) for a in back} == {(t + 1, t) for t in range(T - 1)}
    for arrow in back:  # it tells the past of the future: later outputs do not hear of it
        assert (arrow.norms[: arrow.target.t + 1] > 0).all()
        assert not arrow.norms[arrow.target.t + 1 : T].any()
