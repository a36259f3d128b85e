"""The curves through a saddle: along one everything leaves it, along the other it is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import FixedPoints
from explorer.dynamics.newton import solved
from explorer.shapes import Array

FIRST = 1e-3  # how far beside the saddle a curve begins
SLOWEST = 1.01  # a direction that grows or fades slower than this is not waited for
TURNS = 240
DENSE = 70  # points of a piece that grows to ten times its length, about
STOPPED = 2e-4  # a piece that moves less than this in one turn has arrived
HASTY = 12, 5e-3  # points of a piece, and when it has arrived, while a thumb is dragged
LONGEST = 0.4  # step of Newton's method on the way to a preimage
FAR = 6.0  # from the saddle, where a curve is no longer followed

Ahead = Callable[[Array, Array], Array]


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

    A piece of the eigenvector beside the saddle is carried on by the map, or, for stable curves of
    a network in the plane, by its inverse (Newton's method for the preimages), turn by turn
    (Kuznetsov 2004, section 4.5.1). Where not ``fine`` they are sampled coarsely.
    """
    flow, unstable, stable = found.map, list[Array](), list[Array]()
    remarks = []
    for n in np.flatnonzero((found.unstable > 0) & ~(np.abs(found.eigenvalues) > 1).all(axis=1)):
        point = found.points[n]
        values, vectors = np.linalg.eig(flow.linear(point[None])[1][0])
        out = np.flatnonzero(np.abs(values) > 1)
        into = np.flatnonzero(np.abs(values) < 1)
        if len(out) == 1 and abs(values[out[0]]) > SLOWEST:
            k = out[0]
            unstable += grown(ahead(flow), point, vectors[:, k].real, float(values[k].real), fine)
        if flow.S != 2 or len(into) != 1:
            continue
        k = into[0]
        if abs(values[k]) < 1e-6:
            remarks.append(
                "One direction is forgotten in a single step (the Jacobian is singular), so the "
                "way into a saddle cannot be followed back through it."
            )
        elif abs(values[k]) < 1 / SLOWEST:
            way, value = vectors[:, k].real, 1 / float(values[k].real)
            stable += grown(behind(flow), point, way, value, fine)
    return Manifolds(tuple(unstable), tuple(stable), " ".join(dict.fromkeys(remarks)))


def ahead(flow: Autonomous) -> Ahead:
    """Return one turn of the map, as a step of a curve."""
    return lambda s, before: flow(s)


def behind(flow: Autonomous) -> Ahead:
    """Return one turn back, as a step of a curve; nan where no preimage is near."""

    def step(s: Array, before: Array) -> Array:
        return preimages(flow, s, 2 * s - before)

    return step


def grown(ahead: Ahead, point: Array, way: Array, value: float, fine: bool = True) -> list[Array]:
    """Carry a piece of the direction ``way`` on; return the curve to one side and to the other."""
    size = abs(value)
    most, stopped = (60, STOPPED) if fine else HASTY
    N = int(np.clip(np.ceil(DENSE * np.log10(size)), 3, most))
    along = FIRST * size ** (np.arange(N) / N)[:, None] * (way / np.linalg.norm(way))
    now = np.concatenate([point + along, point - along])
    before = np.concatenate([point + along / size, point - along / size])
    film = [now]
    for _ in range(TURNS):
        new = ahead(now, before)
        # With a negative eigenvalue each turn leads over to the other side.
        new = np.concatenate([new[N:], new[:N]]) if value < 0 else new
        with np.errstate(invalid="ignore", over="ignore"):
            moved = np.abs(new - now).max(axis=1)
            near = np.abs(new - point).max(axis=1) < FAR
        now, before = new, now
        if value < 0:
            before = np.concatenate([before[N:], before[:N]])
        film.append(now)
        if not (near & ~(moved < stopped)).any():
            break
    whole = np.stack(film)
    return [
        cut(point, whole[:, half].reshape(-1, len(point))) for half in (slice(N), slice(N, None))
    ]


def cut(point: Array, curve: Array) -> Array:
    """Return the curve from the point on, up to where it is lost."""
    with np.errstate(invalid="ignore"):
        good = np.abs(curve - point).max(axis=1) < FAR
    end = len(curve) if good.all() else int(np.argmin(good))
    return np.concatenate([point[None], curve[:end]])


def preimages(flow: Autonomous, goal: Array, s: Array, most: int = 12) -> Array:
    """Solve F(s) = goal for each row by damped Newton steps from ``s``; nan where none is near."""
    s = np.where(np.isfinite(s), s, goal)
    for _ in range(most):
        F, J = flow.linear(s)
        r = F - goal
        size = np.linalg.norm(r, axis=1)
        if not (size > 1e-11).any():
            break
        step = -solved(J, r)
        with np.errstate(invalid="ignore", over="ignore"):
            long = np.linalg.norm(step, axis=1, keepdims=True)
            step = np.where(
                np.isfinite(step), step * np.minimum(1.0, 0.4 / np.maximum(long, 1e-300)), 0.0
            )
        new = s + step
        worse = ~(np.linalg.norm(flow(new) - goal, axis=1) < size)
        if worse.any():
            new[worse] = s[worse] + 0.3 * step[worse]
        s = new
    with np.errstate(invalid="ignore"):
        lost = ~(np.linalg.norm(flow(s) - goal, axis=1) < 1e-8)
    s[lost] = np.nan
    return s
