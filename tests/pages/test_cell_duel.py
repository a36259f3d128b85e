"""Which cell remembers: its claims as numbers, its films, and the pinned run in the link."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.cells import CELLS
from explorer.duel import contenders, runs
from explorer.dynamics.decay import decay
from explorer.recipe import Recipe
from tests.pages.test_claims import says
from tests.pages.test_controls import drag, widgets
from tests.pages.visiting import default_of, film, link, recipe_of, stands, visit

PAGE = "cell_duel"
SEEDS = range(8)
GATED = ("LSTM", "GRU")


def found(seed, **changes):
    """Return how the gradient of each cell decays on this page."""
    recipe = replace(default_of(PAGE), seed=seed, **changes)
    return {cell: decay(run.gradients) for cell, run in runs(recipe).items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_cell_duel_open_gates_win(seed):
    says(PAGE, "With a bias of 3")
    says(PAGE, "that of the simple network is gone long before")
    cells = found(seed)
    for cell in GATED:
        assert cells[cell].first > 0.01
        assert cells[cell].first > 1000 * cells["Elman"].first
        assert cells[cell].half_life > 3 * cells["Elman"].half_life
    assert cells["Elman"].first < 1e-4


@pytest.mark.parametrize("seed", SEEDS)
def test_cell_duel_gates_as_drawn_lose(seed):
    says(PAGE, "the simple network's gradient reaches further than either")
    cells = found(seed, memory="default")
    for cell in GATED:
        assert cells[cell].first < 0.1 * cells["Elman"].first
        assert cells[cell].half_life < cells["Elman"].half_life


@pytest.mark.parametrize("seed", SEEDS)
def test_cell_duel_half_open_gates_forget_half(seed):
    says(PAGE, "half-open gates forget half of the state at every step")
    films = runs(replace(default_of(PAGE), seed=seed, memory="default"))
    for cell in GATED:
        gate = films[cell].trace.gates[CELLS[cell].keep]
        assert 0.4 < gate.mean() < 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_cell_duel_more_units_do_not_help(seed):
    says(PAGE, "still its gradient halves every few steps")
    recipe = replace(default_of(PAGE), seed=seed, fair="parameters")
    sizes = {cell: own.H for cell, own in contenders(recipe).items()}
    assert sizes["LSTM"] == recipe.H
    assert 1.8 < sizes["Elman"] / sizes["LSTM"] < 2.3
    cells = found(seed, fair="parameters")
    assert cells["Elman"].half_life < 5
    assert cells["LSTM"].first > 1000 * cells["Elman"].first


def check(app):
    """Assert that the film shows the curves and states of B and, if pinned, of A."""
    header, arrays = film(app)
    b = recipe_of(app, PAGE)
    films = runs(b)
    names = [line["name"] for line in header["panels"][0]["lines"]]
    assert names[: len(films)] == [CELLS[cell].name for cell in films]
    for k, run in enumerate(films.values()):
        np.testing.assert_allclose(arrays[f"gradient/{k}"], run.gradients.norm())
    for cell, run in films.items():
        for slot in CELLS[cell].slots:
            states = run.trace.slot(slot)[:, 0]
            np.testing.assert_allclose(arrays[f"{cell}.{slot}"], states, rtol=1e-6, atol=1e-300)
    return header, arrays


@pytest.mark.parametrize("query", [
    {}, {"fair": "parameters", "H": "9"}, {"cells": "GRU,PeepholeLSTM", "loss": "every"},
    {"input": "words", "text": "a b a"}, {"H": "1", "T": "1", "D": "1"},
])  # fmt: skip
def test_the_film_shows_every_cell(query):
    app = visit(PAGE, query)
    header, _ = check(app)
    groups = {panel["group"] for panel in header["panels"]} - {""}
    assert groups == {CELLS[cell].name for cell in recipe_of(app, PAGE).cells}
    table = next(part.value for part in app.markdown if part.value.startswith("| cell"))
    for cell, run in runs(recipe_of(app, PAGE)).items():
        row = f"| {CELLS[cell].name} | {run.trace.cell.H} | {run.parameters:,} | "
        assert f"{row}{run.multiply_adds:,} |" in table


def test_one_cell_alone_is_said_and_drawn():
    app = visit(PAGE, {"cells": "LSTM"})
    (said,) = app.info
    assert said.value.startswith("It takes two")
    check(app)


def test_which_cell_sets_the_number_of_parameters_is_said():
    app = visit(PAGE, {"fair": "parameters"})
    assert any("LSTM, which has most, keeps H = 16" in part.value for part in app.caption)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_run_that_explodes_is_said_and_drawn():
    query = {"act": "identity", "init": "gaussian", "gain": "4", "T": "200", "scale": "gain",
             "H": "64", "cells": "Elman,GRU"}  # fmt: skip
    app = visit(PAGE, query | {"input": "numbers", "text": "1e6 " * 200})
    recipe = recipe_of(app, PAGE)
    said = any("Left the range" in part.value for part in app.warning)
    assert said == (runs(recipe)["Elman"].trace.finite() <= 200)
    film(app)


def press(app, name):
    widgets(app)[f"{PAGE}.{name}"].click()
    return stands(app.run())


def test_a_pinned_run_stays_while_the_other_changes():
    app = press(visit(PAGE, {"H": "5"}), "hold")
    a = replace(recipe_of(app, PAGE), pin="")
    assert any("are the same so far" in part.value for part in app.markdown)
    drag(app, PAGE, False, bias=0.5, H=7, T=30)
    header, arrays = check(app)
    lines = header["panels"][0]["lines"]
    assert [line["name"] for line in lines[3:]] == ["A: Elman", "A: LSTM", "A: GRU"]
    assert all(line["dash"] != "solid" for line in lines[3:])
    for one, other in zip(lines[:3], lines[3:], strict=True):  # a cell's colour, nearer the page
        for k, page in enumerate((255, None)):
            own, pale = (bytes.fromhex(line["ink"][k][1:]) for line in (one, other))
            assert page is None or all(p == (c + page) // 2 for c, p in zip(own, pale, strict=True))
            assert own != pale
    assert len({tuple(line["ink"]) for line in lines}) == 6
    for k, (cell, run) in enumerate(runs(a).items(), start=3):
        np.testing.assert_allclose(arrays[f"gradient/{k}"], run.gradients.norm())
        states = run.trace.slot("h")[:, 0]
        np.testing.assert_allclose(arrays[f"{cell}.h.A"], states, rtol=1e-6, atol=1e-300)
    assert header["axis"]["count"] == 61
    caption = next(part.value for part in app.markdown if part.value.startswith("**A**"))
    caption = caption.replace("\\", "")
    assert "H = 5" in caption
    assert "keep bias = 0.5" in caption
    again = visit(PAGE, link(app))  # a teacher sends the pair
    assert recipe_of(again, PAGE) == recipe_of(app, PAGE)
    assert film(again)[0]["version"] == header["version"]
    press(again, "hold")
    assert link(again)["pin"] == "v=1&H=7&T=30&bias=0.5"
    press(again, "unpin")
    assert "pin" not in link(again)
    assert len(film(again)[0]["panels"][0]["lines"]) == 3


def test_a_preset_leaves_the_pinned_run_alone():
    app = press(visit(PAGE), "hold")
    press(app, "preset.Random gates")
    assert recipe_of(app, PAGE) == Recipe(
        **{**vars(default_of(PAGE)), "memory": "default", "pin": "v=1"}
    )


def test_a_pin_with_other_cells_is_shown_beside():
    app = visit(PAGE, {"pin": "v=1&cells=LSTM,PeepholeLSTM&T=80", "cells": "Elman,LSTM"})
    header, _ = film(app)
    keys = [panel["key"] for panel in header["panels"]]
    assert {"LSTM.h", "LSTM.h.A", "PeepholeLSTM.h.A", "Elman.h"} <= set(keys)
    assert {"PeepholeLSTM.h", "Elman.h.A"}.isdisjoint(keys)
    assert header["axis"]["count"] == 81


def test_what_is_wrong_in_a_pin_is_said():
    app = visit(PAGE, {"pin": "v=1&H=900&colour=red"})
    assert len(app.warning) == 2
    assert all(part.value.startswith("In the pinned run A") for part in app.warning)
    assert len(film(app)[0]["panels"][0]["lines"]) == 6
    app = visit(PAGE, {"pin": "H=3"})
    (warning,) = app.warning
    assert "wanted a pinned run" in warning.value


def test_a_text_too_long_for_a_link_is_not_pinned():
    app = visit(PAGE, {"input": "words", "text": "字" * 2000})
    assert f"{PAGE}.hold" not in widgets(app)
    assert any("too long to travel" in part.value for part in app.caption)


@pytest.mark.parametrize(
    ("pin", "query", "sides"),
    [
        ("v=1&memory=default&bias=0", {},
         ("bias of the forget gate = random", "bias of the forget gate = 3")),
        ("v=1", {"bias": "1.5"}, ("keep bias = 3", "keep bias = 1.5")),
        ("v=1&scale=gain&gain=0.5", {},
         ("scaled by = gain g, gain g = 0.5",
          "scaled by = spectral radius ρ, spectral radius ρ = 0.9")),
        ("v=1", {"loss": "unit", "at": "7"},
         ("loss looks at = the last state",
          "loss looks at = one unit at one step, … step t = 7, … unit j = 1")),
    ],
)  # fmt: skip
def test_the_caption_of_a_pin_names_values(pin, query, sides):
    app = visit(PAGE, {"pin": pin, **query})
    (caption,) = (part.value for part in app.markdown if part.value.startswith("**A**"))
    assert caption.replace("\\", "") == f"**A**: {sides[0]}  ·  **B**: {sides[1]}"


def test_settings_without_an_effect_are_no_difference():
    app = visit(PAGE, {"pin": "v=1&memory=default&bias=0", "memory": "default"})
    assert any("are the same so far" in part.value for part in app.markdown)
