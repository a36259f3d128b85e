"""One step of a network as plain torch, for the cells that torch has no layer for."""

from __future__ import annotations

import re
from dataclasses import fields

from explorer.activations import Activation
from explorer.cells.base import Cell
from explorer.cells.pointwise import PointwiseCell
from explorer.readout import Readout
from explorer.wiring.stack import Stack

FUNCTIONS = {"tanh": "torch.tanh", "sigmoid": "torch.sigmoid"}
PHI = {"tanh": "torch.tanh", "logistic": "torch.sigmoid", "relu": "torch.relu", "identity": ""}
SPACE = "    "


def step_lines(stack: Stack, readout: Readout | None = None) -> str:
    """Return the lines that take a step with the loaded ``arrays``; "" where a cell needs more.

    They are written from the cell's own arithmetic, which stands on what each drive gets from the
    input and from the hidden state: layers over each other, clocks, held gates and outputs that
    are fed back are not among it.
    """
    cell = stack.layers[0].forward
    if len(stack.cells) > 1 or cell.clamps or not isinstance(cell, PointwiseCell):
        return ""
    if cell.recurrence is not cell.W_hh or "h" not in cell.widths:
        return ""
    first = "" if readout is None else "rnn."
    names = known(cell, first)
    if not all(token in names for line in cell.arithmetic.values() for token in tokens(line)):
        return ""
    past = [f"{slot}_prev" for slot in cell.slots]
    lines = [
        "",
        f"# x: ({cell.D},); {', '.join(past)}: ({cell.H},), zeros at first",
        f"def step(x, {', '.join(past)}):",
        drives(cell, "x", f"{first}weight_ih_l0", f"{first}bias_ih_l0", "x"),
        drives(cell, "h", f"{first}weight_hh_l0", f"{first}bias_hh_l0", "h_prev"),
        *(
            f"{SPACE}{symbol} = {re.sub(NAME, lambda m: names[m[0]], line)}"
            for symbol, line in cell.arithmetic.items()
        ),
        f"{SPACE}return {', '.join(cell.slots)}",
    ]
    if readout is not None:
        y = 'arrays["head.weight"] @ h + arrays["head.bias"]'
        lines += ["", "def read(h):", f"{SPACE}return {y}"]
    return "\n".join(lines) + "\n"


NAME = r"[A-Za-z_]+"


def tokens(line: str) -> list[str]:
    """Return the names in a line of arithmetic."""
    return re.findall(NAME, line)


def known(cell: Cell, first: str) -> dict[str, str]:
    """Return how torch writes each name that the arithmetic of a cell may use."""
    drives = {f"{side}_{drive}" for side in "xh" for drive in cell.drives}
    own = drives | set(cell.gates) | set(cell.slots) | {f"{slot}_prev" for slot in cell.slots}
    settings = {field.name: getattr(cell, field.name) for field in fields(cell)}
    phi = settings.get("activation")
    return (
        {name: name for name in own}
        | FUNCTIONS
        | ({"phi": PHI[phi.name]} if isinstance(phi, Activation) and phi.name in PHI else {})
        | {name: repr(float(v)) for name, v in settings.items() if isinstance(v, int | float)}
        | {
            name: f'arrays["{first}{name}_l0"]'
            for name, array in cell.named().items()
            if array.shape == (cell.H,) and name[0] != "b"
        }
    )


def drives(cell: Cell, side: str, weight: str, bias: str, vector: str) -> str:
    """Return the line that computes what every drive gets from one side."""
    names = ", ".join(f"{side}_{drive}" for drive in cell.drives)
    value = f'arrays["{weight}"] @ {vector} + arrays["{bias}"]'
    many = len(cell.drives)
    return f"{SPACE}{names} = " + (f"({value}).chunk({many})" if many > 1 else value)
