"""Known networks that the specimens turn into, so the base carries leaks and plain numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import Elman, GradientTrace, Trace
from tests.cells.numerics import assert_close
from tests.cells.specimens import Constant, LeakySpecimen


def shared(cell) -> dict[str, np.ndarray]:
    """Return the four arrays that every cell has."""
    return {name: getattr(cell, name) for name in ("W_xh", "W_hh", "b_xh", "b_hh")}


@pytest.mark.parametrize(
    ("kind", "settings", "plain"),
    [
        (LeakySpecimen, {"leak": 1.0}, "tanh"),
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


def test_what_if_is_replace(rng):
    cell = LeakySpecimen.init(rng, 2, 3, leak=0.2)
    frozen = replace(cell, leak=0.0)
    trace = Trace.of(frozen, rng.standard_normal((5, 1, 2)), rng.standard_normal((1, 3)))
    assert_close(trace.s, np.broadcast_to(trace.s[0], trace.s.shape), 1e-15)
    with pytest.raises(AttributeError):
        cell.leak = 0.5
