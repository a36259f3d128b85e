"""The page about gates speaks of the gates that the shown cell has, and of no others."""

import re

import pytest

from explorer.cells import CELLS
from tests.pages.visiting import visit

EVERY = {m for kind in CELLS.values() for g, m in kind.meaning.items() if g in kind.gates}


@pytest.mark.parametrize("cell", CELLS)
def test_notes_name_only_gates_of_the_cell(cell):
    kind = CELLS[cell]
    app = visit("gates", {"cell": cell})
    texts = [part.value for part in app.markdown]
    said = next(text for text in texts if text.startswith("- **"))
    own = {kind.meaning[gate] for gate in kind.gates}
    assert "{" not in said
    for gate in EVERY - own:
        assert not re.search(rf"\b{re.escape(gate)}\b", said), gate
    assert ("Raise the bias" in said) == bool(kind.keep)
    assert ("Chrono" in said) == bool(kind.keep)
    table = next((text for text in texts if text.startswith("| gate |")), "")
    for gate in kind.rule.undriven:
        assert f"*{gate}*" not in table


def test_a_clock_is_not_stuck():
    app = visit("gates", {"cell": "Clockwork"})
    table = next(part.value for part in app.markdown if part.value.startswith("| gate |"))
    assert "clock" not in table
    assert any("not counted as stuck" in part.value for part in app.markdown)
