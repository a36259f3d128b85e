"""Which attractor a start leads to: basins of attraction on a plane through state space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import fixed_points
from explorer.dynamics.limits import ARRIVED, Limit
from explorer.shapes import Array

ELSEWHERE = -1
EVERY = 8  # steps between two looks at who has arrived


@dataclass(frozen=True, eq=False)
class Basins:
    """Labels (rows, columns) of the starts ``u[column]``, ``v[row]`` on the plane.

    A label is the number of the point in ``attractors`` (N, S) that the start comes to, or -1
    where it comes to none of them in ``steps`` turns: to a cycle, to chaos, or too slowly. ``time``
    (rows, columns) is how many turns that took. In a portrait labels number ``limits``, which hold
    cycles, circles and other ends as well.
    """

    labels: Array
    time: Array
    u: Array
    v: Array
    attractors: Array
    steps: int
    limits: tuple[Limit, ...] = ()

    @property
    def shares(self) -> Array:
        """The share of all starts that come to each of these, and last of those that do not."""
        ends = max(len(self.limits), len(self.attractors))
        counts = np.bincount(
            np.where(self.labels < 0, ends, self.labels).ravel(), minlength=ends + 1
        )
        return counts / self.labels.size


def basins(
    cell: Cell,
    x: Array | None = None,
    *,
    origin: Array | None = None,
    axes: Array | None = None,
    low: float = -1.0,
    high: float = 1.0,
    resolution: int = 100,
    steps: int = 400,
    attractors: Array | None = None,
    rng: np.random.Generator | None = None,
) -> Basins:
    """Follow a grid of starts on the plane ``origin`` + u ``axes[0]`` + v ``axes[1]`` to their end.

    Parameters
    ----------
    origin, axes
        A state (S,) and two directions (2, S); None means zero and the first two units.
    low, high, resolution
        Range of u and v, and starts along each.
    attractors
        Known points (N, S) that attract; None searches for the stable fixed points.

    Raises
    ------
    ValueError
        When the plane does not fit the cell, or has one unit only.
    """
    flow = Autonomous.of(cell, x)
    S = flow.S
    origin = np.zeros(S) if origin is None else np.asarray(origin, np.float64)
    axes = np.eye(2, S) if axes is None else np.asarray(axes, np.float64)
    if origin.shape != (S,) or axes.shape != (2, S):
        raise ValueError(
            f"basins: wanted an origin ({S},) and axes (2, {S}), got {origin.shape} and "
            f"{axes.shape}."
        )
    if attractors is None:
        found = fixed_points(cell, x, rng=rng)
        attractors = found.points[found.stable]
    u = np.linspace(low, high, resolution)
    s = (origin + u[None, :, None] * axes[0] + u[:, None, None] * axes[1]).reshape(-1, S)
    labels = np.full(len(s), ELSEWHERE)
    time = np.full(len(s), steps)
    on = np.arange(len(s))
    for t in range(0, steps, EVERY):
        if not len(on) or not len(attractors):
            break
        with np.errstate(invalid="ignore", over="ignore"):
            distance = squared(s, attractors)
            nearest = distance.argmin(axis=1)
            here = distance[np.arange(len(s)), nearest] < ARRIVED**2
        labels[on[here]], time[on[here]] = nearest[here], t
        keep = ~here & np.isfinite(s).all(axis=1)
        on, s = on[keep], s[keep]
        for _ in range(EVERY):
            s = flow(s)
    shape = resolution, resolution
    return Basins(labels.reshape(shape), time.reshape(shape), u, u, attractors, steps)


def squared(s: Array, points: Array) -> Array:
    """Return the squared distances (n, N) of states to points."""
    return np.stack([((s - point) ** 2).sum(axis=1) for point in points], axis=1)
