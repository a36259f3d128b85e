"""Cells that live in the tests only, each asking something of the base that no shipped cell asks.

They go through the very contract of the shipped cells, so the base keeps room for their kind.
"""

from dataclasses import dataclass

from explorer.cells.base import Cell
from explorer.cells.rule_cell import RuleCell
from explorer.rules import Rule


@dataclass(frozen=True, eq=False)
class LeakySpecimen(RuleCell):
    """A direct path whose slope is a plain number: the leak is a setting, not an array."""

    leak: float = 0.3

    rule = Rule("""
        n = tanh(x_n + h_n)                 # candidate
        h = (1 - leak) * h_prev + leak * n  # hidden state
    """)
    name = "Leaky specimen"
    variant = "The leak is fixed."
    source = "Jaeger 2001"


@dataclass(frozen=True, eq=False)
class Constant(RuleCell):
    """A rule all of whose slopes are plain numbers: the linear network, written the short way."""

    rule = Rule("""
        h = x_h + h_h  # hidden state
    """)
    name = "Constant"
    variant = "Linear."
    source = "Tests 2025"


SPECIMENS: tuple[type[Cell], ...] = (LeakySpecimen, Constant)
