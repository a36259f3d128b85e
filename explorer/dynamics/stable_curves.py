"""Stable manifolds in the plane: the curves along which saddles are reached, followed backwards."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.cycles import turned
from explorer.dynamics.newton import solved
from explorer.shapes import Array

LINEAR = 1e-3  # of a step: how far from linear the map is, at most, where a curve begins
FIRST = 0.02  # how far beside its saddle a curve begins, at most
APART = 0.02, 0.06  # longest distance between places of a curve, and while a thumb is dragged
STRAIGHT = 0.97  # least cosine between neighbouring pieces
SHORT = 1e-4  # a piece so short may bend, and where so many follow each other a curve has ended
ENDED = 20
MOST = 2500, 600  # places of a curve, and while a thumb is dragged
FAR = 6.0  # from the saddle, where a curve is no longer followed
STEPS = 8  # of Newton's method for a preimage
CLOSE = 1e-12  # of 1 + |s|: residual of a preimage
FINEST = 1e-15  # a step along the image that is shorter is lost in rounding


@dataclass
class Growing:
    """A curve that grows: its places, and how far along it their images have come."""

    places: list[Array]
    goal: Array  # the image of the last place
    piece: int  # the piece of the curve on which that image lies
    step: float  # along the curve, to the next image
    short: int = 0
    done: bool = field(default=False)

    def ahead(self) -> tuple[Array, int]:
        """Return the next image, a step further along the curve, and the piece it lies on."""
        at, left, k = self.goal, self.step, self.piece
        while True:
            end = self.places[k + 1]
            room = float(np.linalg.norm(end - at))
            if left <= room or k + 2 >= len(self.places):
                return at + (end - at) * min(1.0, left / room if room else 1.0), k
            at, left, k = end, left - room, k + 1


def begun(flow: Autonomous, saddle: Array, way: Array, value: float, turns: int) -> Growing:
    """Return a curve that begins within the linear range of its saddle, on one side of it."""
    way = way / np.linalg.norm(way)
    first = FIRST
    for _ in range(40):
        image = turned(flow, (saddle + first * way)[None], turns)[0][0]
        if np.linalg.norm(image - saddle - value * first * way) <= LINEAR * value * first:
            break
        first /= 2
    end = saddle + first * way
    start = saddle + value * first * way
    return Growing([saddle, start, end], start, 1, max(value * first, FINEST))


def stable_curves(
    flow: Autonomous, seeds: list[tuple[Array, Array, float]], fine: bool = True
) -> list[Array]:
    """Return the stable curves (n, 2) of saddles, one to each side of each.

    Each next place is the preimage, by Newton's method, of a place a little further along the curve
    itself (Hobson 1993). Steps are shortened where places would lie too far apart or where the
    curve bends.

    Parameters
    ----------
    seeds
        A saddle (2,), the direction of its stable eigenvector, and its eigenvalue, of modulus
        below 1. Where it is negative, two turns are one step.
    """
    curves: dict[int, list[Growing]] = {1: [], 2: []}
    order = []
    for saddle, way, value in seeds:
        turns = 1 if value > 0 else 2
        for sign in (1.0, -1.0):
            curves[turns].append(begun(flow, saddle, sign * way, abs(value) ** turns, turns))
            order.append(curves[turns][-1])
    for turns, some in curves.items():
        while active := [curve for curve in some if not curve.done]:
            advance(flow, active, turns, fine)
    return [np.array([curve.places[0], *curve.places[2:]]) for curve in order]


def advance(flow: Autonomous, curves: list[Growing], turns: int, fine: bool) -> None:
    """Add one place to each curve, or shorten its step."""
    longest, most = (part[not fine] for part in (APART, MOST))
    goals, pieces = zip(*(curve.ahead() for curve in curves), strict=True)
    last = np.array([curve.places[-1] for curve in curves])
    way = last - np.array([curve.places[-2] for curve in curves])
    found = preimages(flow, np.array(goals), last, turns)
    for n, curve in enumerate(curves):
        move = found[n] - last[n]
        length = float(np.linalg.norm(move))
        bend = length * float(np.linalg.norm(way[n]))
        first = len(curve.places) == 3
        straight = length < SHORT or first or move @ way[n] > STRAIGHT * bend
        if not (length <= 1.5 * longest and straight):  # also where there is no preimage
            curve.step /= 2
            curve.done = curve.step < FINEST
            continue
        curve.places.append(found[n])
        curve.goal, curve.piece = goals[n], pieces[n]
        curve.step *= float(np.clip(longest / max(length, 1e-12), 0.3, 2.0))
        far = np.linalg.norm(found[n] - curve.places[0])
        # Beside a slow saddle the first places lie close to each other as well.
        curve.short = curve.short + 1 if length < SHORT and far > 2 * FIRST else 0
        curve.done = bool(far > FAR) or len(curve.places) >= most or curve.short > ENDED


def preimages(flow: Autonomous, goal: Array, s: Array, turns: int = 1) -> Array:
    """Return s (n, S) with F^turns(s) = goal (n, S) near the given states, nan where none is."""
    s, best = s.copy(), np.full(len(s), np.inf)
    for _ in range(STEPS):
        F, J = turned(flow, s, turns)
        r = F - goal
        best = np.linalg.norm(r, axis=1)
        step = -solved(J, r)
        with np.errstate(invalid="ignore", over="ignore"):
            long = np.linalg.norm(step, axis=1, keepdims=True)
            step = np.where(np.isfinite(step), step / np.maximum(long / 0.2, 1.0), 0.0)
        if not (long > 1e-13).any():
            break
        s = s + step
    F, _ = turned(flow, s, turns)
    best = np.linalg.norm(F - goal, axis=1)
    ok = best <= CLOSE * (1 + np.linalg.norm(goal, axis=1))
    return np.where(ok[:, None], s, np.nan)
