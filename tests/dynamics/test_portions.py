"""A computation in portions is the same computation, and says meanwhile how far it is."""

import numpy as np
import pytest

from explorer import CELLS, Trace
from explorer.dynamics import growth as growths
from explorer.dynamics import leading, portions
from explorer.dynamics import parting as partings
from explorer.dynamics.portions import Part, between, last, run, told, whole


@pytest.fixture
def small(monkeypatch):
    """Make a portion of a few steps, however small the network."""
    monkeypatch.setattr(portions, "WORK", 1)
    monkeypatch.setattr(leading, "WORK", 1)


def drawn(name, T=75, H=6):
    cell = CELLS[name].init(np.random.default_rng(3), 1, H, recurrent="gaussian", gain=1.2)
    xs = np.random.default_rng(4).standard_normal((T, 1))
    return cell, xs, np.full(cell.S, 0.1)


def listed(steps):
    """Return all that a computation yields, and what it returns."""
    said = []
    found = yield_from(steps, said)
    return said, found


def yield_from(steps, said):
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", CELLS)
def test_a_run_in_portions_is_the_run(name):
    cell, xs, s0 = drawn(name)
    shares, found = listed(run(cell, xs[:, None], s0[None]))
    assert shares == pytest.approx([10 * k / 75 for k in range(1, 8)] + [1.0])
    once = Trace.of(cell, xs[:, None], s0[None])
    np.testing.assert_allclose(found.s, once.s, rtol=0, atol=1e-12)
    for gate in once.gates:
        np.testing.assert_allclose(found.gates[gate], once.gates[gate], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["Elman", "LSTM", "Clockwork"])
def test_gradients_in_portions_are_the_gradients(name, monkeypatch):
    cell, xs, s0 = drawn(name)
    once = growths.growth(cell, xs, s0, np.random.default_rng(5), 20)
    monkeypatch.setattr(portions, "WORK", 1)
    parts = list(growths.growing(cell, xs, s0, np.random.default_rng(5), 20))
    shares = [part.share for part in parts]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    found = [part.found for part in parts if part.found is not None]
    assert [each.lags for each in found] == [10, 20, 30, 40, 50, 55]
    np.testing.assert_allclose(found[-1].norms, once.norms, rtol=1e-9)
    assert found[-1].exponent == pytest.approx(once.exponent, abs=1e-9)
    # Whoever stops has the gradients as far back as they have come.
    np.testing.assert_allclose(found[2].norms, once.norms[:31], rtol=1e-9)


def test_two_starts_in_portions_are_the_two_starts(monkeypatch):
    cell, xs, s0 = drawn("GRU", 175)
    asked = (cell, xs, s0, 1e-3)
    once = partings.parting(*asked, np.random.default_rng(5), 40, 50)
    monkeypatch.setattr(portions, "WORK", 1)
    parts = list(partings.partings(*asked, np.random.default_rng(5), 40, 50))
    shares = [part.share for part in parts]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    found = [part.found for part in parts if part.found is not None]
    assert len(found) == 5  # the gradient passes 25 steps at a time
    np.testing.assert_allclose(found[-1].distance, once.distance, rtol=1e-9)
    assert found[-1].exponent == pytest.approx(once.exponent, abs=1e-9)
    assert all(np.isfinite(each.exponent) for each in found)


def test_many_networks_in_portions_are_the_many_networks(monkeypatch):
    W = np.random.default_rng(0).standard_normal((2, 9, 9)) / 3
    asked = {"T": 60, "warmup": 20, "noise": (0.1, 0.2)}
    once = whole(leading.swept(W, (0.8, 1.5), rng=np.random.default_rng(1), **asked))
    monkeypatch.setattr(leading, "WORK", 1)
    shares, found = listed(leading.swept(W, (0.8, 1.5), rng=np.random.default_rng(1), **asked))
    assert shares == [8 * k / 80 for k in range(1, 10)]
    np.testing.assert_array_equal(found.exponents, once.exponents)
    np.testing.assert_array_equal(found.errors, once.errors)


def test_an_input_is_as_loud_for_each_gain_as_was_asked():
    W = np.random.default_rng(0).standard_normal((1, 9, 9)) / 3
    drive = np.random.default_rng(2).standard_normal((80, 9))
    gains, louder = (1.5, 1.5, 0.8), (0.0, 2.0, 0.5)
    asked = {"T": 60, "warmup": 20}

    def one(gain, drive):
        rng = np.random.default_rng(1)
        return leading.leading_exponents(W, [gain] * 3, rng=rng, drive=drive, **asked)

    rng = np.random.default_rng(1)
    found = leading.leading_exponents(W, gains, rng=rng, drive=drive, louder=louder, **asked)
    for k, (gain, loud) in enumerate(zip(gains, louder, strict=True)):
        np.testing.assert_allclose(found[k], one(gain, loud * drive)[k], atol=1e-12)


@pytest.mark.usefixtures("small")
def test_no_error_state_stands_while_others_compute():
    W = np.full((1, 2, 2), 1e3)
    steps = leading.swept(W, (1e300,), 60, 20, np.random.default_rng(0))
    before = np.geterr()
    assert [np.geterr() for _ in steps] == 9 * [before]


def test_stages_follow_each_other():
    def stage():
        yield 0.5
        return "done"

    assert whole(stage()) == "done"
    assert listed(told(stage(), str)) == (["0.5"], "done")
    (part,), found = listed(between(0.2, 0.6, stage()))
    assert (part.share, part.found, found) == (pytest.approx(0.4), None, "done")
    assert last(iter([Part(0.5), Part(1.0, "all")])) == "all"
