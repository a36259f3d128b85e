"""What the page of fixed points says is so: its claim, each thing to notice, each number."""

import itertools
import sys
from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.cells.records import FOREVER, Clamp
from explorer.controls import watched
from explorer.dynamics.departures import departures
from explorer.dynamics.slow_points import lifetime
from explorer.recipes.fixed_points import TRAINED, FixedPointSearch
from explorer.scenes import rest_tables
from tests.dynamics.networks import autonomous
from tests.pages.visiting import film, link, recipe_of, stands, visit

PAGE = "fixed_points"
DEFAULT = FixedPointSearch()


def found_by(recipe):
    cell, _ = recipe.build()
    *_, found = recipe.sought(cell, given=recipe.given(cell))
    return found


@pytest.fixture(scope="module")
def three_bits():
    return found_by(DEFAULT)


# ---- the claim -------------------------------------------------------------------------------


@pytest.mark.parametrize("network", TRAINED)
def test_each_memory_is_a_stable_point(network):
    recipe = replace(DEFAULT, network=network)
    found = found_by(recipe)
    _, readout = recipe.build()
    assert list(np.bincount(found.unstable)) == [8, 12, 6, 1]
    bits = readout(found.points[found.stable][:, : readout.W_hy.shape[1]])
    assert np.abs(np.abs(bits) - 1).max() < 0.25
    assert len({tuple(row) for row in np.sign(bits)}) == 8


def test_every_place_is_found_from_any_seed(three_bits):
    for seed in range(1, 6):
        again = found_by(replace(DEFAULT, seed=seed))
        np.testing.assert_allclose(again.points, three_bits.points, atol=1e-9)


# ---- what to notice --------------------------------------------------------------------------


def test_between_two_neighbouring_memories_stands_a_saddle(three_bits):
    _, readout = DEFAULT.build()
    bits = np.sign(readout(three_bits.points[three_bits.stable]))
    ends = departures(three_bits, most=24)[:, -1]
    # The first 24 ways out are those of the 12 saddles with one direction, two of each.
    apart = np.linalg.norm(ends[:, None] - three_bits.points[three_bits.stable], axis=2)
    assert apart.min(axis=1).max() < 0.01
    reached = apart.argmin(axis=1).reshape(12, 2)
    assert (np.abs(bits[reached[:, 0]] - bits[reached[:, 1]]).sum(axis=1) == 2).all()


def test_a_pulse_takes_the_state_to_another_corner():
    recipe = replace(DEFAULT, T=300)
    cell, readout = recipe.build()
    trace, found = recipe.run(cell), found_by(recipe)
    corners = found.points[found.stable]
    bits = np.sign(readout(corners))
    wanted, hits, asked = np.zeros(3), 0, 0
    quiet = 0
    for t in range(trace.T):
        x = trace.x[t, 0]
        wanted = np.where(x != 0, np.sign(x), wanted)
        quiet = 0 if x.any() else quiet + 1
        if quiet >= 3:
            nearest = np.linalg.norm(corners - trace.s[t + 1, 0], axis=1).argmin()
            hits, asked = hits + (bits[nearest] == wanted).all(), asked + 1
    assert asked > 50
    assert hits == asked


@pytest.mark.parametrize("network", TRAINED)
def test_holding_an_input_on_leaves_nine(network):
    found = found_by(replace(DEFAULT, network=network, level=0.3))
    assert list(np.bincount(found.unstable)) == [4, 4, 1]
    assert found.certificate == 1


def test_ghosts_keep_the_network_for_hundreds_of_steps_as_foreseen():
    found = found_by(replace(DEFAULT, network="gru16", level=0.16))
    assert found.stable.sum() == 4
    lives = [lifetime(found.map, s) for s in found.slow]
    longest = max(lives, key=lambda life: life.measured)
    assert 200 < longest.measured < 2000
    assert longest.foreseen == pytest.approx(longest.measured, rel=0.2)


def test_leaving_out_any_point_is_noticed_and_some_pairs_are_not(three_bits):
    total = three_bits.signs.sum()
    assert total == three_bits.certificate == 1
    assert all(total - sign != 1 for sign in three_bits.signs)
    i, j = np.triu_indices(27, 1)
    assert (total - three_bits.signs[i] - three_bits.signs[j] == 1).any()


def test_in_a_gated_network_every_state_hardly_moves():
    cell = (
        CELLS["GRU"].init(np.random.default_rng(0), 1, 8).clamped(Clamp("z", 1 - 1e-6, 0, FOREVER))
    )
    s = np.random.default_rng(1).uniform(-1, 1, (50, 8))
    moved = cell.step(0, np.zeros((50, 1)), s).s - s
    assert np.linalg.norm(moved, axis=1).max() < 1e-5


# ---- the page --------------------------------------------------------------------------------


def test_the_picture_shows_what_was_found(three_bits):
    header, arrays = film(visit(PAGE))
    space = header["space"]
    assert space["away"] == list(three_bits.unstable)
    spectra = arrays["space/real"] + 1j * arrays["space/imag"]
    np.testing.assert_allclose(spectra, three_bits.eigenvalues, atol=1e-6)
    cell, _ = DEFAULT.build()
    trace = DEFAULT.run(cell)
    apart = np.linalg.norm(trace.s[:, 0][:, None] - three_bits.points, axis=2)
    np.testing.assert_allclose(arrays["near"], np.exp(-apart), atol=1e-6)
    # A projection on orthonormal axes never lengthens a distance.
    points = arrays["space/points"].astype(float)
    seen = np.linalg.norm(points[:, None] - points, axis=2)
    true = np.linalg.norm(three_bits.points[:, None] - three_bits.points, axis=2)
    assert (seen <= true + 1e-5).all()
    assert seen.max() > 0.9 * true.max()


def test_a_click_on_a_point_shows_its_modes(three_bits):
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {"cursor": 7, "pick": ["near", 20], "sliders": None}
    stands(app.run())
    assert recipe_of(app, PAGE).point == 21
    assert link(app)["point"] == "21"
    assert any(s.value == "Modes of point 21" for s in app.subheader)
    assert any(rest_tables.modes_table(three_bits, 20) == m.value for m in app.markdown)


def test_tables_say_what_the_numbers_are(three_bits):
    rows = rest_tables.points_table(three_bits).splitlines()[2:]
    assert len(rows) == 27
    for n, row in enumerate(rows):
        _, number, kind, away, largest, pace, _ = (part.strip() for part in row.split("|"))
        assert (int(number), kind, int(away)) == (
            n + 1,
            three_bits.kinds[n],
            three_bits.unstable[n],
        )
        assert float(largest) == pytest.approx(np.abs(three_bits.eigenvalues[n]).max(), abs=1e-3)
        assert pace.startswith("settles" if away == "0" else "leaves")


def test_a_dragged_input_moves_the_points_and_the_link():
    app = visit(PAGE)
    app.session_state[f"{PAGE}.film"] = {
        "cursor": None, "pick": None,
        "sliders": {"values": {"level": 0.3}, "live": False, "moves": 1},
    }  # fmt: skip
    stands(app.run())
    assert link(app) == {"level": "0.3"}
    assert len(film(app)[0]["space"]["away"]) == 9


def test_under_a_thumb_a_few_starts_at_a_time_are_followed(monkeypatch):
    recipe = FixedPointSearch(network="random", cell="LSTM", H=64, gain=3.0)
    cell, _ = recipe.build()
    first = next(recipe.sought(cell, live=True))
    assert first.starts == 6
    assert not first.finished
    whole = FixedPointSearch()
    *_, found = whole.sought(whole.build()[0], live=True)
    assert found.finished
    assert len(found) == 27
    monkeypatch.setattr(
        sys.modules[watched.__module__], "perf_counter", itertools.count(0.0, 10.0).__next__
    )
    app = visit(PAGE, {"net": "random", "cell": "LSTM", "H": "64", "gain": "1"})
    for moves, live in ((1, True), (2, False)):
        app.session_state[f"{PAGE}.film"] = {
            "cursor": None, "pick": None,
            "sliders": {"values": {"gain": 0.9}, "live": live, "moves": moves},
        }  # fmt: skip
        stands(app.run())
        said = [caption.value for caption in app.caption if "a thumb is held" in caption.value]
        assert said == live * [
            "While a thumb is held: what 6 starts lead to. The whole search follows as soon as it "
            "is let go."
        ]
        assert not app.info
        film(app)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"start": "5"}, "lies outside the box"),
        ({"start": "1 2 3"}, "wanted one number, or 16 of them"),
        ({"start": "here"}, "wanted one number"),
        ({"start": "nan"}, "finite"),
    ],
)
def test_a_state_that_does_not_fit_is_said_and_kept(query, said):
    app = visit(PAGE, query)
    assert any(said in warning.value.replace("\\", "") for warning in app.warning)
    assert recipe_of(app, PAGE).start == query["start"]
    assert len(film(app)[0]["space"]["away"]) == 27


def test_a_state_of_yours_is_where_the_run_starts():
    header, _ = film(visit(PAGE, {"net": "random", "H": "3", "start": "0.2 -0.3 0.4"}))
    assert header["space"]["shapes"]["path"][0] == DEFAULT.T + 1
    recipe = replace(DEFAULT, network="random", H=3, start="0.2 -0.3 0.4")
    cell, _ = recipe.build()
    np.testing.assert_array_equal(recipe.run(cell, recipe.given(cell)).s[0, 0], [0.2, -0.3, 0.4])


@pytest.mark.parametrize("cell", sorted(CELLS))
def test_every_cell_can_be_looked_into(cell):
    app = visit(PAGE, {"net": "random", "cell": cell, "H": "4", "gain": "3"})
    assert any("fixed point" in m.value for m in app.markdown)


def test_a_network_without_places_of_rest_is_shown_all_the_same():
    query = {"net": "random", "act": "identity", "init": "identity", "gain": "1", "H": "2"}
    app = visit(PAGE, query)
    assert film(app)[0]["space"]["away"] == []
    assert any("no fixed point found" in m.value for m in app.markdown)


def test_a_network_that_explodes_is_shown_as_far_as_it_goes():
    app = visit(PAGE, {"net": "yours", "T": "300"})
    app.session_state["yours.cell"] = autonomous(50.0 * np.eye(2), activation="identity")
    stands(app.run())
    assert "farther out than the picture reaches" in app.info[0].value
    assert "leaves the range of float64 after step" in app.info[0].value
    header, arrays = film(app)
    shown = header["space"]["shapes"]["path"][0]
    assert 1 <= shown < 10
    assert np.isfinite(arrays["space/path"]).all()


def test_nothing_is_certified_where_nothing_can_be():
    app = visit(PAGE, {"net": "random", "act": "relu", "H": "4"})
    (said,) = [m.value for m in app.markdown if "no certificate can tell" in m.value]
    assert "nothing certifies this list, and more starts may find more" in said


def test_without_a_certificate_more_starts_find_more():
    few, many = (
        sum(
            len(found_by(replace(DEFAULT, network="random", cell="PeepholeLSTM", H=4, gain=3.0,
                                 seed=seed, starts=starts)))
            for seed in range(8)
        )
        for starts in (20, 300)
    )  # fmt: skip
    assert few < many


def test_a_network_of_yours_takes_the_place_of_ours():
    app = visit(PAGE, {"net": "yours"})
    assert "No network of yours" in app.info[0].value
    app.session_state["yours.cell"] = autonomous(1.5 * np.eye(2))
    stands(app.run())
    assert not app.info
    assert len(film(app)[0]["space"]["away"]) == 9


def test_the_example_is_not_passed_off_as_a_network_of_yours():
    app = visit(PAGE, {"net": "yours"})
    app.session_state["yours.cell"] = autonomous(1.5 * np.eye(2))
    app.session_state["yours.ours"] = True
    app.run()
    assert "this is the example" in app.info[0].value
    app.session_state["yours.ours"] = False
    app.run()
    assert not app.info


def test_a_network_of_yours_with_numbers_that_are_none_is_refused_in_a_sentence():
    app = visit(PAGE, {"net": "yours"})
    app.session_state["yours.cell"] = autonomous([[1.0, np.nan], [0.0, 1.0]])
    stands_without_film = app.run()
    assert not stands_without_film.exception
    assert any("wanted finite weights" in w.value.replace("\\", "") for w in app.warning)


def test_a_long_search_can_be_stopped_and_gone_on_with(monkeypatch):
    monkeypatch.setattr(sys.modules[watched.__module__], "PATIENCE", 0.0)
    app = visit(PAGE)
    recipe = replace(DEFAULT, starts=1000)
    cell, _ = recipe.build()
    steps = recipe.sought(cell)
    first = next(steps)
    key = (recipe.without_view(), 0)
    app.session_state[f"{PAGE}.running"] = {
        "key": key, "steps": steps, "last": first, "stopped": True,
    }  # fmt: skip
    app.number_input(f"{PAGE}.starts").set_value(1000)
    stands(app.run())
    assert f"Stopped after {first.starts} starts" in app.info[0].value
    assert len(film(app)[0]["space"]["away"]) == len(first)
    app.button(f"{PAGE}.resume").click()
    stands(app.run())
    assert not app.info
    assert len(film(app)[0]["space"]["away"]) == 27
    # What has been computed is not computed again.
    assert key in app.session_state[f"{PAGE}.done"]


def test_a_network_made_anew_in_each_run_is_searched_once(monkeypatch):
    keys = []
    page_door = sys.modules[watched.__module__]
    kept = page_door.onward

    def onward(page, steps):
        keys.append(id(steps))
        return kept(page, steps)

    monkeypatch.setattr(page_door, "onward", onward)
    app = visit(PAGE, {"net": "yours"})
    keys.clear()
    app.session_state["yours.cell"] = autonomous(1.5 * np.eye(2))
    app.run()
    assert keys
    keys.clear()
    app.session_state["yours.cell"] = autonomous(1.5 * np.eye(2))
    app.run()
    assert not keys, "the same network was searched again"
