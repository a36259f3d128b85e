"""Planes in state space that show most of a trajectory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array
from explorer.trace import Trace


@dataclass(frozen=True, eq=False)
class Plane:
    """Principal plane: ``points`` (T+1, B, k), ``axes`` (k, S), ``share`` of variance (k,)."""

    points: Array
    axes: Array
    share: Array
    centre: Array


def pca(trace: Trace, components: int = 2, slot: str | None = None) -> Plane:
    """Project the finite states of a trace on their principal axes (Pearson 1901).

    The sign of each axis is fixed so that its largest entry is positive: pictures do not flip
    while a slider moves. Axes that the data do not span are zero.
    """
    s = trace.s if slot is None else trace.slot(slot)
    centre, axes, share = principal(s[: trace.finite()].reshape(-1, s.shape[-1]), components)
    with np.errstate(invalid="ignore", over="ignore"):
        points = (s - centre) @ axes.T
    return Plane(points, axes, share, centre)


def principal(states: Array, components: int) -> tuple[Array, Array, Array]:
    """Return centre (S,), principal axes (k, S) and shares of variance (k,) of states (N, S)."""
    centre = states.mean(axis=0)
    scale = np.abs(states).max() or 1.0
    with np.errstate(over="ignore", under="ignore"):
        _, singular, axes = np.linalg.svd((states - centre) / scale, full_matrices=False)
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    axes, variance = axes[:components], singular**2
    if len(axes) < components:
        axes = np.concatenate([axes, np.zeros((components - len(axes), states.shape[-1]))])
        variance = np.concatenate([variance, np.zeros(components)])
    return centre, axes, variance[:components] / (variance.sum() or 1.0)
