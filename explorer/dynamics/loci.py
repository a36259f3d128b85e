"""Bifurcations in two parameters: the curves along which they happen, and where those turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.bifurcation import Event
from explorer.shapes import Array

Pair = Callable[[float, float], Autonomous]  # from two parameters to the network there
NUDGE = 1e-5
CONVERGED = 1e-8
SHORTEST = 1e-4
SHARPEST = 0.9  # cosine between neighbouring tangents
KINDS = ("fold", "flip", "Neimark-Sacker")  # of bifurcations that go on along a curve


@dataclass(frozen=True, eq=False)
class Locus:
    """A curve of bifurcations of one kind: parameters (N, 2), fixed points (N, S).

    ``cusps`` (M, 2) are the parameters at which it turns back: two folds meet there and vanish.
    """

    kind: str
    parameters: Array
    points: Array
    cusps: Array

    def passes(self, s: Array, p: float, q: float, room: float) -> bool:
        """Tell whether the curve passes this close to a bifurcation at ``s`` (S,), p and q."""
        apart = np.hypot(*(self.parameters - (p, q)).T) + np.linalg.norm(self.points - s, axis=1)
        return bool((apart < room).any())


def singular(kind: str, J: Array) -> float:
    """Return what is zero at a bifurcation of this kind, for a fixed point's Jacobian (S, S)."""
    one = np.eye(len(J))
    if kind == "fold":
        return float(np.linalg.det(J - one))
    if kind == "flip":
        return float(np.linalg.det(J + one))
    if kind == "Neimark-Sacker" and len(J) == 2:
        return float(np.linalg.det(J) - 1)
    raise ValueError(
        f"locus: wanted a fold, a flip or, in the plane, a Neimark-Sacker point, got {kind!r}."
    )


def locus(
    pair: Pair, kind: str, s: Array, p: float, q: float,
    low: tuple[float, float], high: tuple[float, float], *, step: float = 0.03,
    longest: float = 0.12, most: int = 400,
) -> Locus:  # fmt: skip
    """Follow a bifurcation at fixed point ``s`` (S,), p and q as far as both parameters' bounds.

    Pseudo-arclength continuation of the fixed point and its condition together, with derivatives
    from central differences (Kuznetsov 2004, section 10.3).
    """

    def G(y: Array) -> Array:
        F, J = pair(float(y[-2]), float(y[-1])).linear(y[None, :-2])
        return np.append(F[0] - y[:-2], singular(kind, J[0]))

    def slope(y: Array) -> Array:
        steps = NUDGE * np.eye(len(y))
        return np.stack([(G(y + e) - G(y - e)) / (2 * NUDGE) for e in steps], axis=1)

    def corrected(guess: Array, row: Array, known: Array) -> Array | None:
        # The slope of the place before serves, until that takes too long.
        y, A = guess, np.vstack([known, row])
        for k in range(12):
            try:
                move = np.linalg.solve(A, np.append(G(y), row @ (y - guess)))
            except np.linalg.LinAlgError:
                return None
            y = y - move
            if not np.isfinite(y).all():
                return None
            if np.linalg.norm(move) < CONVERGED:
                return y
            if k % 4 == 3:
                A = np.vstack([slope(y), row])
        return None

    def tangent(A: Array, before: Array) -> Array:
        _, _, V = np.linalg.svd(A)
        return V[-1] if V[-1] @ before >= 0 else -V[-1]

    start = np.concatenate([np.asarray(s, float), [p, q]])
    bounds = np.array(low), np.array(high)
    halves, cusps = [], list[Array]()
    for sign in (1.0, -1.0):
        y, A = start, slope(start)
        way = sign * tangent(A, np.append(np.zeros(len(start) - 1), 1.0))
        half, length = [y], step
        while len(half) < most // 2:
            new = corrected(y + length * way, way, A)
            new_A = None if new is None else slope(new)
            new_way = None if new_A is None else tangent(new_A, way)
            if new is None or new_way is None or new_way @ way < SHARPEST:
                length /= 2
                if length < SHORTEST:
                    break
                continue
            if kind == "Neimark-Sacker" and not turns(pair, new):
                break
            if way[-2:] @ new_way[-2:] < 0:
                low_end, high_end = 0.0, float((new - y) @ way)
                for _ in range(20):
                    middle = (low_end + high_end) / 2
                    place = corrected(y + middle * way, way, A)
                    if place is None:
                        break
                    back = tangent(slope(place), way)[-2:] @ way[-2:] < 0
                    low_end, high_end = (low_end, middle) if back else (middle, high_end)
                cusps.append((new if place is None else place)[-2:])
            half.append(new)
            if (new[-2:] < bounds[0]).any() or (new[-2:] > bounds[1]).any():
                break
            y, A, way, length = new, new_A, new_way, min(1.3 * length, longest)
        halves.append(half)
    y = np.array([*halves[1][:0:-1], *halves[0]])
    turned = np.array(cusps) if cusps else np.zeros((0, 2))
    return Locus(kind, y[:, -2:], y[:, :-2], turned)


def turns(pair: Pair, y: Array) -> bool:
    """Tell whether the two eigenvalues, whose product is 1, are complex."""
    J = pair(float(y[-2]), float(y[-1])).linear(y[None, :-2])[1][0]
    return bool(abs(np.trace(J)) < 2)


def loci(
    pair: Pair, met: Iterable[tuple[Event, float, float]],
    low: tuple[float, float], high: tuple[float, float],
) -> Iterator[list[Locus]]:  # fmt: skip
    """Follow the bifurcations met at parameters p and q, each that no curve passes so far.

    Yields all curves so far after each that is met.
    """
    wide, found = high[0] - low[0], list[Locus]()
    for event, p, q in met:
        if event.kind in KINDS and not any(
            one.kind == event.kind and one.passes(event.point, p, q, 0.04 * wide) for one in found
        ):
            further = locus(
                pair, event.kind, event.point, p, q, low, high,
                step=0.05 * wide / 6, longest=0.2 * wide / 6,
            )  # fmt: skip
            found = [*found, further]
        yield found
