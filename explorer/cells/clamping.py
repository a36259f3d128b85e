"""Clamps: gates of any cell that are held at a value, whatever their drives say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self, final

import numpy as np

from explorer.cells.facts import Facts
from explorer.cells.records import Clamp, Step
from explorer.shapes import Array


class Clamping(Facts):
    """A cell whose gates can be held, at some of its units and for some of the steps."""

    @final
    def clamped(self, *clamps: Clamp) -> Self:
        """Return the cell with these gates held, whatever their drives say.

        Raises
        ------
        ValueError
            When the cell has no such gate or unit, or the value is not finite.
        """
        for clamp in clamps:
            if clamp.gate not in self.gates:
                has = (
                    f"a gate among {', '.join(self.gates)}"
                    if self.gates
                    else "no gate, it has none,"
                )
                raise ValueError(f"{self.name}: wanted {has} to hold, got {clamp.gate!r}.")
            if clamp.unit is not None and not 0 <= clamp.unit < self.H:
                raise ValueError(
                    f"{self.name}: wanted a unit from 0 to {self.H - 1} to hold, got {clamp.unit}."
                )
            if not np.isfinite(clamp.value):
                raise ValueError(f"{self.name}: wanted a finite value to hold, got {clamp.value}.")
        return replace(self, clamps=clamps)

    @final
    def held(self, t: int, gate: str, value: Array) -> Array:
        """Return a gate as it acts at step ``t``: as computed, or held where a clamp says so."""
        for clamp in self.clamps:
            if clamp.gate == gate and clamp.first <= t <= clamp.last:
                value = value.copy()
                value[..., clamp.units] = clamp.value
        return value

    @final
    def free(self, step: Step) -> tuple[Any, ...]:
        """Return for each gate 1 where it follows its drive and 0 where surgery holds it."""
        if not self.clamps:
            return (1.0,) * len(self.gates)
        masks: dict[str, Any] = dict.fromkeys(self.gates, 1.0)
        t = np.asarray(step.t)
        for clamp in self.clamps:
            mask = np.ones((*t.shape, self.H), step.s.dtype)
            mask[(t >= clamp.first) & (t <= clamp.last), clamp.units] = 0.0
            between = (1,) * (step.s.ndim - mask.ndim)
            masks[clamp.gate] = masks[clamp.gate] * mask.reshape(*t.shape, *between, self.H)
        return tuple(masks.values())

    def from_step(self, k: int) -> Self:
        """Return the cell as it acts from step ``k`` (from 0) on, for a run that starts there."""
        moved = tuple(replace(c, first=c.first - k, last=c.last - k) for c in self.clamps)
        return replace(self, clamps=moved)
