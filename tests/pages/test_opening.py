"""Every page opens: warm, cold, by any link, however bad; and what it shows is what it says."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from explorer.controls import address
from explorer.controls.contents import CONTENTS
from explorer.entries import Text
from tests.pages.visiting import (
    OF_CELLS,
    PAGES,
    check_numbers,
    default_of,
    film,
    films,
    link,
    promise,
    recipe_of,
    stands,
    states,
    visit,
)
from tests.serving import ROOT
from tests.strategies import FOREIGN, small_recipes

CODED = re.compile(r"\de[+-]?\d")  # 1e-07, where a visitor should read 10⁻⁷
QUICKLY = settings(  # shrinking a page takes minutes, and a failing link says enough
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
MUCH = "x" * 2**18  # of more than twice this Streamlit reads nothing at all
BAD = {
    "H": "0", "T": "nan", "seed": "-5", "gain": "inf", "cell": "Transformer", "colour": "red",
    "text": MUCH, "cells": "\0", "t": "1e9", "unit": "",
}  # fmt: skip


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens(page, warm):
    app = visit(page, warm=warm)
    assert len(films(app)) >= 1
    assert not app.warning
    assert link(app) == {}
    check_numbers(app, page)
    assert not [text for text in readable(app) if CODED.search(text)]


def readable(app):
    """Yield all text that a visitor reads: of the page, of its choices and of its films."""

    def of(thing):
        if isinstance(thing, str):
            yield thing
        elif isinstance(thing, dict):
            yield from (text for value in thing.values() for text in of(value))
        elif isinstance(thing, list | tuple):
            yield from (text for value in thing for text in of(value))

    for header, _ in films(app):
        yield from of({key: value for key, value in header.items() if key != "version"})
    blocks = [app.main]
    while blocks:
        for part in blocks.pop().children.values():
            if hasattr(part, "children"):
                blocks.append(part)
                yield str(getattr(part.proto, "popover", ""))
            elif part.type not in ("code", "html", "bidi_component"):
                said = "options" if hasattr(part, "options") else "value"
                yield from of([getattr(part, name, "") for name in ("label", said)])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_its_claim_in_one_sentence(page):
    claim = promise(page)
    assert claim.endswith(".")
    assert "\n" not in claim
    assert any(part.value == claim for part in visit(page).markdown)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands_in_the_contents(page):
    assert [e.name for section in CONTENTS.values() for e in section].count(page) == 1


@pytest.mark.parametrize("page", OF_CELLS)
def test_a_link_opens_exactly_its_state(page):
    wanted = replace(
        default_of(page), cell="GRU", H=3, T=7, seed=42, gain=0.25, recurrent="gaussian", bias=-1.0,
        memory="bias", cursor=5, unit=2, input="sine",
    )  # fmt: skip
    query = wanted.query(default_of(page))
    app = visit(page, query)
    assert recipe_of(app, page) == wanted
    assert link(app) == query
    assert not app.warning
    header, _ = film(app)
    assert states(header) == 8
    assert header["cursor"] == 5
    check_numbers(app, page)


@pytest.mark.parametrize("key", BAD)
@pytest.mark.parametrize("page", OF_CELLS)
def test_one_bad_value_is_said_and_the_rest_stays(page, key):
    seed = {} if key == "seed" else {"seed": "7"}
    app = visit(page, {key: BAD[key], **seed})
    warning, *more = app.warning
    assert warning.value.startswith("The link says ")
    assert all(other.value.startswith("Cut ") for other in more)  # a word too long for a film
    assert warning.value.endswith("\\.")
    assert len(warning.value) < 400
    assert recipe_of(app, page).seed == (0 if key == "seed" else 7)
    check_numbers(app, page)


@pytest.mark.parametrize("page", PAGES)
def test_everything_bad_at_once_is_said_in_a_few_sentences(page):
    app = visit(page, BAD)
    boxes = [*app.warning, *(box for box in app.expander if "of the link" in box.label)]
    assert 1 <= len(boxes) <= 6
    check_numbers(app, page)


@pytest.mark.parametrize("page", OF_CELLS)
def test_what_was_amended_leaves_the_link(page):
    app = visit(page, {"H": "999", "colour": "red", "seed": "7"})
    assert link(app)["seed"] == "7"
    assert link(app).get("H", "64") == "64"
    assert "colour" not in link(app)
    again = visit(page, link(app))
    assert not again.warning
    assert recipe_of(again, page) == recipe_of(app, page)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in OF_CELLS])
def test_every_entry_takes_back_what_it_says_and_no_nonsense(page):
    default = default_of(page)
    for key, field in default.entries().items():
        if isinstance(field.metadata["kind"], Text):
            continue
        app = visit(page, {key: "\0nonsense"})
        assert len(app.warning) >= 1, key
        assert recipe_of(app, page) == default, key
        said = {key: default.query(replace(default, **{field.name: None}))[key]}
        assert recipe_of(visit(page, said), page) == default, key


@pytest.mark.parametrize("page", PAGES)
def test_a_megabyte_of_link_opens_the_page_all_the_same(page):
    app = visit(page, {"text": 4 * MUCH})
    assert recipe_of(app, page) == default_of(page)


@QUICKLY
@pytest.mark.parametrize("page", PAGES)
@given(data=st.data())
def test_no_link_breaks_a_page(page, data):
    known = sorted(default_of(page).entries())
    query = data.draw(st.dictionaries(st.sampled_from(known), FOREIGN, max_size=8))
    visit(page, {"seeds": "2"} | query if "seeds" in known else query)


@QUICKLY
@pytest.mark.parametrize("page", OF_CELLS)
@given(recipe=small_recipes(seeds=2))
def test_every_recipe_can_be_shown(page, recipe):
    query = recipe.query(default_of(page))
    app = visit(page, query)
    shown = recipe_of(app, page)
    changed = {name for name in vars(recipe) if getattr(recipe, name) != getattr(shown, name)}
    # An empty text is filled with an example; nothing else may differ from the link.
    assert changed <= ({"text"} if not recipe.text else set())
    check_numbers(app, page)


@pytest.mark.parametrize("page", OF_CELLS)
@pytest.mark.parametrize("size", [{"H": "1", "T": "1", "D": "1"}, {"H": "1", "input": "words"}])
@pytest.mark.parametrize("cell", ["Elman", "LSTM", "OriginalGRU"])
def test_the_smallest_network_is_shown(page, size, cell):
    check_numbers(visit(page, {"cell": cell, "seeds": "1", **size}), page)


@pytest.mark.parametrize("page", PAGES)
def test_what_was_left_is_found_again(page):
    other = next(name for name in PAGES if name != page)
    app = visit(page, {"seed": "11"} | ({"H": "3"} if page in OF_CELLS else {}))
    recipe, said = recipe_of(app, page), link(app)
    app.switch_page(f"pages/{other}.py")
    app.query_params.clear()
    stands(app.run())
    assert not app.warning
    assert recipe_of(app, other).seed == 0
    app.switch_page(f"pages/{page}.py")
    app.query_params.clear()
    stands(app.run())
    assert recipe_of(app, page) == recipe
    stands(app.run())  # as the film does once it stands
    assert link(app) == said
    check_numbers(app, page)


WITHOUT = """
import importlib.abc, sys

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"torch", "pandas", "pyarrow", "scipy", "altair"}:
            raise ModuleNotFoundError(f"{name} is blocked", name=name)

sys.meta_path.insert(0, Blocked())
from tests.pages.visiting import PAGES, visit
for page in PAGES:
    for query in ({}, {"cell": "GRU", "H": "x"}, {"input": "words"}, {"input": "numbers"}):
        visit(page, query)
print(*sys.argv[1:], "stand")
"""


def test_a_link_is_opened_once_however_much_is_changed_after_it():
    app = visit("unrolling", {"T": "7", "seed": "5"})
    for seed in range(100, 100 + 2 * address.HEARD):
        app.number_input(key="unrolling.seed").set_value(seed)
        stands(app.run())
        # Streamlit's browser goes on sending the link by which the visitor came.
        assert dict(app.query_params) == {"T": "7", "seed": "5"}
        recipe = recipe_of(app, "unrolling")
        assert (recipe.T, recipe.seed) == (7, seed)


def test_every_page_stands_without_the_heavy_packages():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "all"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["all", "stand"], done.stderr[-3000:]
