"""A rule as plain torch: the lines of a function that takes one step of one sequence."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from explorer.rules.expressions import Expression, names, printed
from explorer.rules.functions import FUNCTIONS
from explorer.rules.rule import Product, Rule

INDENT = "    "


def step_source(rule: Rule, own: Mapping[str, str], phi: str) -> list[str]:
    """Return the lines of ``step(x, h_prev, ...)``, which returns the slots.

    Parameters
    ----------
    own
        How the arrays and settings that the rule reads are written, and besides W_xh, W_hh, b_xh
        and b_hh.
    phi
        How the cell's activation is written; "" for the identity.
    """
    past = [f"{slot}_prev" for slot in rule.slots]
    clock = ["t"] if any("t" in names(line.expression) for line in rule.lines) else []
    lines = [f"def step({', '.join([*clock, 'x', *past])}):"]
    lines.append(drives(rule, "x", own["W_xh"], own["b_xh"], "x"))
    if rule.plain:
        lines.append(drives(rule, "h", own["W_hh"], own["b_hh"], f"{rule.fed}_prev"))
    for step in rule.program:
        if isinstance(step, Product):
            lines.append(f"{INDENT}{step.out} = {product(rule, step, own)}")
        else:
            lines.append(f"{INDENT}{step.name} = {torch(rule, step.expression, own, phi)}")
    return [*lines, f"{INDENT}return {', '.join(rule.slots)}"]


def drives(rule: Rule, side: str, matrix: str, bias: str, vector: str) -> str:
    """Return the line that computes one side of every drive."""
    value, many = f"{matrix} @ {vector} + {bias}", len(rule.drives)
    left = ", ".join(f"{side}_{drive}" for drive in rule.drives)
    return f"{INDENT}{left} = " + (f"({value}).chunk({many})" if many > 1 else value)


def product(rule: Rule, step: Product, own: Mapping[str, str]) -> str:
    """Return a product inside the rule."""
    if step.drive is None:
        return f"{own[step.matrix]} @ {step.source}"
    block = f".chunk({len(rule.drives)})[{rule.drives.index(step.drive)}]"
    block = "" if len(rule.drives) == 1 else block
    return f"{own['W_hh']}{block} @ {step.source} + {own['b_hh']}{block}"


def torch(rule: Rule, expression: Expression, own: Mapping[str, str], phi: str) -> str:
    """Return an expression with torch's functions."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            if node.id[:2] == "a_" and node.id[2:] in rule.sums:
                return ast.parse(f"x_{node.id[2:]} + h_{node.id[2:]}", mode="eval").body
            return ast.Name(own.get(node.id, node.id))

        def visit_Call(self, node: ast.Call) -> ast.expr:
            arguments = [self.visit(argument) for argument in node.args]
            function = printed(node.func)
            if function == "phi":
                return ast.Call(ast.Name(phi), arguments, []) if phi else arguments[0]
            if function == "divides":
                return ast.parse(
                    "(({1}) % ({0}) == 0) * 1.0".format(*map(ast.unparse, arguments)), mode="eval"
                ).body
            return ast.Call(ast.Name(FUNCTIONS[function].torch), arguments, [])

    return ast.unparse(Rename().visit(ast.parse(printed(expression), mode="eval").body))
