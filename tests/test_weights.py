"""Arithmetic on weights: names, maps, norms, nesting."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.cells import CELLS
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Pair(Weights):
    W: np.ndarray
    b: np.ndarray
    note: str = "a setting"


@dataclass(frozen=True, eq=False)
class Nest(Weights):
    lower: Pair
    scale: np.ndarray
    upper: Pair
    depth: int = 2
    rates: tuple[float, ...] = field(default=(0.1,))


@pytest.fixture
def nest(rng) -> Nest:
    def pair() -> Pair:
        return Pair(rng.standard_normal((2, 3)), rng.standard_normal(2))

    return Nest(pair(), rng.standard_normal(1), pair())


def test_names_of_nested_records_are_dotted_and_in_order(nest):
    assert list(nest.named()) == ["lower.W", "lower.b", "scale", "upper.W", "upper.b"]
    assert nest.named()["upper.b"] is nest.upper.b


def test_settings_are_not_trained_and_travel_along(nest):
    doubled = nest.map(lambda w: 2 * w)
    assert type(doubled) is Nest
    assert (doubled.depth, doubled.rates, doubled.lower.note) == (2, (0.1,), "a setting")
    assert nest.size == 2 * (6 + 2) + 1


def test_descent_is_a_map_over_two_records(nest):
    before = {name: array.copy() for name, array in nest.named().items()}
    gradient = nest.map(np.cos)
    after = nest.map(lambda w, g: w - 0.1 * g, gradient)
    for name, array in after.named().items():
        np.testing.assert_array_equal(array, before[name] - 0.1 * np.cos(before[name]))
        np.testing.assert_array_equal(nest.named()[name], before[name])


def test_a_map_takes_any_number_of_records(nest):
    total = nest.map(lambda a, b, c: a + b + c, nest, nest)
    np.testing.assert_allclose(total.upper.W, 3 * nest.upper.W, rtol=1e-15)


def test_records_are_frozen(nest):
    with pytest.raises(AttributeError):
        nest.scale = np.ones(1)


def test_records_are_compared_by_identity(nest):
    assert nest != nest.map(np.copy)
    assert len({nest, nest.map(np.copy)}) == 2


FINITE = st.floats(-1e3, 1e3)


@settings(deadline=None)
@given(arrays(np.float64, (2, 3), elements=FINITE), arrays(np.float64, 2, elements=FINITE))
def test_the_norm_is_that_of_all_entries_in_one_vector(W, b):
    pair = Pair(W, b)
    everything = np.concatenate([W.ravel(), b])
    assert pair.norm() == pytest.approx(np.linalg.norm(everything), rel=1e-14)
    assert pair.size == everything.size


@settings(deadline=None)
@given(arrays(np.float64, (2, 3), elements=FINITE), arrays(np.float64, 2, elements=FINITE))
def test_a_map_keeps_shapes_and_composes(W, b):
    pair = Pair(W, b)
    twice = pair.map(np.tanh).map(np.square)
    once = pair.map(lambda array: np.square(np.tanh(array)))
    for name, array in twice.named().items():
        np.testing.assert_array_equal(array, once.named()[name])
        assert array.shape == pair.named()[name].shape


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_the_norm_survives_where_squares_do_not(size):
    norm = Pair(np.zeros((2, 3)), np.full(2, size)).norm()
    assert norm == pytest.approx(np.sqrt(2) * size, rel=1e-14, abs=0)


def test_the_norm_of_zero_and_of_infinity():
    assert Pair(np.zeros((2, 3)), np.zeros(2)).norm() == 0
    assert Pair(np.zeros((2, 3)), np.array([0, np.inf])).norm() == np.inf


@dataclass(frozen=True, eq=False)
class Row(Weights):
    parts: tuple[Pair, ...]


def test_weights_in_a_row_are_named_and_mapped_by_their_place(rng):
    row = Row(tuple(Pair(rng.standard_normal((2, 3)), rng.standard_normal(2)) for _ in range(2)))
    assert list(row.named()) == ["parts.0.W", "parts.0.b", "parts.1.W", "parts.1.b"]
    moved = row.map(lambda w, g: w - 0.5 * g, row)
    for name, array in row.named().items():
        np.testing.assert_array_equal(moved.named()[name], 0.5 * array)
    assert row.size == 16
    assert row.norm() == pytest.approx(np.sqrt(sum(np.sum(a**2) for a in row.named().values())))


@pytest.mark.parametrize("kind", sorted(CELLS.values(), key=lambda kind: kind.name))
def test_a_fingerprint_is_that_of_the_content(kind):
    def made(seed=0):
        return kind.init(np.random.default_rng(seed), 2, 3)

    cell = made()
    assert cell.fingerprint == made().fingerprint
    assert cell.fingerprint != made(1).fingerprint
    for name, array in cell.named().items():
        changed = array.copy()
        changed.flat[-1] += 1e-12
        assert replace(cell, **{name: changed}).fingerprint != cell.fingerprint
