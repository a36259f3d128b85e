"""Fixed points: all of them where they are known, and a certificate that knows when one is not."""

from itertools import product

import numpy as np
import pytest

from explorer import CELLS, LSTM, assets
from explorer.dynamics import fixed_points
from explorer.dynamics.fixed_points import search
from explorer.dynamics.seeker import LINE
from explorer.dynamics.stability import kind
from tests.dynamics.networks import autonomous, rotation

H_STAR = 0.8585596


def test_a_pitchfork_has_its_three_points():
    found = fixed_points(autonomous(1.5))
    np.testing.assert_allclose(np.sort(found.points[:, 0]), [-H_STAR, 0, H_STAR], atol=2e-7)
    assert list(found.stable) == [True, True, False]
    assert found.kinds == ("stable", "stable", "source")
    assert found.certificate == 1


@pytest.mark.parametrize("w", [-3.0, 0.5, 0.999])
def test_before_the_pitchfork_there_is_one(w):
    found = fixed_points(autonomous(w))
    assert len(found) == 1
    assert found.certificate == 1
    assert found.eigenvalues[0, 0] == pytest.approx(w)


def test_three_decoupled_bistable_units_have_27():
    found = fixed_points(autonomous(1.5 * np.eye(3)))
    wanted = np.array(list(product([-H_STAR, 0, H_STAR], repeat=3)))
    apart = np.linalg.norm(wanted[:, None] - found.points, axis=2)
    assert len(found) == 27
    assert apart.min(axis=1).max() < 5e-7
    assert list(np.bincount(found.unstable)) == [8, 12, 6, 1]
    assert found.certificate == 1
    assert "sum to +1" in found.verdict


def test_150_random_two_unit_grus_are_complete():
    total = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        cell = CELLS["GRU"].init(rng, 1, 2, recurrent="gaussian", gain=3.0)
        found = fixed_points(cell, starts=100, rng=rng)
        assert found.certificate == 1, seed
        assert np.abs(found.points).max() <= 1, seed
        assert found.correction.max() < 1e-8, seed
        total += len(found)
    assert total > 180  # many of them have more than one


@pytest.mark.parametrize("name", ["Elman-16", "GRU-16"])
def test_a_trained_memory_of_three_bits_is_a_cube(name):
    cell = assets.asset(f"flip_flop-{name}").model.cell
    found = fixed_points(cell)
    assert list(np.bincount(found.unstable)) == [8, 12, 6, 1]
    assert found.certificate == 1
    assert found.residual.max() < 1e-12


@pytest.mark.parametrize("name", sorted(CELLS))
def test_every_cell_rests_where_it_is_said_to(name):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        cell = CELLS[name].init(rng, 2, 4, recurrent="gaussian", gain=2.0)
        x = rng.standard_normal(2)
        found = fixed_points(cell, x, starts=60, rng=rng)
        flow = found.map
        for point in found.points:
            s = point[None]
            for t in range(flow.cell.period):
                s = cell.step(t, x[None], s).s
            np.testing.assert_allclose(s[0], point, atol=1e-9)
        assert found.certificate in (1, None)


def test_a_stable_point_attracts_and_a_saddle_does_not(rng):
    found = fixed_points(autonomous([[1.6, 0.3], [-0.2, 1.4]]))
    flow = found.map
    near = found.points + 1e-4 * rng.standard_normal(found.points.shape)
    late = np.linalg.norm(flow.orbit(near, 400)[-1] - found.points, axis=1)
    np.testing.assert_array_equal(late < 1e-6, found.stable)
    assert found.stable.any()
    assert not found.stable.all()


def test_time_constants_and_periods_are_those_of_the_motion():
    found = fixed_points(autonomous(0.9 * rotation(0.5)))
    assert found.periods[0] == pytest.approx(2 * np.pi / 0.5)
    assert found.time_constants[0] == pytest.approx(-1 / np.log(0.9))
    assert found.kinds == ("stable spiral",)
    orbit = found.map.orbit(np.array([[1e-6, 0.0]]), 40)[:, 0]
    assert np.linalg.norm(orbit[20]) / np.linalg.norm(orbit[0]) == pytest.approx(0.9**20, rel=1e-6)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ([0.5, -0.9], "stable"),
        ([0.9j, -0.9j], "stable spiral"),
        ([1.5, 0.2], "saddle"),
        ([1.5j, -1.5j, 0.2], "saddle, spiral"),
        ([1.5, -1.2], "source"),
        ([1.5j, -1.5j], "source, spiral"),
    ],
)
def test_points_are_called_by_their_names(values, name):
    assert kind(np.array(values, complex)) == name


# ---- slow points, candidates that are none ---------------------------------------------------


def test_a_ghost_is_a_slow_point_and_not_a_fixed_one():
    # Just past the fold of tanh(2h + b): one point is left, and the place of the two lost ones.
    found = fixed_points(autonomous(2.0, [-0.5328399754 - 0.002]))
    assert len(found) == 1
    assert found.certificate == 1
    assert len(found.slow) == 1
    assert found.slow[0, 0] == pytest.approx(np.sqrt(0.5), abs=0.01)
    assert found.speed[0] == pytest.approx(0.002 * 0.5, rel=0.1)
    (rejected,) = [r for r in found.rejected if "a slow point" in r.reason]
    assert rejected.speed == found.speed[0]


def test_a_gru_that_hardly_moves_is_not_taken_to_rest():
    # With z near 1 everywhere every state is slow: |F(h) - h| < 1e-6, and one point is right.
    cell = CELLS["GRU"].init(np.random.default_rng(0), 1, 4, keep_bias=15.0)
    found = fixed_points(cell)
    s = found.map.drawn(np.random.default_rng(1), 100)
    assert np.linalg.norm(found.map(s) - s, axis=1).max() < 2e-6
    assert len(found) == 1
    assert found.certificate == 1


def test_a_network_without_fixed_points_says_so():
    # h' = h + 0.5 goes on for ever, and I - J is singular everywhere.
    found = fixed_points(autonomous(1.0, [0.5], "identity"))
    assert len(found) == 0
    assert found.certificate is None
    assert "no certificate" in found.verdict


def test_a_line_of_fixed_points_is_told_from_a_point():
    found = fixed_points(autonomous([[1.0, 0.0], [0.0, 0.5]], activation="identity"))
    assert len(found) == 0
    assert {candidate.reason for candidate in found.rejected} == {LINE}
    # At the very pitchfork the one point is not simple, but alone.
    alone = fixed_points(autonomous(1.0))
    assert len(alone) == 1
    assert alone.certificate is None
    assert "so close to a bifurcation" in alone.verdict
    assert "nothing certifies this list" in alone.verdict


def test_a_gate_saturated_to_the_last_digit_makes_no_fixed_points():
    cell = CELLS["PeepholeLSTM"].init(
        np.random.default_rng([0, 0]), 1, 4, recurrent="gaussian", gain=3.0
    )
    found = fixed_points(cell)
    assert len(found) < 10
    assert np.abs(found.points).max() < 100
    assert (found.correction < 1e-12).all()
    f = np.stack([cell.step(0, np.zeros((1, 1)), s[None]).gates["f"][0] for s in found.points])
    assert (f < 1 - 1e-12).any(axis=1).all()


@pytest.mark.parametrize("b", [5, 15, 20, 30, 40, 700])
@pytest.mark.parametrize("kind", ["GRU", "OriginalGRU"])
def test_a_gate_that_is_nearly_closed_hides_no_fixed_point(kind, b):
    cell = CELLS[kind](
        np.zeros((3, 1)), np.array([[0], [0], [1.0]]), np.array([0, b, 0.3]), np.zeros(3)
    )
    h = 0.3
    for _ in range(300):  # h = n(h) by hand: r = 1/2
        h = np.tanh(0.3 + 0.5 * h)
    found = fixed_points(cell)
    assert found.certificate == 1
    assert found.points[0, 0] == pytest.approx(h, abs=1e-12)
    assert found.kinds == ("stable",)
    assert found.stable.all()
    # J - 1 = -(1 - z)(1 - n'(h))
    log_lambda = np.log1p(-np.exp(-b) / (1 + np.exp(-b)) * (1 - 0.5 * (1 - h * h)))
    assert found.growth[0, 0] == pytest.approx(log_lambda, rel=1e-9)


@pytest.mark.parametrize("b", [5, 15, 20, 30, 35])
def test_a_memory_that_hardly_forgets_rests_where_input_and_forgetting_balance(b):
    cell = LSTM(np.zeros((4, 1)), np.zeros((4, 1)), np.array([1 - b, b, 0.3, 0]), np.zeros(4))
    found = fixed_points(cell)
    c = np.tanh(0.3) * (1 + np.exp(b)) / (1 + np.exp(b - 1))
    assert found.certificate == 1
    np.testing.assert_allclose(found.points, [[np.tanh(c) / 2, c]], rtol=1e-12)
    assert found.stable.all()


@pytest.mark.parametrize("kind", ["GRU", "OriginalGRU", "MinimalGatedUnit"])
def test_every_small_network_with_strong_gates_is_certified(kind):
    for seed in range(150 if kind == "GRU" else 30):
        rng = np.random.default_rng(seed)
        cell = CELLS[kind].init(rng, 1, 2).map(lambda a, rng=rng: 8 * rng.standard_normal(a.shape))
        assert fixed_points(cell).certificate == 1, seed


def test_a_missing_point_is_noticed():
    whole = fixed_points(autonomous(1.5 * np.eye(2)))
    for n in range(len(whole)):
        keep = np.arange(len(whole)) != n
        part = type(whole)(
            whole.map, *(getattr(whole, k)[keep] for k in (
                "points", "eigenvalues", "residual", "correction", "signs")),
            whole.slow, whole.speed, (), 0,
        )  # fmt: skip
        assert part.certificate in (0, 2)
        assert "points are missing" in part.verdict


# ---- asking, and asking wrongly --------------------------------------------------------------


def test_the_same_generator_finds_the_same():
    one, two = (
        fixed_points(autonomous(1.5 * np.eye(2)), rng=np.random.default_rng(5)) for _ in range(2)
    )
    np.testing.assert_array_equal(one.points, two.points)


def test_of_a_large_state_something_is_found_long_before_the_end(rng):
    cell = CELLS["LSTM"].init(rng, 1, 64, gain=0.5)
    first = next(search(cell, starts=300))
    assert not first.finished
    assert first.starts <= 150
    assert len(first) >= 1


def test_to_stop_is_to_stop_asking_and_keeps_what_there_is():
    rng = np.random.default_rng(0)
    cell = CELLS["GRU"].init(rng, 1, 256)
    steps = search(cell, starts=200, rng=rng)
    first = next(steps)
    assert not first.finished
    assert first.starts < 200
    assert len(first) >= 1
    steps.close()


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        (np.zeros((3, 5)), r"\(N, 2\)"),
        (np.zeros(2), r"\(N, 2\)"),
        (np.array([[0.0, 2.0]]), "inside the box.*has 2 at unit 2"),
        (np.array([[0.0, np.nan]]), "finite"),
    ],
)
def test_starts_that_do_not_fit_are_refused(starts, said):
    with pytest.raises(ValueError, match=said):
        fixed_points(autonomous(np.eye(2)), starts=starts)


def test_weights_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite weights, got 1 of 4 numbers in W_hh"):
        fixed_points(autonomous([[1.0, np.nan], [0.0, 1.0]]))
