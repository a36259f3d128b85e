"""One step of a network as plain torch, for the cells that torch has no layer for."""

from __future__ import annotations

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.rule_cell import RuleCell
from explorer.readout import Readout
from explorer.rules.torch_code import step_source
from explorer.shapes import Array
from explorer.wiring.stack import Stack

PHI = {"tanh": "torch.tanh", "logistic": "torch.sigmoid", "relu": "torch.relu", "identity": ""}


def step_lines(stack: Stack, readout: Readout | None = None) -> str:
    """Return the lines that take a step with the loaded ``arrays``; "" where a cell needs more.

    They are printed from the cell's rule. Layers over each other and held gates are not part of it.
    """
    cell = stack.layers[0].forward
    if len(stack.cells) > 1 or cell.clamps or not isinstance(cell, RuleCell):
        return ""
    if cell.phi.name not in PHI:
        return ""
    first = "" if readout is None else "rnn."
    own = written(cell, first)
    widths = ", ".join(f"{slot}_prev: ({width},)" for slot, width in cell.widths.items())
    step = step_source(cell.rule, own, PHI[cell.phi.name])
    clock = "; t counts from 1" if step[0].startswith("def step(t, ") else ""
    lines = [
        "",
        *masked(cell, own, f'arrays["{first}weight_hh_l0"]'),
        f"# x: ({cell.D},); {widths}, zeros at first{clock}",
        *step,
    ]
    if readout is not None:
        y = 'arrays["head.weight"] @ h + arrays["head.bias"]'
        lines += ["", "def read(h):", f"    return {y}"]
    return "\n".join(lines) + "\n"


def written(cell: RuleCell, first: str) -> dict[str, str]:
    """Return how torch writes the arrays and settings that the rule of a cell reads."""
    own = {
        "W_xh": f'arrays["{first}weight_ih_l0"]',
        "W_hh": f'arrays["{first}weight_hh_l0"]' if cell.mask is None else "W_hh",
        "b_xh": f'arrays["{first}bias_ih_l0"]',
        "b_hh": f'arrays["{first}bias_hh_l0"]',
    }
    arrays = cell.named()
    for name in cell.rule.own:
        value = getattr(cell, name)
        if name in arrays:
            own[name] = f'arrays["{first}{name}_l0"]'
        elif np.ndim(value) == 0:
            own[name] = repr(float(value))
        else:
            own[name] = f"torch.tensor({np.asarray(value).tolist()})"
    return own


def masked(cell: Cell, own: dict[str, str], loaded: str) -> list[str]:
    """Return the lines that leave of the recurrent matrix what the cell's mask leaves."""
    mask: Array | None = getattr(cell, "mask", None)
    if mask is None:
        return []
    rows = " ".join("".join(f"{int(entry)}" for entry in row) for row in mask)
    return [
        "# 1 where a weight exists, one word for each row",
        f'mask = "{rows}".split()',
        f"{own['W_hh']} = {loaded} * torch.tensor([[int(bit) for bit in row] for row in mask])",
    ]
