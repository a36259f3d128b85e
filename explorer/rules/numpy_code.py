"""A rule as NumPy: the source of its step and of its derivative, written and compiled.

Four functions come from a rule. Inside them the gate axis comes first: ``from_x`` is
(G, ..., H), and ``from_h`` holds the drives whose block of W_hh reads the past itself.

``update(cell, t, from_x, from_h, s_prev)``
    the new slots and the gates, each a tuple of arrays (..., H);
``slopes(cell, local)``
    for each slot the derivative by each side of each drive and, past every matrix, by each slot;
``pull(cell, local, ds)``
    the gradients of both sides of each drive, of the slots before the step, and of own arrays;
``sources(cell, local)``
    what the products inside the rule multiply, one array each.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from explorer.rules.derivative import Derivative, Transposed, needed
from explorer.rules.expressions import (
    ONE,
    Expression,
    blend,
    name,
    names,
    printed,
    shared,
    substituted,
)  # fmt: skip
from explorer.rules.functions import FUNCTIONS
from explorer.rules.rule import Let, Product, Rule

INDENT = "    "


@dataclass(frozen=True)
class Compiled:
    """The functions of a rule, and the source that they were compiled from."""

    update: Callable[..., Any]
    slopes: Callable[..., Any]
    pull: Callable[..., Any]
    sources: Callable[..., Any]
    source: str


@cache
def compiled(rule: Rule, own: tuple[str, ...] = (), clamped: bool = False) -> Compiled:
    """Return the functions of a rule.

    Parameters
    ----------
    own
        Arrays that only this kind of cell has and that are trained.
    clamped
        Whether gates may be held at a value.
    """
    parts = [
        update_source(rule, clamped),
        slopes_source(rule, clamped),
        pull_source(rule, own, clamped),
        sources_source(rule),
    ]
    source = "\n\n\n".join(parts)
    scope: dict[str, Any] = {"np": np, "whole": whole} | {k: f.f for k, f in FUNCTIONS.items()}
    exec(compile(source, "<rule>", "exec"), scope)
    return Compiled(*(scope[part] for part in ("update", "slopes", "pull", "sources")), source)


def whole(value: Any, like: Any) -> Any:
    """Return a value that is the same for several units or sequences, as an array like another."""
    full = np.empty(like.shape, like.real.dtype)
    full[...] = value
    return full


# ---- forwards --------------------------------------------------------------------------------


def update_source(rule: Rule, clamped: bool) -> str:
    """Return the source of ``update``."""
    lines = ["def update(cell, t, from_x, from_h, s_prev):"]
    lines += [unpacked((f"{slot}_prev" for slot in rule.slots), "s_prev"), *settings(rule)]
    if "t" in used(rule.program):
        lines.append("t1 = t + 1")
    runs = sums(rule)
    lines += [f"{run.label} = from_x{run.x} + from_h{run.h}" for run in runs]
    where = {d: (run.label, k) for run in runs for k, d in enumerate(run.drives)}
    length = {run.label: len(run.drives) for run in runs}
    read = used(rule.program)
    grouped = list(groups(rule, where))
    singles = {d for group in grouped if len(group) == 1 for d in drives_of(group[0])}
    for drive, (label, k) in where.items():
        if drive in singles:
            lines.append(f"a_{drive} = {label}[{k}]")
    for k, drive in enumerate(rule.drives):
        if f"x_{drive}" in read:
            lines.append(f"x_{drive} = from_x[{k}]")
    for k, drive in enumerate(rule.plain):
        if f"h_{drive}" in read:
            lines.append(f"h_{drive} = from_h[{k}]")
    varying = {f"{slot}_prev" for slot in rule.slots}
    for group in grouped:
        if len(group) > 1:
            label, first = where[drives_of(group[0])[0]]
            function = printed(group[0].expression.func)
            lines.append(
                unpacked(
                    (step.name for step in group),
                    f"{function}({label}{slice_of(first, len(group), length[label])})",
                )
            )
            varying |= {step.name for step in group}
        else:
            (step,) = group
            if isinstance(step, Product):
                lines.append(product(step))
                varying.add(step.out)
                continue
            lines.append(f"{step.name} = {assigned(rule, step, varying)}")
            varying.add(step.name)
        if clamped:
            lines += [
                f'{step.name} = cell.held(t, "{step.name}", {step.name})'
                for step in group
                if step.name in rule.gates
            ]
    lines.append(f"return {many(rule.slots)}, {many(rule.gates)}")
    return joined(lines)


@dataclass(frozen=True)
class Run:
    """Drives side by side whose two sides are added in one go: name of the sum, and its places."""

    label: str
    drives: tuple[str, ...]
    x: str
    h: str


def sums(rule: Rule) -> list[Run]:
    """Return the runs of drives of which the rule reads the sum only."""
    found: list[Run] = []
    for is_sum, part in groupby(rule.drives, lambda d: d in rule.sums):
        drives = tuple(part)
        if is_sum:
            places = (
                slice_of(all_drives.index(drives[0]), len(drives), len(all_drives))
                for all_drives in (rule.drives, rule.plain)
            )
            found.append(Run(f"a{len(found)}", drives, *places))
    return found


def slice_of(start: int, length: int, whole: int) -> str:
    """Return the source of a slice."""
    return "" if length == whole else f"[{start}:{start + length}]"


def drives_of(step: Let | Product) -> list[str]:
    """Return the drives whose sum a step reads."""
    if isinstance(step, Product):
        return []
    return [n[2:] for n in names(step.expression) if n.startswith("a_")]


def groups(rule: Rule, where: dict[str, tuple[str, int]]) -> Iterable[list[Let | Product]]:
    """Yield the steps of a program, those together that one call of one function can take."""
    group: list[Any] = []
    for step in rule.program:
        if group and not follows(group[-1], step, where):
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def follows(last: Let | Product, step: Let | Product, where: dict[str, tuple[str, int]]) -> bool:
    """Return whether two steps apply one function to neighbouring drives."""
    for one in (last, step):
        if isinstance(one, Product) or not isinstance(one.expression, ast.Call):
            return False
        if len(one.expression.args) != 1 or not isinstance(one.expression.args[0], ast.Name):
            return False
        if one.expression.args[0].id[:2] != "a_" or one.expression.args[0].id[2:] not in where:
            return False
    if printed(last.expression.func) != printed(step.expression.func):
        return False
    (label, k), (other, n) = (where[drives_of(one)[0]] for one in (last, step))
    return label == other and n == k + 1


def assigned(rule: Rule, step: Let, varying: set[str]) -> str:
    """Return the source of a step's value: an array of full shape with memory of its own."""
    value = step.expression
    found = blend(value)
    if found is not None and rule.is_soft(found[0]):
        weight, a, b = found
        # w a + (1 - w) b in one multiplication less. Not exact at w = 1, which a soft gate is not.
        value = ast.BinOp(b, ast.Add(), ast.BinOp(weight, ast.Mult(), ast.BinOp(a, ast.Sub(), b)))
    text = printed(renamed(value))
    inputs = names(value)
    if not any(n in varying or n[:2] in ("x_", "h_", "a_") for n in inputs):
        return f"whole({text}, {rule.slots[0]}_prev)"
    bare = value.args[0] if isinstance(value, ast.Call) and printed(value.func) == "phi" else value
    if isinstance(bare, ast.Name) and bare.id[:2] != "a_":
        # phi may be the identity, and what it is given may be memory that is used again.
        return text.replace(bare.id, f"+{bare.id}") if bare is value else f"phi(+{bare.id})"
    return text


def renamed(expression: Expression) -> Expression:
    """Return an expression in which the step's number is the one counted from 1."""
    return substituted(expression, {"t": name("t1")}) if "t" in names(expression) else expression


# ---- back ------------------------------------------------------------------------------------


def slopes_source(rule: Rule, clamped: bool) -> str:
    """Return the source of ``slopes``."""
    results: list[tuple[str, Expression]] = []
    for slot in rule.slots:
        back = Derivative(rule, {slot: ONE}, clamped=clamped, through=False)
        values: dict[str, Expression] = {}
        for step in back.program:
            values[step.name] = substituted(step.expression, values)
        for drive in rule.drives:
            for side in "h" if drive in rule.sums else "xh":
                value = substituted(back.side(side, drive), values)
                results.append((f"{slot}_by_{side}_{drive}", value))
        for past in rule.slots:
            results.append((f"{slot}_by_{past}_prev", substituted(back.at(f"{past}_prev"), values)))
    lines = ["def slopes(cell, local):", *recorded(rule, [e for _, e in results], clamped)]
    constants = {k for k, e in results if isinstance(e, ast.Constant)}
    lines += [f"{k} = {printed(e)}" for k, e in shared(results) if k not in constants]
    value = {k: printed(e) if k in constants else k for k, e in results}
    x = [
        [value[f"{slot}_by_{'h' if d in rule.sums else 'x'}_{d}"] for d in rule.drives]
        for slot in rule.slots
    ]
    h = [[value[f"{slot}_by_h_{d}"] for d in rule.drives] for slot in rule.slots]
    direct = [[value[f"{slot}_by_{past}_prev"] for past in rule.slots] for slot in rule.slots]
    lines.append(f"by_h = [{', '.join(many(row) for row in h)}]")
    lines.append("by_x = by_h" if rule.summed else f"by_x = [{', '.join(many(row) for row in x)}]")
    lines.append(f"return by_x, by_h, [{', '.join(many(row) for row in direct)}]")
    return joined(lines)


def pull_source(rule: Rule, own: Sequence[str], clamped: bool) -> str:
    """Return the source of ``pull``."""
    back = Derivative(rule, {slot: name(f"at_{slot}") for slot in rule.slots}, clamped=clamped)
    results = [
        [back.side("x", d) for d in rule.drives],
        [back.side("h", d) for d in rule.drives],
        [back.at(f"{slot}_prev") for slot in rule.slots],
        [back.at(n) for n in own],
    ]
    matrices = [p.matrix for p in rule.products if p.drive is None]
    errors = [name(back.total(p.out)) for p in rule.products if p.drive is None]
    program = live(back.program, [*(e for part in results for e in part), *errors])
    expressions = [s.expression for s in program if isinstance(s, Let)]
    expressions += [e for part in results for e in part]
    lines = ["def pull(cell, local, ds):", unpacked((f"at_{slot}" for slot in rule.slots), "ds")]
    lines += recorded(rule, expressions, clamped)
    for step in program:
        if isinstance(step, Transposed):
            lines.append(f"{step.out} = {step.error} @ {matrix(step.product)}")
        else:
            lines.append(f"{step.name} = {printed(step.expression)}")
    x, h, direct, others = ([printed(e) for e in part] for part in results)
    lines.append(f"by_h = {many(h)}")
    lines.append("by_x = by_h" if rule.summed else f"by_x = {many(x)}")
    arrays = [f"{n!r}: {value}" for n, value in zip(own, others, strict=True)]
    arrays += [f"{n!r}: {printed(e)}" for n, e in zip(matrices, errors, strict=True)]
    lines.append(f"return by_x, by_h, {many(direct)}, {{{', '.join(arrays)}}}")
    return joined(lines)


def sources_source(rule: Rule) -> str:
    """Return the source of ``sources``."""
    wanted = [name(p.source) for p in rule.products]
    lines = ["def sources(cell, local):", *recorded(rule, wanted, clamped=False)]
    lines.append(f"return {many(p.source for p in rule.products)}")
    return joined(lines)


def live(program: list[Any], results: Iterable[Expression]) -> list[Any]:
    """Return the steps of a way back whose values are used."""
    wanted = {n for e in results for n in names(e)}
    kept = []
    for step in reversed(program):
        symbol = step.out if isinstance(step, Transposed) else step.name
        if symbol in wanted:
            kept.append(step)
            wanted |= {step.error} if isinstance(step, Transposed) else {*names(step.expression)}
    return kept[::-1]


def recorded(rule: Rule, expressions: Iterable[Expression], clamped: bool) -> list[str]:
    """Return the lines that fetch or compute again what the way back reads."""
    drives = {f"{side}_{d}" for side in "axh" for d in rule.drives}
    record = drives | {*rule.gates, *rule.slots, *(f"{s}_prev" for s in rule.slots), *rule.own}
    wanted = {n for e in expressions for n in names(e)}
    again = needed(rule, wanted, record)
    wanted |= {n for s in again if isinstance(s, Let) for n in names(s.expression)}
    wanted |= {s.source for s in again if isinstance(s, Product)}
    lines = settings(rule, wanted)
    for group, source in (
        (rule.gates, "local.gates"),
        ([f"{slot}_prev" for slot in rule.slots], "local.s_prev"),
        (rule.slots, "local.s"),
    ):
        lines += [f"{n} = {source}[{k}]" for k, n in enumerate(group) if n in wanted]
    for k, d in enumerate(rule.drives):
        if f"a_{d}" in wanted:
            lines.append(f"a_{d} = local.a_x[{k}] + local.a_h[{k}]")
        lines += [f"{s}_{d} = local.a_{s}[{k}]" for s in "xh" if f"{s}_{d}" in wanted]
    if clamped:
        lines += [
            f"free_{gate} = local.free[{k}]"
            for k, gate in enumerate(rule.gates)
            if f"free_{gate}" in wanted
        ]
    return lines + [
        product(s) if isinstance(s, Product) else f"{s.name} = {printed(s.expression)}"
        for s in again
    ]


# ---- parts of both ---------------------------------------------------------------------------


def used(program: Iterable[Let | Product]) -> set[str]:
    """Return every name that a program reads."""
    return {
        n
        for step in program
        for n in ([step.source] if isinstance(step, Product) else names(step.expression))
    }


def settings(rule: Rule, wanted: set[str] | None = None) -> list[str]:
    """Return the lines that fetch the arrays and settings of the cell."""
    lines = [
        f"{n} = cell.{n}"
        for n in rule.own
        if (wanted is None or n in wanted) and all(p.matrix != n for p in rule.products)
    ]
    if any(
        isinstance(node, ast.Call) and printed(node.func) == "phi"
        for line in rule.lines
        for node in ast.walk(line.expression)
    ):
        lines.append("phi, phi_slope = cell.activation.f, cell.activation.slope")
    return lines


def matrix(step: Product) -> str:
    """Return the source of the matrix of a product."""
    return f"cell.{step.matrix}" if step.drive is None else f"cell.block({step.drive!r})"


def product(step: Product) -> str:
    """Return the source of a product on the way forwards."""
    bias = "" if step.drive is None else f" + cell.block_bias({step.drive!r})"
    return f"{step.out} = {step.source} @ {matrix(step)}.T{bias}"


def many(parts: Iterable[str]) -> str:
    """Return the source of a tuple."""
    return f"({''.join(f'{part}, ' for part in parts)})"


def unpacked(parts: Iterable[str], source: str) -> str:
    """Return the source of an assignment to several names."""
    return f"{many(parts)} = {source}"


def joined(lines: list[str]) -> str:
    """Return a function's source from its head and its lines."""
    return f"\n{INDENT}".join(lines)
