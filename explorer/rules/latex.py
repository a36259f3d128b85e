"""A rule as equations in LaTeX: in symbols, or with numbers in place of names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping

from explorer.rules.expressions import Expression, names, printed
from explorer.rules.functions import FUNCTIONS
from explorer.rules.rule import Rule, is_sum

Written = Callable[[str], str]  # how a name is written


def equations(
    rule: Rule,
    own: Mapping[str, str],
    *,
    scalars: Collection[str] = (),
    masked: bool = False,
) -> dict[str, str]:
    """Return one equation for each line.

    ``own`` says how arrays and settings of the cell are written; ``scalars`` are the settings that
    are one number; ``masked`` says that W_hh is multiplied by a mask M.
    """
    write = Symbols(rule, own, scalars, masked)
    return {
        line.name: f"{line.name}_t = {expression(line.expression, write.name, write)}"
        for line in rule.lines
    }


class Symbols:
    """How the names of a rule are written in equations."""

    def __init__(
        self, rule: Rule, own: Mapping[str, str], scalars: Collection[str], masked: bool
    ) -> None:
        self.rule, self.own, self.scalars, self.masked = rule, own, scalars, masked

    def name(self, symbol: str) -> str:
        """Return a name as LaTeX."""
        if symbol in self.own:
            return self.own[symbol]
        if symbol == "phi":
            return r"\varphi"
        if symbol.endswith("_prev"):
            return f"{symbol[:-5]}_{{t-1}}"
        if symbol in self.rule.drive_names:
            return " + ".join(self.side(symbol[0], symbol[2:]))
        if symbol in self.rule.meaning:
            return f"{symbol}_t"
        head, _, tail = symbol.partition("_")
        return symbol if len(tail) < 2 else f"{head}_{{{tail}}}"

    def scalar(self, node: Expression) -> bool:
        """Return whether an expression is one number for all units."""
        return all(n in self.scalars for n in names(node))

    def side(self, side: str, drive: str, source: str = "") -> tuple[str, str]:
        """Return the product and the bias of one side of a drive."""
        fed = self.rule.fed
        alone = len(self.rule.drives) == 1
        rows = "h" if alone else drive
        of = "x" if side == "x" else ("h" if fed == "h" else fed)
        matrix = f"W_{{{of}{rows}}}"
        if side == "h" and self.masked:
            matrix = rf"(M \odot {matrix})"
        vector = source or ("x_t" if side == "x" else f"{fed}_{{t-1}}")
        return f"{matrix} {vector}", f"b_{{{side}{rows}}}"

    def drive_sum(self, drive: str) -> tuple[list[str], list[str]]:
        """Return products and biases of both sides of a drive that are read as their sum."""
        (x, b_x), (h, b_h) = self.side("x", drive), self.side("h", drive)
        return [x, h], [b_x, b_h] if len(self.rule.drives) == 1 else [f"b_{drive}"]


def expression(node: Expression, write: Written, symbols: Symbols | None = None) -> str:
    """Return an expression as LaTeX; with ``symbols`` drives are written as their products."""

    def times(*sides: Expression) -> str:
        if symbols is None:
            return r" \cdot "
        return r" \, " if any(symbols.scalar(side) for side in sides) else r" \odot "

    def tex(node: Expression, level: int = 0) -> str:
        match node:
            case ast.Name():
                text = write(node.id)
                return f"({text})" if level and (" + " in text or text.startswith("-")) else text
            case ast.Constant():
                return f"{node.value:g}"
            case ast.Call():
                return call(node)
            case ast.UnaryOp():
                return f"-{tex(node.operand, 2)}"
            case ast.BinOp(op=ast.Div()):
                return rf"\frac{{{tex(node.left)}}}{{{tex(node.right)}}}"
            case ast.BinOp(op=ast.MatMult()):
                matrix, source = printed(node.left), printed(node.right)
                if symbols is None:
                    return write(f"{matrix}_{source}")
                return f"{write(matrix)} {tex(node.right, 2)}"
            case ast.BinOp(op=ast.Mult()):
                text = tex(node.left, 1) + times(node.left, node.right) + tex(node.right, 1)
                return f"({text})" if level > 1 else text
            case ast.BinOp(op=ast.Sub()):
                text = f"{tex(node.left)} - {tex(node.right, 1)}"
                return f"({text})" if level else text
            case ast.BinOp(op=ast.Add()):
                text = " + ".join(terms(node)).replace("+ -", "- ")
                return f"({text})" if level else text
        raise TypeError(f"rule: no LaTeX of {ast.unparse(node)!r} is known.")

    def terms(node: Expression) -> list[str]:
        """Return the terms of a sum, biases last."""
        first, last = [], []

        def visit(node: Expression) -> None:
            if symbols and (drive := summed(node)) is not None:
                products, biases = symbols.drive_sum(drive)
                first.extend(products)
                last.extend(biases)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                visit(node.left)
                visit(node.right)
            else:
                first.append(tex(node))

        visit(node)
        if symbols and len(symbols.rule.drives) == 1 and len(last) == 2:
            # One drive only: each bias stands behind its own product.
            return [first[0], last[0], first[1], last[1], *first[2:]]
        return first + last

    def summed(node: Expression) -> str | None:
        drives = symbols.rule.sums if symbols and symbols.rule.summed else ()
        return next((d for d in drives if is_sum(node, d)), None)

    def call(node: ast.Call) -> str:
        function = printed(node.func)
        if function.startswith("past_"):
            drive = function.removeprefix("past_")
            if symbols is None:
                return write(f"h_{drive}")
            return " + ".join(symbols.side("h", drive, f"({tex(node.args[0])})"))
        if function == "divides":
            divisor, number = node.args
            return rf"[{tex(divisor)} \mid {tex(number)}]"
        latex = write("phi") if function == "phi" else FUNCTIONS[function].latex
        return f"{latex}({', '.join(tex(argument) for argument in node.args)})"

    return tex(node)
