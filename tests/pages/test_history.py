"""The history page: every idea runs, in its own year, and every link opens its page."""

from itertools import pairwise

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.controls.contents import CONTENTS
from explorer.memory.signs import random_patterns
from explorer.recipes.history import MEMORY_UNITS, History
from explorer.recipes.ideas import IDEAS
from explorer.scenes import sparkline
from explorer.trace import Trace
from tests.pages.test_claims import says
from tests.pages.visiting import film, recipe_of, visit

PAGE = "history"
NAMES = [entry.name for section in CONTENTS.values() for entry in section]
YEARS = [1982, 1986, 1990, 1997, 1997, 2000, 2001, 2014, 2014, 2014]


def idea(name):
    """Return the idea of this name."""
    return next(one for one in IDEAS if one.name == name)


def test_ten_ideas_in_thirty_two_years_and_every_one_runs():
    says(PAGE, "Ten ideas in thirty-two years made the recurrent network")
    assert [one.year for one in IDEAS] == YEARS
    assert YEARS[-1] - YEARS[0] == 32
    for asked in (History(), History(H=1, T=8), History(H=16, T=120, input="noise", seed=3)):
        for one in IDEAS:
            film = one.run(asked)
            assert film.start + len(film.states) == asked.T + 1
            assert np.isfinite(film.states).all()
            assert np.abs(film.states).max() <= 1
            assert np.ptp(film.states, axis=0).max() > 0.01


@pytest.mark.parametrize("one", IDEAS, ids=lambda one: one.name)
def test_every_idea_opens_its_running_page(one):
    assert one.page in NAMES
    app = visit(one.page, one.query)
    assert not app.warning
    recipe = recipe_of(app, one.page)
    for name, value in one.query.items():
        assert getattr(recipe, name) == value


@pytest.mark.parametrize("one", [one for one in IDEAS if one.cell], ids=lambda one: one.name)
def test_a_cell_is_shown_as_it_runs(one):
    asked = History(seed=2)
    cell = CELLS[one.cell].init(asked.rng(), 1, asked.H, recurrent="orthogonal")
    states = Trace.of(cell, asked.sequence()).slot("h")[:, 0]
    np.testing.assert_array_equal(one.run(asked).states, states)
    # The year stands in the source of the cell itself, too: of its first variant, where it has two.
    assert str(one.year) in CELLS[one.cell].source


def test_the_film_holds_them_all_and_each_has_a_picture_and_a_link():
    app = visit(PAGE)
    header, arrays = film(app)
    for k, one in enumerate(IDEAS):
        np.testing.assert_allclose(arrays[f"idea{k}"], one.run(History()).states, atol=1e-6)
        assert header["panels"][k + 1]["label"] == f"{one.year} {one.name}"
    assert len(app.get("image")) == len(IDEAS)
    links = app.get("page_link")
    assert len(links) == len(IDEAS)
    for one, shown in zip(IDEAS, links, strict=True):
        assert shown.proto.page in ("", one.page)
        for name, value in one.query.items():
            assert f"{name}={value}" in shown.proto.query_string


@pytest.mark.parametrize("dark", [False, True])
def test_a_small_picture_is_the_run(dark):
    one = idea("LSTM")
    ran = one.run(History())
    drawn = sparkline(one, ran, dark)
    assert drawn.count("<polyline") == 6
    first = drawn.split('points="')[1].split('"')[0].split()
    assert len(first) == len(ran.states)
    y = np.array([float(point.split(",")[1]) for point in first])
    np.testing.assert_allclose((32 - y) / 28, ran.states[:, 0], atol=0.003)


# ---- what to notice -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["LSTM", "LSTM with peepholes"])
def test_an_lstm_is_paler_because_its_output_gate_is_half_open(name, seed):
    says(PAGE, "**The two LSTMs are paler than the simple networks**")
    asked = History(seed=seed)
    pale = np.abs(idea(name).run(asked).states).mean()
    for simple in ("Jordan network", "Elman network"):
        assert pale < 0.8 * np.abs(idea(simple).run(asked).states).mean()
    cell = CELLS[idea(name).cell].init(asked.rng(), 1, asked.H, recurrent="orthogonal")
    trace = Trace.of(cell, asked.sequence())
    assert 0.3 < trace.gates["o"].mean() < 0.7
    assert (np.abs(trace.slot("h")[1:]) < np.abs(trace.slot("c")[1:])).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_slowest_group_of_the_clockwork_network_acts_at_every_eighth_step(seed):
    says(PAGE, "its slowest group acts at every eighth step only")
    states = idea("Clockwork network").run(History(seed=seed)).states
    moved = {tuple(np.flatnonzero(np.diff(states[:, k])) + 1) for k in range(states.shape[1])}
    slowest = min(moved, key=len)
    assert slowest
    assert all(t % 8 == 0 for t in slowest)
    assert max(map(len, moved)) > 40


@pytest.mark.parametrize("seed", range(5))
def test_the_lower_half_knows_the_future(seed):
    says(PAGE, "it changes before the input does")
    asked = History(seed=seed)
    film = idea("Bidirectional network").run(asked)
    switch = int(np.flatnonzero(np.diff(asked.sequence()[:, 0, 0]))[0]) + 1
    changed = asked.sequence().copy()
    changed[switch:] = 1.0  # as if the switch had not been turned
    stack_of = type("Other", (History,), {"sequence": lambda self: changed})
    other = idea("Bidirectional network").run(stack_of(seed=seed))
    moved = np.abs(film.states - other.states)[:switch]
    assert not moved[:, : asked.H].any()
    assert moved[-1, asked.H :].max() > 0.05


def test_the_decoder_goes_on_alone():
    says(PAGE, "After two thirds of the steps the encoder falls silent")
    asked = History()
    last = 2 * asked.T // 3
    changed = asked.sequence().copy()
    changed[last:] *= -1
    other = type("Other", (History,), {"sequence": lambda self: changed})()
    name = "Encoder and decoder"
    np.testing.assert_array_equal(idea(name).run(asked).states, idea(name).run(other).states)
    changed[: last - 1] *= -1
    assert not np.array_equal(idea(name).run(asked).states, idea(name).run(other).states)


@pytest.mark.parametrize("seed", range(5))
def test_the_hopfield_network_comes_to_rest(seed):
    asked = History(seed=seed)
    states = idea("Hopfield network").run(asked).states
    assert states.shape == (asked.T + 1, MEMORY_UNITS)
    assert set(np.unique(states)) == {-1.0, 1.0}
    assert (np.abs(np.diff(states, axis=0)).sum(axis=1) <= 2).all()
    np.testing.assert_array_equal(states[-1], states[-2])
    assert random_patterns(asked.rng(), 2, MEMORY_UNITS).shape[0] == 2


def test_the_card_of_the_bidirectional_network_draws_both_directions():
    asked = History()
    ran = idea("Bidirectional network").run(asked)
    drawn = sparkline(idea("Bidirectional network"), ran)
    lines = drawn.split('<polyline points="')[1:]
    heights = [[float(p.split(",")[1]) for p in line.split('"')[0].split()] for line in lines]
    for half in range(2):
        first = (32 - np.array(heights[3 * half])) / 28
        np.testing.assert_allclose(first, ran.states[:, half * asked.H], atol=0.003)
    assert [("dasharray" in line.split("/>")[0]) for line in lines] == [False] * 3 + [True] * 3
    assert "→ forward" in drawn
    assert "← backward" in drawn


def test_the_card_of_the_encoder_and_decoder_marks_where_the_decoder_begins():
    ran = idea("Encoder and decoder").run(History())
    drawn = sparkline(idea("Encoder and decoder"), ran)
    assert ">encoder<" in drawn
    assert f'<text x="{2 + 316 * 32 / 48 + 3:.1f}"' in drawn.split(">encoder<")[1]


def test_a_card_of_many_units_shows_fast_and_slow_groups():
    ran = idea("Clockwork network").run(History(H=16))
    drawn = sparkline(idea("Clockwork network"), ran).split('<polyline points="')[1:]
    heights = [[p.split(",")[1] for p in line.split('"')[0].split()] for line in drawn]
    moves = [sum(a != b for a, b in pairwise(h)) for h in heights]
    assert min(moves) <= 6 < 40 < max(moves)
