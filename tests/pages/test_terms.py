"""Every symbol of a film has a definition in that film, the loss that of its own page."""

import pytest

from explorer.recipe import LOSSES, Recipe
from tests.pages.visiting import films, visit


@pytest.mark.parametrize("cell", ["LSTM", "GRU", "Clockwork"])
def test_gates_bring_the_meaning_of_their_cell(cell):
    ((header, _),) = films(visit("gates", {"cell": cell}))
    kind = Recipe(cell=cell).build()
    for gate in (*kind.gates, *kind.slots):
        assert header["terms"][f"{gate}_t"].startswith(kind.meaning[gate]), gate


@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_is_defined_as_the_one_that_runs(loss):
    ((header, _),) = films(visit("unrolling", {"loss": loss, "at": "3", "of": "2"}))
    objective = Recipe(loss=loss, at=3, of=2).objective()
    assert objective.formula in header["terms"]["L"]
    assert header["graph"]["loss"] == objective.formula
    assert header["graph"]["loss_reads_last"] == (loss != "unit")
