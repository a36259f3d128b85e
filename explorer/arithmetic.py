"""One unit at one step, worked out by hand: the equations with their real numbers in them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.records import Step
from explorer.cells.rule_cell import RuleCell
from explorer.rules import expressions, latex
from explorer.rules.functions import FUNCTIONS
from explorer.rules.rule import Let
from explorer.shapes import Array


@dataclass(frozen=True)
class Line:
    """One line of the working: symbol, equation, the equation in numbers, the result."""

    symbol: str
    equation: str
    numbers: str
    value: float


@dataclass(frozen=True)
class Product:
    """One row of a matrix times its vector: the terms, the bias and their sum."""

    symbol: str
    weights: Array
    vector: Array
    bias: float

    @property
    def value(self) -> float:
        """The sum of all terms and the bias."""
        return float(self.weights @ self.vector + self.bias)


def quantities(cell: RuleCell, step: Step, unit: int, batch: int = 0) -> dict[str, float]:
    """Return every number that the arithmetic of one unit may name."""
    names: dict[str, float] = {}
    a_x, a_h = cell.a_x(step), cell.a_h(step)
    for k, drive in enumerate(cell.drives):
        names[f"x_{drive}"] = float(a_x[batch, k * cell.H + unit])
        names[f"h_{drive}"] = float(a_h[batch, k * cell.H + unit])
    names |= {gate: float(step.gates[gate][batch, unit]) for gate in cell.gates}
    for slot, width in cell.widths.items():
        if unit < width:
            names[slot] = float(cell.slot(step.s, slot)[batch, unit])
            names[f"{slot}_prev"] = float(cell.slot(step.s_prev, slot)[batch, unit])
    names["t"] = step.t + 1
    for name in cell.rule.own:
        value = np.asarray(getattr(cell, name))
        if value.ndim == 0:
            names[name] = value.item()
        elif value.ndim == 1 and unit < len(value):
            names[name] = value[unit].item()
    for product in cell.rule.products:
        matrix = getattr(cell, product.matrix)
        if product.drive is None and unit < len(matrix):
            source = cell.sources(step)[product.source]
            names[product.out] = float(matrix[unit] @ source[batch])
    return names


def worked(cell: RuleCell, step: Step, unit: int, batch: int = 0) -> list[Line]:
    """Return one line for each gate and slot, in the order in which the cell computes them."""
    names = quantities(cell, step, unit, batch)
    values = evaluated(cell, names)
    return [
        Line(line.name, cell.equations[line.name], r"\text{held}", names[line.name])
        if is_held(cell, line.name, step.t, unit)
        else Line(
            line.name,
            cell.equations[line.name],
            in_numbers(cell, line.expression, names),
            values[line.name],
        )
        for line in cell.rule.lines
        if line.name in names
    ]


def is_held(cell: Cell, gate: str, t: int, unit: int) -> bool:
    """Return whether surgery holds this gate of this unit at this step."""
    return any(
        clamp.gate == gate and clamp.first <= t <= clamp.last and clamp.unit in (None, unit)
        for clamp in cell.clamps
    )


def evaluated(cell: RuleCell, names: dict[str, float]) -> dict[str, float]:
    """Return the value of each line, computed from the numbers on record."""
    functions = {name: function.f for name, function in FUNCTIONS.items()}
    scope: dict[str, Any] = {"__builtins__": {}, "phi": cell.phi.f} | functions
    known = {name: np.float64(value) for name, value in names.items()}
    known |= {f"a_{d}": known[f"x_{d}"] + known[f"h_{d}"] for d in cell.drives}
    values: dict[str, float] = {}
    with np.errstate(all="ignore"):
        for step in cell.rule.program:
            if isinstance(step, Let) and all(
                n in known for n in expressions.names(step.expression)
            ):
                values[step.name] = float(eval(expressions.printed(step.expression), scope, known))
                known.setdefault(step.name, np.float64(values[step.name]))
    return values


def in_numbers(cell: RuleCell, expression: ast.expr, names: dict[str, float]) -> str:
    """Return an expression as LaTeX with each name replaced by its number."""

    def write(name: str) -> str:
        return cell.phi.latex if name == "phi" else number(names[name])

    return latex.expression(expression, write)


def number(value: float, digits: int = 3) -> str:
    """Return a number for LaTeX, as a power of ten where so many decimals would not show it.

    A whole number by type, such as a period, has no decimals.
    """
    if isinstance(value, int):
        return f"{value}"
    if not np.isfinite(value):
        return r"\mathrm{nan}" if np.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    value += 0.0  # there is no minus before a zero
    if value == 0 or 10.0**-digits <= abs(value) < 1e4:
        return f"{value:.{digits}f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return rf"{mantissa}{{\times}}10^{{{int(exponent)}}}"


def products(cell: Cell, step: Step, unit: int, batch: int = 0) -> list[tuple[Product, Product]]:
    """Return, for each drive, the input's and the past's row product whose sums the cell uses.

    The past's vector is what the row really multiplies, recovered from the cell's own factors, so
    that a gate acting before the product shows up in it.
    """
    pairs = []
    sources = recurrent_sources(cell, step)
    for k, drive in enumerate(cell.drives):
        row = k * cell.H + unit
        pairs.append(
            (
                Product(f"a_{{x{drive}}}", cell.W_xh[row], step.x[batch], float(cell.b_xh[row])),
                Product(
                    f"a_{{h{drive}}}",
                    cell.recurrence[row],
                    sources[k][batch],
                    float(cell.b_hh[row]),
                ),
            )
        )
    return pairs


def recurrent_sources(cell: Cell, step: Step) -> list[Array]:
    """Return for each drive the vector (B, H) that its block of W_hh multiplies."""
    film = Step(
        step.t,
        step.x[None],
        step.s_prev[None],
        {name: gate[None] for name, gate in step.gates.items()},
        step.s[None],
    )
    back = cell.pull(film, np.zeros_like(film.s))
    sources: list[Array] = []
    for factor in cell.factors(film, back)["W_hh"]:
        sources += [factor.right[0]] * (factor.left.shape[-1] // cell.H)
    return sources
