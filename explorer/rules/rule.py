"""A cell's rule: the lines of its equations, read once.

The lines stand in computing order, one assignment each, with the name of the quantity behind it::

    f = sigmoid(x_f + h_f)    # forget gate
    c = f * c_prev + i * g    # cell state

They may use

``x_<drive>``
    what the input gives to a drive: one block of H rows of W_xh x + b_xh;
``h_<drive>``
    what the past gives to it: one block of W_hh h_prev + b_hh;
``past_<drive>(e)``
    the same block of W_hh and b_hh, applied to ``e`` instead of h_prev;
``<slot>_prev``
    a part of the state before the step; a line whose name is used in this way is a slot;
``t``
    the number of the step, from 1;
earlier lines, arrays and settings of the cell, ``W @ e`` for a matrix of the cell, the functions in
``functions.py``, and ``phi`` for the cell's activation.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cached_property

from explorer.rules.expressions import Expression, blend, name, names, parsed, printed
from explorer.rules.functions import FUNCTIONS


@dataclass(frozen=True)
class Line:
    """One equation: ``name = expression``, and what its quantity is called."""

    name: str
    expression: Expression
    meaning: str

    def __str__(self) -> str:
        return f"{self.name} = {printed(self.expression)}  # {self.meaning}"


@dataclass(frozen=True)
class Let:
    """One pointwise assignment of the program."""

    name: str
    expression: Expression


@dataclass(frozen=True)
class Product:
    """One product of the program, ``out = matrix @ source``; of W_hh the block of one drive.

    A block of W_hh brings its bias.
    """

    out: str
    matrix: str
    source: str
    drive: str | None = None


class Rule:
    """The equations of a cell.

    Parameters
    ----------
    text
        One line for each gate and slot (see above).
    fed
        The slot that W_hh reads.
    slots
        The slots, where not all are read by the next step.

    Attributes
    ----------
    lines : tuple of Line
    drives : tuple of str
        Names of the blocks of rows of W_xh and W_hh, in the order in which they first appear.
    gates, slots : tuple of str
        What a step records, and the parts of its state.
    summed : bool
        Whether no line reads more of the drives than the sum of both sides.
    program : list of Let and Product
        The lines with every product and every inner call under a name of its own.

    Raises
    ------
    SyntaxError
        When a line is not ``name = expression  # meaning``.
    """

    def __init__(self, text: str, *, fed: str = "h", slots: tuple[str, ...] = ()) -> None:
        self.fed = fed
        self.lines = tuple(read(line) for line in text.splitlines() if line.strip())
        used = list(dict.fromkeys(n for line in self.lines for n in every_name(line.expression)))
        assigned = [line.name for line in self.lines]
        self.drives = tuple(n[2:] for n in used if n.startswith("x_"))
        self.slots = tuple(dict.fromkeys(["h", fed, *(n for n in assigned if f"{n}_prev" in used)]))
        self.gates = tuple(n for n in assigned if n not in self.slots)
        self.meaning = {line.name: line.meaning for line in self.lines}
        given = {*self.drive_names, *assigned, *(f"{slot}_prev" for slot in self.slots), "t"}
        self.own = tuple(n for n in used if n not in given and not n.startswith("past_"))
        self.sums = tuple(d for d in self.drives if self._summed(d))
        self.program: list[Let | Product] = []
        for line in self.lines:
            value = self._flat(line.expression, top=True)
            self.program.append(Let(line.name, value))

    @property
    def drive_names(self) -> tuple[str, ...]:
        """The names of both sides of each drive."""
        return tuple(f"{side}_{drive}" for side in "xh" for drive in self.drives)

    @property
    def summed(self) -> bool:
        """Whether the rule reads of each drive only the sum of both sides."""
        return self.sums == self.drives

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """The products inside the rule, beside the one of W_hh with the past."""
        return tuple(step for step in self.program if isinstance(step, Product))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The drives whose block of W_hh reads the past itself."""
        return tuple(d for d in self.drives if all(p.drive != d for p in self.products))

    @property
    def pointwise(self) -> bool:
        """Whether the rule holds no product, so that each unit depends on its own drives alone."""
        return not self.products

    def line(self, symbol: str) -> Line:
        """Return the line of a gate or slot."""
        return next(line for line in self.lines if line.name == symbol)

    def is_soft(self, weight: Expression) -> bool:
        """Return whether an expression is a gate that never quite takes the ends of its range."""
        if not (isinstance(weight, ast.Name) and weight.id in self.gates):
            return False
        call = self.line(weight.id).expression
        function = FUNCTIONS.get(printed(call.func)) if isinstance(call, ast.Call) else None
        return function is not None and function.open

    @cached_property
    def undriven(self) -> tuple[str, ...]:
        """The gates that neither input nor state decides, such as a clock."""
        driven = {*self.drive_names, *(f"{slot}_prev" for slot in self.slots)}
        for line in self.lines:
            if driven.intersection(every_name(line.expression)):
                driven.add(line.name)
        return tuple(gate for gate in self.gates if gate not in driven)

    @property
    def holds_by_setting(self) -> bool:
        """Whether a slot keeps a share of itself that no weight decides: by a clock or a leak."""
        for line in self.lines:
            parts, past = blend(line.expression), f"{line.name}_prev"
            if parts and past in map(printed, parts[1:]) and not self.is_soft(parts[0]):
                return True
        return False

    @cached_property
    def settled(self) -> Rule:
        """The rule that forgets: h' = w h + (1 - w) n becomes h' = n where w is a soft gate.

        Both have the same fixed points. Where w is nearly 1 the first all but rests everywhere,
        the second does not.
        """
        lines = []
        for line in self.lines:
            parts, past = blend(line.expression), f"{line.name}_prev"
            value = line.expression
            if parts is not None and self.is_soft(parts[0]):
                _, a, b = parts
                value = b if printed(a) == past else a if printed(b) == past else value
            lines.append(str(replace(line, expression=value)))
        return (
            self
            if lines == [str(line) for line in self.lines]
            else Rule("\n".join(lines), fed=self.fed, slots=self.slots)
        )

    @cached_property
    def keepers(self) -> dict[str, tuple[str, bool]]:
        """Each slot that keeps a share w or 1 - w of itself, w a sigmoid: (gate, is it w)."""
        found = {}
        for line in self.lines:
            past, parts = f"{line.name}_prev", blend(line.expression)
            if parts is not None and self.is_sigmoid(parts[0]):
                gate = printed(parts[0])
                if printed(parts[1]) == past:
                    found[line.name] = gate, True
                elif printed(parts[2]) == past:
                    found[line.name] = gate, False
            elif isinstance(line.expression, ast.BinOp) and isinstance(line.expression.op, ast.Add):
                for side in (line.expression.left, line.expression.right):
                    if isinstance(side, ast.BinOp) and isinstance(side.op, ast.Mult):
                        for gate, value in ((side.left, side.right), (side.right, side.left)):
                            if printed(value) == past and self.is_sigmoid(gate):
                                found[line.name] = printed(gate), True
        return found

    def is_sigmoid(self, weight: Expression) -> bool:
        """Return whether an expression is a gate whose line is one sigmoid."""
        if not self.is_soft(weight):
            return False
        call = self.line(weight.id).expression  # type: ignore[attr-defined]
        return isinstance(call, ast.Call) and printed(call.func) == "sigmoid"

    @cached_property
    def added(self) -> tuple[Rule, tuple[str, ...]]:
        """The rule whose sums w * past + a are a alone, and the slots of which this holds.

        Of this rule only these slots mean anything.
        """
        lines, slots = [], []
        for line in self.lines:
            value = line.expression
            if line.name in self.keepers and blend(value) is None:
                assert isinstance(value, ast.BinOp)
                gate, past = self.keepers[line.name][0], f"{line.name}_prev"
                kept = {f"{gate} * {past}", f"{past} * {gate}"}
                value = value.right if printed(value.left) in kept else value.left
                # The past stays among what the step is given.
                value = parsed(f"{printed(value)} + 0 * {past}")
                slots.append(line.name)
            lines.append(str(replace(line, expression=value)))
        return (Rule("\n".join(lines), fed=self.fed, slots=self.slots) if slots else self), tuple(
            slots
        )

    @cached_property
    def complemented(self) -> Rule:
        """The rule with 1 - w in place of each gate w that keeps a slot, without a subtraction.

        Of this rule only the gates mean anything: 1 - sigmoid(a) is sigmoid(-a), to full precision
        where the first has no digit left.
        """
        turned = {gate for gate, keeps in self.keepers.values() if keeps}
        lines = []
        for line in self.lines:
            if line.name in turned:
                assert isinstance(line.expression, ast.Call)
                (argument,) = line.expression.args
                value = ast.Call(line.expression.func, [ast.UnaryOp(ast.USub(), argument)], [])
                line = replace(line, expression=value)
            lines.append(str(line))
        return Rule("\n".join(lines), fed=self.fed, slots=self.slots) if turned else self

    # ---- from lines to a program ---------------------------------------------------------------

    def _summed(self, drive: str) -> bool:
        """Return whether both sides of a drive occur only as x_<drive> + h_<drive>."""
        both, alone = 0, 0
        for line in self.lines:
            for node in ast.walk(line.expression):
                both += is_sum(node, drive)
                alone += isinstance(node, ast.Name) and node.id in (f"x_{drive}", f"h_{drive}")
        return both > 0 and alone == 2 * both

    def _flat(self, node: Expression, top: bool = False) -> Expression:
        """Return an expression without products and inner calls, which go to the program."""
        for drive in self.sums:
            if is_sum(node, drive):
                return name(f"a_{drive}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            matrix, source = printed(node.left), self._named(node.right)
            self.program.append(Product(f"{matrix}_{source}", matrix, source))
            return name(f"{matrix}_{source}")
        if isinstance(node, ast.Call):
            function = printed(node.func)
            if function.startswith("past_"):
                drive = function.removeprefix("past_")
                self.program.append(Product(f"h_{drive}", "W_hh", self._named(node.args[0]), drive))
                return name(f"h_{drive}")
            call = ast.Call(node.func, [self._flat(argument) for argument in node.args], [])
            return call if top else self._let(call)
        if isinstance(node, ast.BinOp):
            return ast.BinOp(self._flat(node.left), node.op, self._flat(node.right))
        if isinstance(node, ast.UnaryOp):
            return ast.UnaryOp(node.op, self._flat(node.operand))
        return node

    def _named(self, node: Expression) -> str:
        """Return the name of a value, given one where it has none."""
        flat = self._flat(node, top=True)
        return flat.id if isinstance(flat, ast.Name) else self._let(flat).id

    def _let(self, expression: Expression) -> ast.Name:
        place = name(f"u{len(self.program) + 1}")
        self.program.append(Let(place.id, expression))
        return place


def read(text: str) -> Line:
    """Return the line that a text says."""
    code, mark, meaning = text.partition("#")
    symbol, equals, expression = code.partition("=")
    if not (mark and equals and symbol.strip().isidentifier() and meaning.strip()):
        raise SyntaxError(f"rule: wanted 'name = expression  # meaning', got {text.strip()!r}.")
    return Line(symbol.strip(), parsed(expression.strip()), meaning.strip())


def is_sum(node: ast.AST, drive: str) -> bool:
    """Return whether a node is x_<drive> + h_<drive>."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add)
        and isinstance(node.left, ast.Name | ast.BinOp)
        and printed(node) == f"x_{drive} + h_{drive}"
    )


def every_name(expression: Expression) -> list[str]:
    """Return the names in an expression, ``past_<drive>`` as the drive's two names."""
    found = names(expression)
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and printed(node.func).startswith("past_"):
            found.append("h_" + printed(node.func).removeprefix("past_"))
    return found
