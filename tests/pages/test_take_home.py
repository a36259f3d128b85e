"""The dialog that takes a page home opens on every page, whatever the page shows."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.export.lines import LINES
from tests.pages.visiting import OF_CELLS, PAGES, visit

KEEPING = (
    "bifurcations", "chaos", "fixed_points", "history", "hopfield", "learning_rules",
    "phase_portrait", "reservoir", "sequence_maps", "teacher_forcing", "text",
    "timescales", "training",
)  # fmt: skip


def dialog(page):
    """Draw what stands in the dialog; AppTest opens none."""
    from explorer.controls.take_home import take_home

    take_home.__wrapped__(page)


def taken_home(page, query=None):
    """Look into the dialog of a page."""
    app = visit(page, query)
    inside = AppTest.from_function(dialog, args=(page,), default_timeout=60)
    for name in ("reel", "recipe", "kept_networks"):
        if f"{page}.{name}" in app.session_state:
            inside.session_state[f"{page}.{name}"] = app.session_state[f"{page}.{name}"]
    return opened(inside.run())


def opened(inside):
    """Assert that the dialog was drawn to its end."""
    assert not inside.exception, inside.exception[0].stack_trace
    return inside


def labels(app):
    """Return what can be saved."""
    return [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_taken_home(page):
    offered = labels(taken_home(page))
    assert {"Film as HTML", "NumPy .npz", "CSV"} <= set(offered)
    assert ("explorer script" in offered) == (page in LINES)
    assert ("Weights as .safetensors" in offered) == (page in OF_CELLS or page in KEEPING)
    assert ("Weights as .pt" in offered) == (page in OF_CELLS or page in KEEPING)


@pytest.mark.parametrize(
    ("query", "said"),
    [({"cell": "Clockwork", "periods": "1, 3, 9"}, "periods of its groups are 1, 3, 9"),
     ({"cell": "Jordan"}, "PyTorch has no layer that is this network"),
     ({"cell": "LSTM", "hold": "f"}, "Held gates are no weights")],
)  # fmt: skip
def test_what_the_file_of_a_network_leaves_out_is_said(query, said):
    app = taken_home("gates", query)
    assert any(said in caption.value for caption in app.caption)
    assert "PyTorch script" not in labels(app)


def test_the_network_to_be_saved_is_chosen_among_those_compared():
    app = taken_home("cell_duel", {"cells": "LSTM,GRU"})
    app.selectbox(key="cell_duel.home.network").set_value("GRU")
    opened(app.run())
    assert any("torch.nn.GRU" in code.value for code in app.code)


def test_a_network_that_is_no_longer_there_is_no_longer_chosen():
    query = {"view": "gain", "N": "20", "T": "20", "sizes": "25", "seeds": "1", "steps": "50"}
    app = taken_home("chaos", query)
    chosen = app.selectbox(key="chaos.home.network")
    chosen.set_value("seed 3")
    opened(app.run())
    kept = app.session_state["chaos.kept_networks"]
    app.session_state["chaos.kept_networks"] = {"another": kept["seed 0"], "third": kept["seed 1"]}
    opened(app.run())
    assert app.selectbox(key="chaos.home.network").value == "another"


def test_a_chart_that_grows_is_offered_once():
    app = visit("learning_rules", {"samples": "100", "seeds": "2", "H": "4", "T": "14"})
    app.button(key="learning_rules.start").click()
    app.run()
    titles = [title for title, _ in app.session_state["learning_rules.charts"].values()]
    assert "Error by samples" in titles
    assert len(set(titles)) == len(titles)
