"""What is taken home says the same as the picture, and nothing in it runs."""

import csv as tables
import io
import json

import numpy as np
import pytest

from explorer import scenes
from explorer.cells import CELLS
from explorer.export import csv, film_page, npz, qr
from explorer.film import Axis, Curves, Heat, Line, Reel
from explorer.recipe import Recipe

NASTY = "<script>alert('x')</script>\"&"


def reel_of(recipe):
    """Return a film of a run, and the run."""
    trace, sequence = recipe.trace(), recipe.sequence()
    gradients = recipe.gradients(trace)
    panels = (*scenes.gates(trace), *scenes.states(trace), scenes.gradient_norms(gradients))
    return Reel(axis=scenes.time_axis(trace, sequence), panels=panels), trace, gradients


@pytest.mark.parametrize("cell", CELLS)
def test_npz_holds_every_signal_to_the_last_bit_and_how_it_was_made(cell):
    recipe = Recipe(cell=cell, H=5, T=7, seed=3)
    reel, trace, gradients = reel_of(recipe)
    with np.load(io.BytesIO(npz(reel, recipe, "http://here/?v=1")), allow_pickle=False) as file:
        about = json.loads(str(file["about"]))
        for slot in trace.cell.slots:
            np.testing.assert_array_equal(file[slot], trace.slot(slot)[:, 0])
            assert file[f"{slot}/first"] == 0
        for gate in trace.cell.gates:
            np.testing.assert_array_equal(file[gate], trace.gates[gate][:, 0])
            assert file[f"{gate}/first"] == 1
            assert trace.cell.meaning[gate] in about["signals"][gate]["is"]
        (norms,) = [file[k] for k in file if k.startswith("norm") and "first" not in k][:1]
        np.testing.assert_array_equal(norms[:, 0], gradients.norm())
    assert about["link"] == "http://here/?v=1"
    said = about["recipe"]
    assert said.pop("type") == "explorer.recipe.Recipe"
    again = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    assert Recipe(**again) == recipe


def test_csv_reads_back_to_the_last_bit():
    recipe = Recipe(cell="LSTM", H=3, T=5, input="words", text="to be or not =SUM(A1) to be")
    reel, trace, _ = reel_of(recipe)
    lines = csv(reel, recipe).splitlines()
    head = [line for line in lines if line.startswith("#")]
    assert json.loads(head[0][2:])["recipe"]["cell"] == "LSTM"
    rows = list(tables.DictReader(line for line in lines if not line.startswith("#")))
    assert len(rows) == trace.T + 1
    for t, row in enumerate(rows):
        for k in range(3):
            assert float(row[f"h[{k + 1}]"]) == trace.slot("h")[t, 0, k]
    assert rows[0]["f[1]"] == ""
    assert float(rows[1]["f[1]"]) == trace.gates["f"][0, 0, 0]
    assert not any(value.startswith("=") for row in rows for value in row.values())


def test_csv_says_inf_and_nan():
    values = np.array([[np.inf], [np.nan]])
    reel = Reel(axis=Axis(2), panels=(Heat("h", "state", "h_t", values),))
    assert [line.split(",")[1] for line in csv(reel, Recipe()).splitlines()[-2:]] == ["inf", "nan"]


def test_what_a_visitor_wrote_is_text_in_the_page():
    line = Line(NASTY, np.zeros(3))
    axis = Axis(3, words=(NASTY, "</script>", "x"))
    reel = Reel(axis=axis, panels=(Curves("a", NASTY, "a_t", (line,)),), title=NASTY)
    page = film_page(reel, NASTY, NASTY, "javascript:alert(1)")
    assert NASTY not in page
    assert "javascript:" not in page
    assert page.count("</script>") == 2  # of the data, and of the program
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_code_that_no_phone_could_read_is_not_drawn():
    assert "<svg" in qr("https://unrolled.example/gates?cell=GRU&H=8")
    assert qr("https://unrolled.example/?text=" + "x" * 5000) is None
