"""The derivative of a rule, by going back through its program once.

Every use of a name hands its share of the gradient to that name (reverse mode; Linnainmaa 1970).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.rules.expressions import (
    ONE,
    ZERO,
    Expression,
    add,
    blend,
    divide,
    is_number,
    multiply,
    name,
    names,
    negative,
    parsed,
    substituted,
)  # fmt: skip
from explorer.rules.functions import FUNCTIONS
from explorer.rules.rule import Let, Product, Rule


@dataclass(frozen=True)
class Transposed:
    """One product on the way back, ``out = error @ matrix``, the transpose of ``product``."""

    out: str
    product: Product
    error: str


class Derivative:
    """The gradient of a weighted sum of the slots, as a program.

    Parameters
    ----------
    rule
        The rule.
    seeds
        The gradient that arrives at each slot; 0 where none is named.
    clamped
        Whether gates may be held: then ``free_<gate>`` (1, or 0 where it is held) is part of it.
    through
        Whether the gradient passes the products inside the rule, or ends at them.

    Attributes
    ----------
    program : list of Let and Transposed
    """

    def __init__(
        self,
        rule: Rule,
        seeds: Mapping[str, Expression],
        *,
        clamped: bool = False,
        through: bool = True,
    ) -> None:
        self.rule = rule
        self.program: list[Let | Transposed] = []
        self._shares: dict[str, list[Expression]] = {
            slot: [seed] for slot, seed in seeds.items() if not is_number(seed, 0)
        }
        for step in reversed(rule.program):
            if isinstance(step, Product):
                if through and step.out in self._shares:
                    error = self.total(step.out)
                    self.program.append(Transposed(f"m_{step.source}", step, error))
                    self._hand(step.source, name(f"m_{step.source}"))
            elif step.name in self._shares:
                gate = clamped and step.name in rule.gates
                self._push(step.expression, name(self.total(step.name, gate)), step.name)

    def at(self, symbol: str) -> Expression:
        """Return the gradient at a name: the sum of all shares."""
        total: Expression = ZERO
        for share in self._shares.get(symbol, ()):
            total = add(total, share)
        return total

    def side(self, side: str, drive: str) -> Expression:
        """Return the gradient at one side of a drive."""
        return self.at(f"a_{drive}" if drive in self.rule.sums else f"{side}_{drive}")

    def total(self, symbol: str, gate: bool = False) -> str:
        """Assign the gradient at a name and return the name of the assignment."""
        value = self.at(symbol)
        if gate:
            value = multiply(value, name(f"free_{symbol}"))
        if isinstance(value, ast.Name):
            return value.id
        self.program.append(Let(f"d_{symbol}", value))
        return f"d_{symbol}"

    def _hand(self, symbol: str, share: Expression) -> None:
        if not is_number(share, 0):
            self._shares.setdefault(symbol, []).append(share)

    def _assigned(self, place: str, gradient: Expression, slope: Expression) -> Expression:
        value = multiply(gradient, slope)
        if is_number(slope, 1):
            return value
        self.program.append(Let(place, value))
        return name(place)

    def _push(self, node: Expression, gradient: Expression, symbol: str = "") -> None:
        """Hand the gradient at an expression to the names in it."""
        match node:
            case ast.Name():
                self._hand(node.id, gradient)
            case ast.Call():
                for slope, argument in zip(slopes(node, symbol), node.args, strict=True):
                    if not is_number(slope, 0):
                        self._push(argument, self._assigned(f"e_{symbol}", gradient, slope))
            case ast.UnaryOp(op=ast.USub()):
                self._push(node.operand, negative(gradient))
            case ast.BinOp() if parts := blend(node):
                weight, a, b = parts
                self._push(weight, multiply(gradient, ast.BinOp(a, ast.Sub(), b)))
                self._push(a, multiply(gradient, weight))
                self._push(b, multiply(gradient, ast.BinOp(ONE, ast.Sub(), weight)))
            case ast.BinOp(left, ast.Add(), right):
                self._push(left, gradient)
                self._push(right, gradient)
            case ast.BinOp(left, ast.Sub(), right):
                self._push(left, gradient)
                self._push(right, negative(gradient))
            case ast.BinOp(left, ast.Mult(), right):
                self._push(left, multiply(gradient, right))
                self._push(right, multiply(gradient, left))
            case ast.BinOp(left, ast.Div(), right):
                self._push(left, divide(gradient, right))
                self._push(right, negative(divide(multiply(gradient, node), right)))
            case ast.Constant():
                pass
            case _:
                raise TypeError(f"rule: no derivative of {ast.unparse(node)!r} is known.")


def slopes(call: ast.Call, symbol: str) -> tuple[Expression, ...]:
    """Return the slopes of a call whose value has the name ``symbol``, one for each argument."""
    function = ast.unparse(call.func)
    if function == "phi":
        return (ast.Call(name("phi_slope"), [name(symbol)], []),)
    values = {"y": name(symbol)} | dict(zip("ab", call.args, strict=False))
    return tuple(substituted(parsed(slope), values) for slope in FUNCTIONS[function].slopes)


def needed(rule: Rule, wanted: set[str], recorded: set[str]) -> list[Let | Product]:
    """Return the part of a program that computes ``wanted`` again from what is on record."""
    found: list[Let | Product] = []
    missing = set(wanted) - recorded
    for step in reversed(rule.program):
        symbol = step.out if isinstance(step, Product) else step.name
        if symbol in missing:
            found.append(step)
            sources = [step.source] if isinstance(step, Product) else names(step.expression)
            missing |= {*sources} - recorded
    return found[::-1]
