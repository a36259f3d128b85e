"""A new file is a new cell: nothing else is told about it."""

import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer import CELLS, Cell, GradientTrace, Trace, cells
from tests.cells import specimens
from tests.cells.numerics import assert_close, complex_step, loss

SOURCE = "\n".join(
    [
        "from dataclasses import dataclass",
        "from explorer.cells.elman import Elman",
        "from explorer.cells.jordan import Jordan",
        "from explorer.cells.rule_cell import RuleCell",
        "from explorer.rules import Rule",
        "from explorer.cells.base import Cell",
        inspect.getsource(specimens.LeakySpecimen),
        "class Unfinished(RuleCell):",
        "    source = 'Nobody 1900'",
    ]
)


@pytest.fixture
def new_file(tmp_path, monkeypatch) -> Path:
    """Lay one more file beside the cells, as their package sees it."""
    file = tmp_path / "leaky_for_a_test.py"
    file.write_text(SOURCE)
    monkeypatch.setattr(cells, "__path__", [*cells.__path__, str(tmp_path)])
    yield file
    name = f"{cells.__name__}.{file.stem}"
    sys.modules.pop(name, None)
    vars(cells).pop(file.stem, None)


def test_a_new_file_is_a_new_cell(new_file, rng):
    found = cells._discovered()
    assert found.keys() - CELLS.keys() == {"LeakySpecimen"}
    leaky = found["LeakySpecimen"]
    assert leaky.__module__ == f"explorer.cells.{new_file.stem}"
    cell = leaky.init(rng, 2, 3)
    xs, s0, dL = (rng.standard_normal(size) for size in ((4, 1, 2), (1, 3), (4, 1, 3)))
    gradient = GradientTrace.of(Trace.of(cell, xs, s0), dL)
    assert_close(gradient.ds[0], complex_step(lambda s: loss(cell, xs, s, dL), s0), 1e-12)


def test_the_cells_of_the_first_chapter_are_found():
    assert {"Elman", "LSTM", "PeepholeLSTM", "GRU", "OriginalGRU"} <= CELLS.keys()
    for name, kind in CELLS.items():
        assert kind.__name__ == name
        assert getattr(explorer, name) is getattr(cells, name) is kind
        assert name in explorer.__all__
        assert name in cells.__all__


def test_cells_are_listed_by_the_year_of_their_source():
    years = [int("".join(filter(str.isdigit, kind.source))[:4]) for kind in CELLS.values()]
    assert years == sorted(years)


def test_the_interface_itself_is_no_cell():
    weights = [np.zeros(size) for size in ((1, 1), (1, 1), 1, 1)]
    for kind in [*Cell.__subclasses__(), Cell]:
        if inspect.isabstract(kind):
            with pytest.raises(TypeError, match="abstract"):
                kind(*weights)
            assert kind not in CELLS.values()


def test_no_cell_inherits_from_another():
    for kind in CELLS.values():
        assert not [base for base in kind.__mro__[1:] if base in CELLS.values()]
