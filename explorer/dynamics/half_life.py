"""How long a state is remembered: push it, follow it, and note when half of the push is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from explorer.cells.base import Cell
from explorer.shapes import Array, check_shapes, scaled_norm
from explorer.trace import Trace


@dataclass(frozen=True, eq=False)
class Forgetting:
    """What is left of each push: ``left[t]`` is its share after t steps, 1 at first."""

    left: Annotated[Array, "T+1 B"]

    def __post_init__(self) -> None:
        check_shapes(self)

    @property
    def half_life(self) -> Array:
        """After how many steps at most half of each push is left (B,), inf where it never was.

        Between steps the share is taken to fall exponentially.
        """
        found = np.full(self.left.shape[1], np.inf)
        for b, share in enumerate(self.left.T):
            with np.errstate(invalid="ignore"):
                under = np.flatnonzero(share <= 0.5)
            if len(under):
                t = int(under[0])
                before, after = share[t - 1], max(share[t], 1e-300)
                found[b] = t - np.log(0.5 / after) / np.log(before / after)
        return found


def forgetting(cell: Cell, xs: Array, pushes: Array, settle: int = 0) -> Forgetting:
    """Follow what pushes (B, S) leave in the entries of the state that they push.

    The network runs over ``xs`` (T, D) from the zero state; after ``settle`` steps its state is
    pushed, once in each of B copies, and the copies and the network that was not pushed run on
    side by side under the same inputs.

    Raises
    ------
    ValueError
        When there is no step left to follow, or a push is 0.
    """
    T, sizes = len(xs), scaled_norm(pushes)
    if not 0 <= settle < T or not sizes.all():
        raise ValueError(
            f"forgetting: wanted settle from 0 to {T - 1} and pushes that are not 0, got "
            f"settle={settle} and {int((sizes == 0).sum())} pushes of size 0."
        )
    start = np.zeros((1, cell.S))
    if settle:
        start = Trace.of(cell, xs[:settle, None]).s[-1]
    copies = np.concatenate([start, start + pushes])
    rest = np.repeat(xs[settle:, None], len(copies), axis=1)
    s = Trace.of(cell.from_step(settle), rest, copies).s
    moved = pushes != 0
    with np.errstate(over="ignore", invalid="ignore"):
        apart = (s[:, 1:] - s[:, :1]) * moved
        norms = scaled_norm(apart.reshape(-1, cell.S)).reshape(apart.shape[:2])
        return Forgetting(norms / norms[0])


def steps_to_half(factor: float) -> float:
    """Return log(1/2) / log(factor), the half-life of what is multiplied by it at every step.

    0 for a factor of 0 or below, inf for 1 or more: nothing is forgotten there.
    """
    if factor <= 0:
        return 0.0
    return float(np.log(0.5) / np.log(factor)) if factor < 1 else np.inf
