"""The curves through a saddle: along one everything leaves it, along the other it is reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.stable_curves import stable_curves
from explorer.shapes import Array

FIRST = 1e-3  # how far beside the saddle a curve begins
SLOWEST = 1.01  # a direction that grows or fades slower than this is not waited for
TURNS = 700
BEYOND = 60  # turns after a curve has grown as far as the picture reaches
DENSE = 70  # points of a piece that grows to ten times its length, about
STOPPED = 2e-4  # a piece that moves less than this in one turn has arrived
HASTY = 12, 5e-3, 45  # points, when it has arrived, and turns, while a thumb is dragged
LOST = 1e-11  # a direction that fades faster leaves no digits from which to follow it back
FAR = 6.0  # from the saddle, where a curve is no longer followed

Seed = tuple[Array, Array, float]  # a saddle, a direction there, and its eigenvalue


@dataclass(frozen=True, eq=False)
class Manifolds:
    """Curves (n, S) that begin at saddles: ``unstable`` lead away, ``stable`` lead there.

    ``remark`` says why a stable curve could not be followed back, if one could not.
    """

    unstable: tuple[Array, ...]
    stable: tuple[Array, ...]
    remark: str = ""


def manifolds(found: FixedPoints, *, fine: bool = True) -> Manifolds:
    """Return the one-dimensional invariant curves of every saddle.

    A piece of the eigenvector beside the saddle is carried on by the map, turn by turn (Kuznetsov
    2004, section 4.5.1); stable curves, of a network in the plane, are followed back from place to
    place. Where not ``fine`` they are sampled coarsely.
    """
    flow = found.map
    leaving, coming = list[Seed](), list[Seed]()
    remark = ""
    for n in np.flatnonzero((found.unstable > 0) & ~(np.abs(found.eigenvalues) > 1).all(axis=1)):
        point = found.points[n]
        values, vectors = np.linalg.eig(flow.linear(point[None])[1][0])
        out = np.flatnonzero(np.abs(values) > 1)
        into = np.flatnonzero(np.abs(values) < 1)
        if len(out) == 1 and abs(values[out[0]]) > SLOWEST:
            leaving.append((point, vectors[:, out[0]].real, float(values[out[0]].real)))
        if flow.S != 2 or len(into) != 1:
            continue
        value = abs(values[into[0]])
        if value < LOST:
            remark = (
                "One direction is forgotten in a single step (the Jacobian is singular), so the "
                "way into a saddle cannot be followed back."
            )
        elif value < 1 / SLOWEST:
            coming.append((point, vectors[:, into[0]].real, float(values[into[0]].real)))
    return Manifolds(
        tuple(grown(flow, leaving, fine)),
        tuple(stable_curves(flow, coming, fine)),
        remark,
    )


def grown(flow: Autonomous, seeds: list[Seed], fine: bool = True) -> list[Array]:
    """Carry a piece beside each seed on, all at once; return the curves to both sides of each."""
    if not seeds:
        return []
    points, ways, values = (np.array(part) for part in zip(*seeds, strict=True))
    size, S = np.abs(values), points.shape[1]
    most, stopped, turns = (60, STOPPED, TURNS) if fine else HASTY
    N = int(np.clip(np.ceil(DENSE * np.log10(size.max())), 3, most))
    ways = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    # The whole piece lies within the linear range, however fast it grows.
    along = FIRST * size[:, None] ** (np.arange(N) / N - 1)  # (M, N)
    sides = np.array([1.0, -1.0])[:, None, None, None]
    root = points[:, None]
    now = root + sides * along[..., None] * ways[:, None]  # (2, M, N, S)
    flips = values < 0
    # Beside its saddle a slow curve hardly moves, and has not arrived for that.
    grows = int(np.ceil(np.log(100) / np.log(size.min())))
    turns = min(turns, int(np.log(2 / FIRST) / np.log(size.min())) + BEYOND)
    film = [now.copy()]
    for k in range(turns):
        new = flow(now.reshape(-1, S)).reshape(now.shape)
        with np.errstate(invalid="ignore", over="ignore"):
            far = ~(np.abs(new - root).max(axis=-1) < FAR)
        new[far] = np.nan
        # With a negative eigenvalue each turn leads over to the other side.
        new[:, flips] = new[::-1, flips]
        now[:, flips] = now[::-1, flips]
        with np.errstate(invalid="ignore"):
            moved = np.abs(new - now).max(axis=-1)
        now = new
        film.append(now.copy())
        if k > grows and not (moved >= stopped).any():
            break
    whole = np.stack(film)  # (turns, 2, M, N, S)
    return [
        cut(points[m], whole[:, side, m].reshape(-1, S))
        for m in range(len(seeds))
        for side in (0, 1)
    ]


def cut(point: Array, curve: Array) -> Array:
    """Return the curve from the point on, up to where it is lost."""
    good = np.isfinite(curve).all(axis=1)
    end = len(curve) if good.all() else int(np.argmin(good))
    return np.concatenate([point[None], curve[:end]])
