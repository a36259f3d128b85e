"""One unit at one step, worked out by hand: the equations with their real numbers in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

import numpy as np

from explorer.activations import sigmoid
from explorer.cells.base import Cell
from explorer.cells.records import Step
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


def quantities(cell: Cell, step: Step, unit: int, batch: int = 0) -> dict[str, float]:
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
    settings = {f.name: getattr(cell, f.name) for f in fields(cell)}
    names |= {
        name: float(value) for name, value in settings.items() if isinstance(value, int | float)
    }
    names |= {"t": float(step.t + 1)} | cell.own_numbers(step, unit, batch)
    names |= {
        name: float(array[unit]) for name, array in cell.named().items() if array.shape == (cell.H,)
    }
    return names


def worked(cell: Cell, step: Step, unit: int, batch: int = 0) -> list[Line]:
    """Return one line for each gate and slot, in the order in which the cell computes them."""
    names = quantities(cell, step, unit, batch)
    lines = []
    for symbol, expression in cell.arithmetic.items():
        if is_held(cell, symbol, step.t, unit):
            lines.append(Line(symbol, cell.equations[symbol], r"\text{held}", names[symbol]))
            continue
        value = evaluated(cell, expression, names)
        lines.append(
            Line(symbol, cell.equations[symbol], in_numbers(cell, expression, names), value)
        )
    return lines


def is_held(cell: Cell, gate: str, t: int, unit: int) -> bool:
    """Return whether surgery holds this gate of this unit at this step."""
    return any(
        clamp.gate == gate and clamp.first <= t <= clamp.last and clamp.unit in (None, unit)
        for clamp in cell.surgery
    )


def evaluated(cell: Cell, expression: str, names: dict[str, float]) -> float:
    """Compute one line of arithmetic; the expressions are the cell author's, never a visitor's."""
    functions = {
        "sigmoid": sigmoid,
        "tanh": np.tanh,
        "phi": getattr(cell, "activation", np.tanh),
        "divides": lambda divisor, number: number % divisor == 0,
    }
    with np.errstate(all="ignore"):
        return float(
            eval(
                expression,
                {"__builtins__": {}},
                functions | {k: np.float64(v) for k, v in names.items()},
            )
        )


def in_numbers(cell: Cell, expression: str, names: dict[str, float]) -> str:
    """Return the expression as LaTeX with each name replaced by its number."""
    phi = getattr(getattr(cell, "activation", None), "latex", "")
    symbols = {
        "sigmoid": r"\sigma",
        "tanh": r"\tanh",
        "phi": phi,
        "*": r"\cdot",
        "divides": r"\mathrm{divides}",
    }

    def written(match: re.Match[str]) -> str:
        token = match[0]
        return number(names[token]) if token in names else symbols.get(token, token)

    text = re.sub(r"[A-Za-z_]+|\*", written, expression)
    return re.sub(r"\\cdot (-[\d.]+)", r"\\cdot (\1)", text.replace("+ -", "- "))


def number(value: float, digits: int = 3) -> str:
    """Return a number for LaTeX, as a power of ten where so many decimals would not show it."""
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
