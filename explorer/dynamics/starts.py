"""Where a search for fixed points starts: in the box, on the way to rest, beside known points."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.distances import norms, squares
from explorer.shapes import Array

BETWEEN = 400  # starts half-way between points already found
INSIDE = 0.5  # share of the radius within which a third point is well inside
PRODUCTS = 2_000_000  # pairs times points that are looked at for neighbours


def checked(flow: Autonomous, starts: Array) -> Array:
    """Return starts (N, S) as float64, or say what is wrong with them."""
    s = np.asarray(starts, np.float64)
    if s.ndim != 2 or s.shape[1] != flow.S or not len(s):
        raise ValueError(
            f"fixed_points: wanted starts of shape (N, {flow.S}), one state per row, got {s.shape}."
        )
    if not np.isfinite(s).all():
        raise ValueError("fixed_points: wanted finite starts, got some that are not.")
    if flow.box is not None:
        low, high = flow.box
        out = ((s < low) | (s > high)).any(axis=1)
        if out.any():
            n, i = np.argwhere((s < low) | (s > high))[0]
            raise ValueError(
                f"fixed_points: wanted starts inside the box that the network never leaves, got "
                f"{int(out.sum())} outside; the first has {s[n, i]:.4g} at unit {i + 1}, where the "
                f"box goes from {low[i]:.4g} to {high[i]:.4g}."
            )
    return s


def spread(flow: Autonomous, rng: np.random.Generator, N: int) -> Array:
    """Draw N starts: over the box, and where orbits from there pass on their way to rest."""
    s = flow.drawn(rng, N)
    inner = s * rng.random((N, 1))
    third = max(1, N // 3)
    s[:third] = inner[:third]
    moving = s[-third:]
    for k in range(10):
        moved = flow(moving)
        # Each tenth stays behind where it has come to.
        stay = np.arange(len(moving)) % 10 < k
        moving = np.where(stay[:, None] | ~np.isfinite(moved), moving, moved)
    s[-third:] = np.clip(moving, -1e6, 1e6)
    return s


def between(points: Array, rng: np.random.Generator) -> Array:
    """Return the middles of all pairs of neighbours, or of so many of them.

    Two points are neighbours where no third one is well inside the ball between them, of which
    they are the poles (after Gabriel & Sokal 1969). A missing point leaves such a ball empty.
    """
    i, j = np.triu_indices(len(points), 1)
    most = PRODUCTS // max(1, len(points))
    if len(i) > most:
        some = rng.choice(len(i), most, replace=False)
        i, j = i[some], j[some]
    middle = (points[i] + points[j]) / 2
    nearest = squares(middle, points).min(axis=1, initial=np.inf)
    middle = middle[nearest >= (INSIDE * norms(points[i] - middle)) ** 2]
    return middle if len(middle) <= BETWEEN else rng.choice(middle, BETWEEN, replace=False)


def around(flow: Autonomous, points: Array, rng: np.random.Generator) -> Array:
    """Return states around each point, at distances from 0.001 to 1, half of them where J is flat.

    A point's twin lies along the direction in which I - J is nearly singular.
    """
    if not len(points):
        return points
    flat = np.linalg.svd(np.eye(flow.S) - flow.linear(points)[1])[2][:, -1]
    step = rng.standard_normal((8, *points.shape))
    step /= np.linalg.norm(step, axis=2, keepdims=True)
    far = 10.0 ** rng.uniform(-3, 0, (16, len(points), 1))
    kicks = np.concatenate([step, flat * rng.choice([-1.0, 1.0], (8, len(points), 1))])
    return (points + far * kicks).reshape(-1, points.shape[1])
