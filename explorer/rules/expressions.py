"""Build and simplify the arithmetic of a rule: Python's own syntax tree, folded as it is made.

A rule is written in Python's syntax and kept as Python's tree (``ast.expr``), so that parsing,
printing and walking come from the standard library. The constructors here drop what is 0 and 1.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping

Expression = ast.expr

ZERO = ast.Constant(0.0)
ONE = ast.Constant(1)


def parsed(text: str) -> Expression:
    """Return the expression that a text says.

    Raises
    ------
    SyntaxError
        When the text is not one expression.
    """
    return ast.parse(text, mode="eval").body


def printed(expression: Expression) -> str:
    """Return an expression as Python source."""
    return ast.unparse(expression)


def name(text: str) -> ast.Name:
    """Return a name."""
    return ast.Name(text)


def is_number(expression: Expression, value: float) -> bool:
    """Return whether an expression is the constant ``value``."""
    return isinstance(expression, ast.Constant) and expression.value == value


def add(a: Expression, b: Expression) -> Expression:
    """Return a + b."""
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    if isinstance(b, ast.UnaryOp) and isinstance(b.op, ast.USub):
        return ast.BinOp(a, ast.Sub(), b.operand)
    return ast.BinOp(a, ast.Add(), b)


def negative(a: Expression) -> Expression:
    """Return -a."""
    if isinstance(a, ast.Constant):
        return ast.Constant(-a.value)
    if isinstance(a, ast.UnaryOp) and isinstance(a.op, ast.USub):
        return a.operand
    return ast.UnaryOp(ast.USub(), a)


def multiply(a: Expression, b: Expression) -> Expression:
    """Return a * b."""
    if is_number(a, 0) or is_number(b, 0):
        return ZERO
    if is_number(a, 1):
        return b
    if is_number(b, 1):
        return a
    for one, other in ((a, b), (b, a)):
        if is_number(one, -1):
            return negative(other)
    return ast.BinOp(a, ast.Mult(), b)


def divide(a: Expression, b: Expression) -> Expression:
    """Return a / b."""
    return a if is_number(a, 0) or is_number(b, 1) else ast.BinOp(a, ast.Div(), b)


def names(expression: Expression) -> list[str]:
    """Return the names in an expression that are not called, in the order of the text, once."""
    called = {id(node.func) for node in ast.walk(expression) if isinstance(node, ast.Call)}
    found: dict[str, None] = {}

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Name) and id(node) not in called:
            found.setdefault(node.id)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(expression)
    return list(found)


def substituted(expression: Expression, values: Mapping[str, Expression]) -> Expression:
    """Return an expression in which names are replaced, simplified anew."""
    match expression:
        case ast.Name():
            return values.get(expression.id, expression)
        case ast.Call():
            return ast.Call(expression.func, [substituted(a, values) for a in expression.args], [])
        case ast.UnaryOp(op=ast.USub()):
            return negative(substituted(expression.operand, values))
        case ast.BinOp():
            a, b = (substituted(side, values) for side in (expression.left, expression.right))
            match expression.op:
                case ast.Add():
                    return add(a, b)
                case ast.Mult():
                    return multiply(a, b)
                case ast.Div():
                    return divide(a, b)
            return ast.BinOp(a, expression.op, b)
    return expression


def blend(expression: Expression) -> tuple[Expression, Expression, Expression] | None:
    """Return (w, a, b) where an expression reads w * a + (1 - w) * b, in either order.

    None where it is no weighted mean of two values.
    """
    if not (isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add)):
        return None
    sides = expression.left, expression.right
    if not all(isinstance(side, ast.BinOp) and isinstance(side.op, ast.Mult) for side in sides):
        return None
    for first, second in (sides, sides[::-1]):
        weight = printed(first.left)
        for rest, value in ((second.left, second.right), (second.right, second.left)):
            if printed(rest) in (f"1 - {weight}", f"1.0 - {weight}"):
                return first.left, first.right, value
    return None


def shared(assignments: Iterable[tuple[str, Expression]]) -> list[tuple[str, Expression]]:
    """Return assignments in which whatever is computed twice has a name of its own.

    Assignments keep their order; each name is assigned once.
    """
    lines = list(assignments)
    counts: Counter[str] = Counter()

    def count(node: ast.AST) -> None:
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call):
            counts[printed(node)] += 1
            if counts[printed(node)] > 1:
                return  # what is inside is then computed once as well
        for child in ast.iter_child_nodes(node):
            count(child)

    for _, expression in lines:
        count(expression)
    known: dict[str, str] = {}
    made: list[tuple[str, Expression]] = []

    def visit(node: Expression, top: str = "") -> Expression:
        match node:
            case ast.BinOp():
                changed: Expression = ast.BinOp(visit(node.left), node.op, visit(node.right))
            case ast.UnaryOp():
                changed = ast.UnaryOp(node.op, visit(node.operand))
            case ast.Call():
                changed = ast.Call(node.func, [visit(argument) for argument in node.args], [])
            case _:
                return node
        key = printed(node)
        if counts[key] < 2:
            return changed
        if key not in known:
            known[key] = top or f"v{len(known) + 1}"
            if top:
                return changed
            made.append((known[key], changed))
        return name(known[key])

    for place, expression in lines:
        made.append((place, visit(expression, place)))
    return made
