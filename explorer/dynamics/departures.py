"""The ways that lead from an unstable fixed point to wherever the network goes from there."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.fixed_points import FixedPoints
from explorer.shapes import Array

FIRST = 1e-3  # how far beside the point a way begins
SLOWEST = 1.005  # a direction that grows slower than this is not waited for
TURNS = 300
FAR = 5.0  # times as far out as the point is, where a way is no longer followed


def departures(found: FixedPoints, samples: int = 40, most: int = 80) -> Array:
    """Return paths (M, samples, S) along the directions that lead away, both ways.

    They start beside each unstable point on the eigenvectors of its growing eigenvalues, those
    with the fewest such directions first, and are sampled evenly along their length. To first
    order such a path lies on the unstable manifold of its point.
    """
    flow, starts, roots = found.map, [], []
    for n in np.flatnonzero(found.unstable):
        J = flow.linear(found.points[n][None])[1][0]
        values, vectors = np.linalg.eig(J)
        for value, vector in zip(values, vectors.T, strict=True):
            if abs(value) < SLOWEST or value.imag < 0:
                continue
            v = vector.real / (np.linalg.norm(vector.real) or 1.0)
            starts += [found.points[n] + FIRST * v, found.points[n] - FIRST * v]
            roots += [found.points[n]] * 2
    if not starts:
        return np.zeros((0, samples, flow.S))
    film = flow.orbit(np.array(starts[:most]), TURNS)
    film = np.concatenate([np.array(roots[:most])[None], film])
    return np.stack([even(path, samples) for path in film.transpose(1, 0, 2)])


def even(path: Array, samples: int) -> Array:
    """Return so many states (samples, S) at even distances along a path (T, S), to where it ends.

    A path that runs in circles is shown for its first few rounds.
    """
    near = FAR * (1 + np.abs(path[0]).max())
    with np.errstate(invalid="ignore"):
        good = (np.abs(path) <= near).all(axis=1)
    path = path if good.all() else path[: int(np.argmin(good))]
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    wide = np.linalg.norm(path.max(axis=0) - path.min(axis=0))
    end = min(along[-1], 4 * wide)
    places = np.linspace(0.0, end, samples)
    return np.stack([np.interp(places, along, column) for column in path.T], axis=1)
