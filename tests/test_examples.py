"""The examples run as scripts and show something in a notebook."""

import ast
import contextlib
import io
import os
import re
import subprocess
import sys

import pytest

from tests.serving import ROOT

EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.py"))
# What each prints, and how many of its cells end in a picture.
WANTED = {
    "chaos.py": (r"differences grow in \d+ of 40 directions", 1),
    "fixed_points.py": (r"8 points with 0 ways out\n12 points with 1 ways out", 1),
    "lstm_film.py": (r"half-life of the gradient: [\d.]+ steps", 2),
    "open_checkpoint.py": (r"model\.rnn: LSTM, 3 inputs, 12 units, 2 layers", 1),
}


def cells(text):
    """Split a script where a notebook would."""
    return re.split(r"^# %%.*$", text, flags=re.MULTILINE)


def shown(name):
    """Run an example as a notebook does and return what its cells end with, and what it prints."""
    space, ends, said = {"__name__": "notebook"}, [], io.StringIO()
    with contextlib.redirect_stdout(said):
        for cell in cells((ROOT / "examples" / name).read_text("utf-8")):
            *before, last = ast.parse(cell).body or [None]
            if not isinstance(last, ast.Expr) or isinstance(last.value, ast.Constant):
                exec(cell, space)
                continue
            exec(compile(ast.Module(before, []), name, "exec"), space)
            ends.append(eval(compile(ast.Expression(last.value), name, "eval"), space))
    return [end for end in ends if end is not None], said.getvalue()


def test_every_example_is_looked_at():
    assert set(EXAMPLES) == set(WANTED)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_shows_its_pictures_in_a_notebook(name, monkeypatch):
    monkeypatch.chdir(ROOT / "examples")
    monkeypatch.setattr(sys, "path", [*sys.path])
    pictures, said = shown(name)
    assert re.search(WANTED[name][0], said), said
    assert len(pictures) == WANTED[name][1]
    for picture in pictures:
        if hasattr(picture, "page"):
            html = picture._repr_html_()
            assert html.startswith("<iframe srcdoc=")
            assert html.count("<iframe") == 1
            assert "<script" not in html  # all of it is escaped
            assert "&lt;script" in html
        else:
            assert picture.data
            assert "plotly" in picture._repr_html_()


def test_an_example_is_a_script_too(tmp_path):
    done = subprocess.run(
        [sys.executable, "examples/lstm_film.py"], cwd=ROOT, capture_output=True, text=True,
        check=False, env=os.environ | {"PYTHONWARNINGS": "error"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "half-life" in done.stdout
