"""The ranges of a rule's signals, by interval arithmetic over its lines (Moore 1966)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer.rules.derivative import Derivative
from explorer.rules.expressions import ONE, Expression, blend, printed, substituted
from explorer.rules.functions import FUNCTIONS, Interval
from explorer.rules.rule import Let, Rule

ANYTHING: Interval = (-np.inf, np.inf)
PASSES = 4  # a slot that still grows after so many steps has no bound


def evaluate(node: Expression, known: Mapping[str, Interval], phi: Callable[..., Any]) -> Interval:
    """Return the range of an expression, given the ranges of its names.

    ``phi`` is the cell's activation, a function that never falls.
    """

    def of(part: Expression) -> Interval:
        return evaluate(part, known, phi)

    with np.errstate(all="ignore"):
        match node:
            case ast.Name():
                return known.get(node.id, ANYTHING)
            case ast.Constant():
                return node.value, node.value
            case ast.UnaryOp(op=ast.USub()):
                low, high = of(node.operand)
                return -high, -low
            case ast.Call():
                arguments = [of(argument) for argument in node.args]
                function = printed(node.func)
                if function == "phi":
                    return tuple(phi(np.asarray(end, float)) for end in arguments[0])
                return FUNCTIONS[function].range(*arguments)
            case ast.BinOp() if parts := blend(node):
                weight, a, b = (of(part) for part in parts)
                if np.min(weight[0]) >= 0 and np.max(weight[1]) <= 1:
                    return np.minimum(a[0], b[0]), np.maximum(a[1], b[1])
        if not isinstance(node, ast.BinOp):
            return ANYTHING
        a, b = of(node.left), of(node.right)
        match node.op:
            case ast.Add():
                return a[0] + b[0], a[1] + b[1]
            case ast.Sub():
                return a[0] - b[1], a[1] - b[0]
            case ast.Mult():
                return hull(*(defined(x * y) for x in map(np.asarray, a) for y in b))
            case ast.Div() if np.min(b[0]) > 0 or np.max(b[1]) < 0:
                return hull(*(defined(x / y) for x in map(np.asarray, a) for y in b))
        return ANYTHING


def hull(*values: Any) -> Interval:
    """Return the smallest interval that holds all values."""
    return np.minimum.reduce(np.broadcast_arrays(*values)), np.maximum.reduce(
        np.broadcast_arrays(*values)
    )


def defined(product: Any) -> Any:
    """Return a product of two ends, in which 0 times infinity is 0."""
    return np.where(np.isnan(product), 0.0, product)


def settled(
    rule: Rule, known: Mapping[str, Interval], phi: Callable[..., Any]
) -> dict[str, Interval]:
    """Return the range of every line of a rule over all steps of a run that starts from 0.

    ``known`` holds the ranges of drives, arrays and settings. A slot that grows without end gets
    (-inf, inf).
    """
    past: dict[str, Interval] = dict.fromkeys(rule.slots, (0.0, 0.0))
    for attempt in range(PASSES + 1 + len(rule.slots)):
        signals = dict(known) | {f"{slot}_prev": past[slot] for slot in rule.slots}
        for step in rule.program:
            if isinstance(step, Let):
                signals[step.name] = evaluate(step.expression, signals, phi)
        wider = {slot: hull(*past[slot], *signals[slot]) for slot in rule.slots}
        grown = [s for s in rule.slots if not same(wider[s], past[s])]
        if not grown:
            break
        past |= {slot: ANYTHING if attempt >= PASSES else wider[slot] for slot in grown}
    return {line.name: signals[line.name] for line in rule.lines}


def bound(
    rule: Rule, slot: str, known: Mapping[str, Interval], phi: Callable[..., Any]
) -> Interval | None:
    """Return a range that a step maps into itself, unit by unit; None where none is found.

    A slot is bounded by itself, or as c' = A c + B with |A| < 1, where it stays within
    |B| / (1 - |A|). A and B hold for every past.
    """
    natural = settled(rule, known, phi)[slot]
    if np.isfinite(np.asarray(natural, float)).all():
        return natural
    back = Derivative(rule, {slot: ONE}, through=False)
    values: dict[str, Expression] = {}
    for step in back.program:
        if isinstance(step, Let):
            values[step.name] = substituted(step.expression, values)
    slope = substituted(back.at(f"{slot}_prev"), values)
    signals = dict(known) | {f"{s}_prev": ANYTHING for s in rule.slots}
    at_zero = signals | {f"{slot}_prev": (0.0, 0.0)}
    for scope in (signals, at_zero):
        for step in rule.program:
            if isinstance(step, Let):
                scope[step.name] = evaluate(step.expression, scope, phi)
    A, B = (
        np.maximum(*(np.abs(end) for end in pair))
        for pair in (evaluate(slope, signals, phi), at_zero[slot])
    )
    if not (np.all(A < 1) and np.isfinite(B).all()):
        return None
    return -B / (1 - A), B / (1 - A)


def same(a: Interval, b: Interval) -> bool:
    """Return whether two ranges are equal."""
    return bool(np.all(np.equal(a[0], b[0])) and np.all(np.equal(a[1], b[1])))


def plain(interval: Interval) -> tuple[float, float] | None:
    """Return an interval as two numbers, None where it has no two ends."""
    low, high = float(np.min(interval[0])), float(np.max(interval[1]))
    return (low, high) if np.isfinite([low, high]).all() else None
