"""What becomes of starts: which end at a fixed point, which at a slow point, which at none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.distances import distinct, first, norms, squares
from explorer.dynamics.newton import SAME, Ends, levenberg_marquardt, newton
from explorer.dynamics.places import Places, in_line, inverses, modes, moves
from explorer.dynamics.resting import FixedPoints, Rejected
from explorer.dynamics.roots import Roots
from explorer.dynamics.stability import FLAT, marginal
from explorer.shapes import Array

EXACT = 1e-8  # largest Newton correction of a point, relative to 1 + |s|
SLOW = 0.1  # largest speed of a slow point, in units of the state per step
STALLED = 64  # candidates that are brought down to the slowest place around them
LINE = "not alone: its neighbours rest as well, to the last digit"
LISTED = 100
AHEAD, SCOUTED = 8, 3  # every so many starts go ahead, so many steps
GLANCE, DRIFT = 2, 12  # steps that two fifths of the starts drift, and two fifths more
MOST = 1000  # points; a network that rests on a whole line has no end of them


class Seeker:
    """Fixed points so far, and what becomes of further starts."""

    def __init__(self, flow: Autonomous):
        self.flow, self.still = flow, flow.still
        self.points = np.zeros((0, flow.S))
        self.residual, self.correction = np.zeros(0), np.zeros(0)
        self.signs = np.zeros(0, int)
        self.eigenvalues = np.zeros((0, flow.S), complex)
        self.growth = np.zeros((0, flow.S))
        self.roots = Roots.none(flow.S)
        self.stalled = np.zeros((0, flow.S))
        self.rejected: list[Rejected] = []
        self.starts = 0
        self.slow, self.speed = np.zeros((0, flow.S)), np.zeros(0)

    def take(self, starts: Array, same: float = SAME) -> None:
        """Follow these starts to where Newton's method leads them, and judge what they find."""
        if not len(starts):
            return
        self.starts += len(starts)
        known = self.roots
        if not len(known.s):
            # A few go ahead: what they roughly find spares most of the others the way.
            scouts = self.settled(starts[::AHEAD], known, same=same, most=SCOUTED).s
            known = beside(known, self.still, scouts)
            others = np.arange(len(starts)) % AHEAD > 0
            starts = np.concatenate([scouts, starts[others]])
        self.judge(self.settled(starts, known, same=same))

    def settled(self, s: Array, known: Roots, **settings: float) -> Ends:
        """Return where Newton's method leads from these states, but to no known root."""
        return newton(self.flow.residual, self.flow.moves, s, known, **settings)

    def explored(self, starts: Array) -> Array:
        """Let four in five of the starts drift a little, which costs next to nothing.

        What fades fast is gone by then, so that Newton's method has a shorter way; two of them
        drift until many meet at the attractors. Of starts that meet one goes on.
        """
        fifth = len(starts) // 5
        stay, glance, drift = np.split(starts, [fifth, 3 * fifth])
        drift = self.drifted(drift, DRIFT)
        drift = drift[distinct(drift.astype(np.float32), SAME)]
        return np.concatenate([stay, self.drifted(glance, GLANCE), drift])

    def drifted(self, starts: Array, steps: int) -> Array:
        """Return where the starts come to in so many steps; those that get lost stay behind."""
        flow = self.flow.single
        with np.errstate(over="ignore", invalid="ignore"):
            s = flow.hastened(starts.astype(np.float32))
            for _ in range(steps - 1):
                s = (s + flow.hastened(s)) / 2
        return np.where(np.isfinite(s).all(axis=1)[:, None], s, starts)

    def judge(self, ends: Ends) -> None:
        """Keep what is a fixed point of the network itself; say of the rest why it is none."""
        finite = np.isfinite(ends.s).all(axis=1)
        s, settled = ends.s[finite], ends.settled[finite]
        if not len(s):
            return
        places = Places.of(self.flow, s)
        exact = places.correction <= EXACT * (1 + norms(s))
        inside = np.ones(len(s), bool)
        if self.flow.box is not None:
            low, high = self.flow.box
            # The box of a memory that hardly forgets has lost digits of 1 - f itself.
            room = 1e-9 * (1 + np.abs(high)) + 1e-15 * np.abs(high) / self.flow.released(s)
            inside = ((s >= low - room) & (s <= high + room)).all(axis=1)
        self.merge(places[exact & inside])
        for n in np.flatnonzero(exact & ~inside):
            self.reject(places[n], "a solution of the equation, but outside the box that the "
                        "network never leaves")  # fmt: skip
        rest = ~exact & inside  # of these, the slowest are looked at again
        order = np.flatnonzero(rest)[np.argsort(places.speed[rest])]
        self.stalled = np.concatenate([self.stalled, s[order[:STALLED]]])
        for n in np.flatnonzero(settled & rest):
            self.reject(places[n], "the equation is singular here")

    def merge(self, places: Places) -> None:
        """Add points; those nearer to another one than their errors can tell apart are the same."""
        # Of two that are the same, the better one stays.
        places = places[np.argsort(places.correction)]
        error = np.concatenate([self.correction, places.correction])
        room = (1e-7 * (1 + norms(places.s)) + 10 * places.correction)[:, None] + 10 * error
        new = first(squares(places.s, np.concatenate([self.points, places.s])) <= room**2)
        places = places[np.flatnonzero(new)[: MOST - len(self.points)]]
        signs = places.signs()
        alone = np.ones(len(signs), bool)
        for n in np.flatnonzero(signs == 0):
            if in_line(self.flow, places.s[n]):
                alone[n] = False
                self.reject(places[n], LINE)
        places = places[alone]
        if not len(places.s):
            return
        self.points = np.concatenate([self.points, places.s])
        self.residual = np.concatenate([self.residual, places.speed])
        self.correction = np.concatenate([self.correction, places.correction])
        self.signs = np.concatenate([self.signs, signs[alone]])
        eigenvalues, growth = modes(places.leaving)
        self.eigenvalues = np.concatenate([self.eigenvalues, eigenvalues])
        self.growth = np.concatenate([self.growth, growth])
        self.roots = self.roots.joined(places.s, places.r, -places.inverse)

    def reject(self, place: Places, reason: str) -> None:
        """Note a candidate that is no fixed point, once for each place."""
        if len(self.rejected) >= LISTED:
            return
        for other in self.rejected:
            if other.reason == reason and np.linalg.norm(other.point - place.s) < 0.05:
                return
        speed, correction = float(place.speed), float(place.correction)
        self.rejected.append(Rejected(place.s, speed, correction, reason))

    def complete(self) -> bool:
        """Tell whether the certificate has nothing to say against these points."""
        if self.flow.box is None:
            return True
        return bool((self.signs == 0).any()) or self.signs.sum() == 1

    def slow_down(self) -> Iterator[None]:
        """Bring the stalled candidates to the slowest place around them, a few at a time."""
        if not len(self.stalled):
            return
        speed = norms(self.flow(self.stalled) - self.stalled)
        most = min(STALLED, max(4, 2_000_000 // self.flow.S**2))
        s = self.stalled[np.argsort(speed)[:most]]
        many = max(4, 200_000 // self.flow.S**2)
        for part in np.array_split(s, -(-len(s) // many)):
            self.lingering(part)
            yield

    def lingering(self, s: Array) -> None:
        """Bring these states to the slowest place around each, and list those."""
        s, _ = levenberg_marquardt(lambda s: moves(self.flow, s), s)
        s = s[np.isfinite(s).all(axis=1)]
        if not len(s):
            return
        stalled = self.stalled
        self.judge(self.settled(s, self.roots, most=20))
        self.stalled = stalled
        places, box = Places.of(self.flow, s), self.flow.box
        for n in np.argsort(places.speed):
            s, speed = places.s[n], places.speed[n]
            if box is not None and ((s < box[0]) | (s > box[1])).any():
                self.reject(places[n], "slow, but outside the box that the network never leaves")
                continue
            if len(self.points):
                near = np.linalg.norm(self.points - s, axis=1).min()
                if near < max(1e-3, 3 * min(places.correction[n], 0.1)):
                    continue  # it is on its way to a point that is known
            if len(self.slow) and np.linalg.norm(self.slow - s, axis=1).min() < 0.05:
                continue
            reason = (
                "a slow point: the network lingers here, but moves"
                if speed < SLOW
                else "Newton's method stalled where the network moves on"
            )
            if speed < SLOW:
                self.slow = np.concatenate([self.slow, s[None]])
                self.speed = np.append(self.speed, speed)
            self.reject(places[n], reason)

    def found(self, finished: bool) -> FixedPoints:
        """Return what there is so far, the attracting points first."""
        flat = np.where(self.signs == 0, FLAT, 0.0)[:, None]
        even = marginal(self.eigenvalues, self.growth, flat)
        away = ((self.growth > 0) & ~even).sum(axis=1)
        order = np.lexsort((*np.round(self.points, 6).T[::-1], even.sum(axis=1), away))
        return FixedPoints(
            self.flow,
            self.points[order],
            self.eigenvalues[order],
            self.residual[order],
            self.correction[order],
            self.signs[order],
            self.slow,
            self.speed,
            tuple(self.rejected),
            self.starts,
            finished,
            self.growth[order],
        )


def beside(known: Roots, flow: Autonomous, s: Array) -> Roots:
    """Return the known roots and those of F(s) = s that the states s (N, S) are right beside."""
    r, A = moves(flow, s)
    return known.joined(s, r, inverses(A))
