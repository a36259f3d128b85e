"""A step as a rule sees it, and its local derivatives: one number for each unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from explorer.cells.layout import gate_first
from explorer.cells.records import Step
from explorer.shapes import Array

if TYPE_CHECKING:
    from explorer.cells.rule_cell import RuleCell


@dataclass(frozen=True, eq=False)
class LocalStep:
    """A step, or a film of steps, as a rule sees it: tuples of gates and of slots (..., H)."""

    cell: RuleCell
    step: Step
    gates: tuple[Array, ...]
    s_prev: tuple[Array, ...]
    s: tuple[Array, ...]
    free: tuple[Any, ...]  # 0 where a gate is held and so passes no gradient to its drive

    @cached_property
    def a_x(self) -> Array:
        """What the input gives to each drive, (G, ..., H)."""
        return gate_first(self.cell.a_x(self.step), self.cell.H)

    @cached_property
    def a_h(self) -> Array:
        """What the past gives to each drive, (G, ..., H)."""
        return gate_first(self.cell.a_h(self.step), self.cell.H)


@dataclass(frozen=True, eq=False, slots=True)
class LocalDerivatives:
    """Derivatives of one step past every matrix, pointwise and so one number for each unit.

    ``x[k][g]`` and ``h[k][g]`` are ∂(slot k)/∂(drive g) for the drives from the input and from the
    past; ``direct[k][j]`` is ∂(slot k)/∂(slot j of s_prev), a plain 0.0 where there is no such
    path.
    """

    x: list[Any]
    h: list[Any]
    direct: list[Any]
