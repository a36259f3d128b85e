"""What every recurrent cell promises: a step forwards, a step back, and what follows from them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, final

import numpy as np

from explorer.cells.clamping import Clamping
from explorer.cells.initialisation import Initialisation
from explorer.cells.layout import affine, sourced
from explorer.cells.records import BackStep, Factor, Step, at, expanded
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Cell(Clamping, Initialisation, ABC):
    """One recurrent cell: four arrays in PyTorch's layout, a step, and the step's transpose.

    The state is one vector ``s = [h; c; ...]`` whose named windows are ``slots``; the rows of the
    matrices are stacked gate by gate in the order of ``drives``.
    """

    @abstractmethod
    def step(self, t: int, x: Array, s: Array) -> Step:
        """Take the state ``s`` (B, S) one step on under the input ``x`` (B, D)."""

    @abstractmethod
    def pull(self, step: Step, ds: Array) -> BackStep:
        """Carry the gradient ``ds`` at ``step.s`` back through the step."""

    @abstractmethod
    def factors(self, step: Step, back: BackStep) -> dict[str, tuple[Factor, ...]]:
        """Return each weight's gradient as factors; several factors are stacked along the rows."""

    @property
    def undriven(self) -> tuple[str, ...]:
        """The gates that neither input nor state decides, such as a clock."""
        return ()

    # ---- what follows from it ------------------------------------------------------------------

    @final
    def a_x(self, step: Step) -> Array:
        """Return W_xh x + b_xh (..., G·H), what the input says to each drive."""
        return affine(step.x, self.W_xh, self.b_xh)

    def a_h(self, step: Step) -> Array:
        """Return W_hh h + b_hh (..., G·H), what the past says to each drive."""
        return affine(self.slot(step.s_prev, self.fed), self.recurrence, self.b_hh)

    @final
    def dx(self, back: BackStep) -> Array:
        """Return the gradient at the input (..., D)."""
        return sourced(back.da_x, self.W_xh)

    @final
    def grad(self, step: Step, back: BackStep) -> Self:
        """Return the weight gradient of one step, or of a film of steps, as a cell."""
        return self.assembled(
            {k: [f.sum() for f in fs] for k, fs in self.factors(step, back).items()}
        )

    @final
    def assembled(self, blocks: Mapping[str, list[Array]]) -> Self:
        """Return this cell with its arrays replaced by the row blocks given for each."""
        missing = self.named().keys() ^ blocks.keys()
        if missing:
            raise ValueError(
                f"{self.name}: wanted the factors of every array, once; check {', '.join(missing)}."
            )
        return replace(
            self, **{k: b[0] if len(b) == 1 else np.concatenate(b) for k, b in blocks.items()}
        )

    def jacobian(self, step: Step) -> Array:
        """Return J[..., i, j] = ∂s_i/∂s_prev_j of a step; leading axes as in the step.

        One batch element, one time or a whole film of them: (B, S, S), (T, B, S, S).
        """
        lead = step.s.shape[:-1]
        wide = expanded(step, self.S)
        identity = np.broadcast_to(np.eye(self.S, dtype=step.s.dtype), (*lead, self.S, self.S))
        return self.pull(wide, identity).ds_prev

    def log_det(self, step: Step, J: Array) -> Array:
        """Return log |det J| of a step or a film of steps, given its Jacobian."""
        del step
        return np.linalg.slogdet(J)[1]

    def direct(self, step: Step) -> dict[str, Array]:
        """Return each slot's derivative by its own past around every matrix, if it has one."""
        del step
        return {}

    def forward(self, xs: Array, s0: Array) -> tuple[dict[str, Array], Array]:
        """Run a sequence (T, B, D); return ``gates`` (T, B, H) and ``s`` (T+1, B, S)."""
        s, steps = s0, []
        for t, x in enumerate(xs):
            steps.append(step := self.step(t, x, s))
            s = step.s
        return (
            {name: np.array([step.gates[name] for step in steps]) for name in self.gates},
            np.concatenate([s0[None], [step.s for step in steps]]),
        )

    def backward(self, steps: Step, ds: Array) -> BackStep:
        """Carry a gradient back through a film of steps.

        ``ds`` (T+1, B, S) holds what the loss injects at each state and is completed in place.
        """
        backs = []
        for t in range(len(ds) - 2, -1, -1):
            backs.append(back := self.pull(at(steps, t), ds[t + 1]))
            ds[t] += back.ds_prev
        backs.reverse()
        return BackStep(
            t=0,
            ds=ds[1:],
            ds_prev=ds[:-1],
            da_x=np.array([back.da_x for back in backs]),
            da_h=np.array([back.da_h for back in backs]),
            own={k: np.array([back.own[k] for back in backs]) for k in backs[0].own},
        )

    @final
    def astype(self, dtype: type[np.floating[Any]]) -> Self:
        """Return the cell in another float type."""
        return self.map(lambda array: array.astype(dtype))
