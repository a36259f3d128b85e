"""A link that is handed out is complete, and says what it cannot hold."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.cells import CELLS
from explorer.controls import link as links
from explorer.controls.maths import source
from explorer.controls.share import for_this_machine
from explorer.controls.uploads import example
from explorer.entries import Choice, Several, Text
from explorer.export.address import is_loopback
from explorer.export.data import csv
from explorer.recipe import Recipe
from tests.pages.test_frozen_links import FROZEN
from tests.pages.test_take_home import dialog, opened
from tests.pages.visiting import PAGES, films, recipe_of, stands, visit

REMEMBERED = (
    "reel", "recipe", "kept_networks", "default", "linked", "not_in_link", "hide", "leave_out",
    "bare",
)  # fmt: skip


def dialog_of(app, page, **choices):
    """Look into the dialog of a page that stands, with these choices in its checklist."""
    inside = AppTest.from_function(dialog, args=(page,), default_timeout=60)
    for name in REMEMBERED:
        if f"{page}.{name}" in app.session_state:
            inside.session_state[f"{page}.{name}"] = app.session_state[f"{page}.{name}"]
    inside.session_state["page.drawn"] = app.session_state["page.drawn"]
    for name, value in choices.items():
        inside.session_state[f"{page}.{name}"] = value
    return opened(inside.run())


def handed_out(app, page, **choices):
    """Return the query of the link that the dialog of a page hands out."""
    said = dialog_of(app, page, **choices).code[0].value
    return dict(parse_qsl(urlsplit(said).query, keep_blank_values=True, strict_parsing=True))


def other(value, kind):
    """Return another value of an entry than this one."""
    if isinstance(kind, Choice):
        return next(name for name in kind.names if name != value)
    if isinstance(kind, Several):
        return kind.names[:1] if value != kind.names[:1] else kind.names[1:]
    if isinstance(kind, Text):
        return f"{value}9"
    return kind.low if value != kind.low else kind.high


@pytest.mark.parametrize("page", PAGES)
def test_a_later_default_does_not_change_a_link_that_was_handed_out(page, monkeypatch):
    app = visit(page, dict(parse_qsl(FROZEN[page])))
    recipe, before = recipe_of(app, page), films(app)
    query = handed_out(app, page)
    assert query.pop("v") == "1"
    changed = replace(
        recipe, **{name: other(value, recipe.kind(name)) for name, value in vars(recipe).items()}
    )  # fmt: skip
    opening = links.opening
    monkeypatch.setattr("explorer.controls.opening", lambda page, _: opening(page, changed))
    again = visit(page, query)
    assert not again.warning, again.warning[0].value
    found = recipe_of(again, page)
    assert replace(found, **{"pin": recipe.pin} if "pin" in vars(found) else {}) == recipe
    for (_, old), (_, new) in zip(before, films(again), strict=True):
        assert {k: v.tobytes() for k, v in old.items()} == {k: v.tobytes() for k, v in new.items()}


def test_the_pinned_run_in_a_link_is_complete_too():
    app = visit("cell_duel", {"pin": "v=1&gain=0.5", "cells": "Elman,GRU"})
    pinned = dict(parse_qsl(handed_out(app, "cell_duel")["pin"], keep_blank_values=True))
    recipe = recipe_of(app, "cell_duel")
    assert set(pinned) == {"v", *recipe.entries()}
    assert pinned["gain"] == "0.5"


def test_link_and_code_carry_what_the_checklist_hides():
    app = visit("gates", {"hide": "seed"})
    assert handed_out(app, "gates")["hide"] == "seed"
    query = handed_out(app, "gates", leave_out=["T", "recurrent"], bare=True)
    assert query["hide"] == "T,init"
    assert query["embed"] == "true"
    inside = dialog_of(app, "gates", leave_out=["T"], bare=True)
    link, frame = inside.code[0].value, inside.code[1].value
    assert "hide=T" in link
    assert link.replace("&", "&amp;") in frame


@pytest.mark.parametrize(
    ("url", "alone"),
    [
        ("http://127.0.0.1:8501/gates", True), ("http://localhost:8501", True),
        ("http://[::1]:8501/", True), ("http://127.9.0.4/x", True), ("http://a.localhost/", True),
        ("http://192.168.0.4:8501/gates", False), ("https://example.org/gates", False),
        ("http://localhost.example.org/", False), ("", False), ("http://[", False),
    ],
)  # fmt: skip
def test_who_can_open_an_address_is_known(url, alone):
    assert is_loopback(url) == alone
    assert bool(for_this_machine(url)) == alone


def test_the_command_that_opens_a_link_to_others_is_said_with_its_port():
    assert "`make run HOST=0.0.0.0`" in for_this_machine("http://127.0.0.1:8501/gates?v=1")
    assert "`make run HOST=0.0.0.0 PORT=9000`" in for_this_machine("http://localhost:9000/gates")


@pytest.mark.parametrize("cell", CELLS)
def test_the_code_beside_a_step_takes_the_steps_of_the_film(cell):
    """What is shown as code is the source of the function that is called here."""
    trace = Recipe(cell=cell, H=4, T=9, recurrent="orthogonal", gain=1.5).trace()
    assert trace.cell.functions.source.startswith(code := source(trace.cell))
    assert code.startswith("def update(")
    for t in range(trace.T):
        step = trace.cell.step(t, trace.x[t], trace.s[t])
        np.testing.assert_allclose(step.s, trace.s[t + 1], rtol=1e-12, atol=1e-14)


def warned(app, page):
    """Return what the dialog of a page says that its link does not hold."""
    return " ".join(warning.value for warning in dialog_of(app, page).warning)


def test_the_link_of_a_file_of_ones_own_says_that_the_file_is_not_in_it():
    app = visit("your_model")
    assert not warned(app, "your_model")
    app.get("file_uploader")[0].set_value(("mine.safetensors", example(), ""))
    app.run()
    assert "your file" in warned(stands(app), "your_model")
    app.switch_page("pages/fixed_points.py")
    app.query_params["net"] = "yours"
    assert "your network" in warned(stands(app.run()), "fixed_points")
    app.query_params["net"] = "random"
    assert not warned(stands(app.run()), "fixed_points")


def test_what_was_learned_from_a_text_is_said_not_to_be_in_the_link():
    query = {"weights": "own", "H": "4", "topic": "yield"}
    app = visit("text", query)
    assert not warned(app, "text")
    for _ in range(2):
        next(b for b in app.button if b.label == "One update").click()
        stands(app.run())
    assert "in 2 updates" in warned(app, "text")
    again = visit("text", query)
    for _ in range(2):
        next(b for b in again.button if b.label == "One update").click()
        stands(again.run())
    one, two = (next(iter(a.session_state["text.pupils"].values())).last for a in (app, again))
    assert one.model.flat().tobytes() == two.model.flat().tobytes()


def test_a_race_is_said_not_to_be_in_the_link():
    app = visit("learning_rules", {"samples": "100", "seeds": "1", "H": "4", "T": "14"})
    assert not warned(app, "learning_rules")
    app.button(key="learning_rules.start").click()
    assert "has to be pressed there" in warned(stands(app.run()), "learning_rules")


def test_other_weights_that_were_drawn_for_the_check_are_said_not_to_be_in_the_link():
    app = visit("backpropagation", {"T": "6", "H": "3"})
    assert not warned(app, "backpropagation")
    app.button(key="backpropagation.again").click()
    assert "first eight weights" in warned(stands(app.run()), "backpropagation")


def test_a_file_of_numbers_says_what_its_link_does_not_hold():
    app = visit("gates", {"H": "3", "T": "4"})
    reel, recipe = app.session_state["gates.reel"], recipe_of(app, "gates")
    assert "not in the link" not in csv(reel, recipe, "http://a")
    assert '"not in the link": "a file"' in csv(reel, recipe, "http://a", "a file")
