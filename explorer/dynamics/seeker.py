"""What becomes of starts: which end at a fixed point, which at a slow point, which at none."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.distances import first, norms, squares
from explorer.dynamics.newton import SAME, Ends, levenberg_marquardt, newton, solved
from explorer.dynamics.resting import FixedPoints, Rejected
from explorer.dynamics.roots import Roots
from explorer.shapes import Array

EXACT = 1e-8  # largest Newton correction of a point, relative to 1 + |s|
SINGULAR = 1e-7  # smallest singular value of I - J below which its determinant has no safe sign
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
            known = known.joined(scouts, *moves(self.still, scouts))
            others = np.arange(len(starts)) % AHEAD > 0
            starts = np.concatenate([scouts, starts[others]])
        self.judge(self.settled(starts, known, same=same))

    def settled(self, s: Array, known: Roots, **settings: float) -> Ends:
        """Return where Newton's method leads from these states, but to no known root."""
        still = self.still
        return newton(lambda s: still(s) - s, lambda s: moves(still, s), s, known, **settings)

    def explored(self, starts: Array) -> Array:
        """Let four in five of the starts drift a little, which costs next to nothing.

        What fades fast is gone by then, so that Newton's method has a shorter way; two of them
        drift until many meet at the attractors. Of starts that meet one goes on.
        """
        fifth = len(starts) // 5
        stay, glance, drift = np.split(starts, [fifth, 3 * fifth])
        drift = self.drifted(drift, DRIFT)
        single = drift.astype(np.float32)
        met = squares(single, single) < SAME**2
        return np.concatenate([stay, self.drifted(glance, GLANCE), drift[first(met)]])

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
        F, J = self.flow.linear(s)
        speed, correction = measured(s, F, J)
        exact = correction <= EXACT * (1 + norms(s))
        inside = np.ones(len(s), bool)
        if self.flow.box is not None:
            low, high = self.flow.box
            room = 1e-9 * (1 + np.abs(high))
            inside = ((s >= low - room) & (s <= high + room)).all(axis=1)
        good = exact & inside
        sign = np.zeros(len(s), int)
        sign[good] = signs(J[good])
        for n in np.flatnonzero(good & (sign == 0)):
            if in_line(self.flow, s[n], J[n]):
                good[n] = False
                self.reject(s[n], speed[n], correction[n], LINE)
        self.merge(s[good], F[good] - s[good], J[good], correction[good], sign[good])
        for n in np.flatnonzero(exact & ~inside):
            self.reject(s[n], speed[n], correction[n], "a solution of the equation, but outside "
                        "the box that the network never leaves")  # fmt: skip
        rest = ~exact & inside  # of these, the slowest are looked at again
        order = np.flatnonzero(rest)[np.argsort(speed[rest])]
        self.stalled = np.concatenate([self.stalled, s[order[:STALLED]]])
        for n in np.flatnonzero(settled & rest):
            self.reject(s[n], speed[n], correction[n], "the equation is singular here")

    def merge(self, s: Array, r: Array, J: Array, correction: Array, sign: Array) -> None:
        """Add points; those nearer to another one than their errors can tell apart are the same."""
        order = np.argsort(correction)  # of two that are the same, the better one stays
        s, correction = s[order], correction[order]
        error = np.concatenate([self.correction, correction])
        room = (1e-7 * (1 + norms(s)) + 10 * correction)[:, None] + 10 * error
        new = first(squares(s, np.concatenate([self.points, s])) <= room**2)
        new = np.flatnonzero(new)[: MOST - len(self.points)]
        if not len(new):
            return
        s, correction, order = s[new], correction[new], order[new]
        r, J = r[order], J[order]
        self.points = np.concatenate([self.points, s])
        self.residual = np.concatenate([self.residual, norms(r)])
        self.correction = np.concatenate([self.correction, correction])
        self.signs = np.concatenate([self.signs, sign[order]])
        self.eigenvalues = np.concatenate([self.eigenvalues, spectra(J)])
        if self.still is not self.flow:
            r, A = moves(self.still, s)
        else:
            A = J - np.eye(self.flow.S)
        self.roots = self.roots.joined(s, r, A)

    def reject(self, s: Array, speed: float, correction: float, reason: str) -> None:
        """Note a candidate that is no fixed point, once for each place."""
        if len(self.rejected) >= LISTED:
            return
        for other in self.rejected:
            if other.reason == reason and np.linalg.norm(other.point - s) < 0.05:
                return
        self.rejected.append(Rejected(s, float(speed), float(correction), reason))

    def complete(self) -> bool:
        """Tell whether the certificate has nothing to say against these points."""
        if self.flow.box is None:
            return True
        return bool((self.signs == 0).any()) or self.signs.sum() == 1

    def slow_down(self) -> None:
        """Bring the stalled candidates to the slowest place around them, and list those."""
        if not len(self.stalled):
            return
        speed = np.linalg.norm(self.flow(self.stalled) - self.stalled, axis=1)
        most = min(STALLED, max(4, 2_000_000 // self.flow.S**2))
        s = self.stalled[np.argsort(speed)[:most]]
        s, _ = levenberg_marquardt(lambda s: moves(self.flow, s), s)
        s = s[np.isfinite(s).all(axis=1)]
        if not len(s):
            return
        stalled = self.stalled
        self.judge(self.settled(s, self.roots, most=20))
        self.stalled = stalled
        speed, correction = measured(s, *self.flow.linear(s))
        box = self.flow.box
        for n in np.argsort(speed):
            if box is not None and ((s[n] < box[0]) | (s[n] > box[1])).any():
                self.reject(s[n], speed[n], correction[n], "slow, but outside the box that the "
                            "network never leaves")  # fmt: skip
                continue
            if len(self.points):
                near = np.linalg.norm(self.points - s[n], axis=1).min()
                if near < max(1e-3, 3 * min(correction[n], 0.1)):
                    continue  # it is on its way to a point that is known
            if len(self.slow) and np.linalg.norm(self.slow - s[n], axis=1).min() < 0.05:
                continue
            reason = (
                "a slow point: the network lingers here, but moves"
                if speed[n] < SLOW
                else "Newton's method stalled where the network moves on"
            )
            if speed[n] < SLOW:
                self.slow = np.concatenate([self.slow, s[n][None]])
                self.speed = np.append(self.speed, speed[n])
            self.reject(s[n], speed[n], correction[n], reason)

    def found(self, finished: bool) -> FixedPoints:
        """Return what there is so far, the attracting points first."""
        away = (np.abs(self.eigenvalues) > 1).sum(axis=1)
        order = np.lexsort((*np.round(self.points, 6).T[::-1], away))
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
        )


def moves(flow: Autonomous, s: Array) -> tuple[Array, Array]:
    """Return F(s) - s (N, S) and its Jacobian J - I (N, S, S)."""
    F, J = flow.linear(s)
    np.einsum("nii->ni", J)[...] -= 1
    return F - s, J


def measured(s: Array, F: Array, J: Array) -> tuple[Array, Array]:
    """Return |F(s) - s| and the Newton correction |(I - J)^-1 (F(s) - s)| of states (N, S)."""
    r = F - s
    fine = np.isfinite(J).all(axis=(1, 2)) & np.isfinite(r).all(axis=1)
    speed, correction = norms(r), np.full(len(s), np.inf)
    gap = np.eye(s.shape[1]) - J[fine]
    with np.errstate(over="ignore", invalid="ignore"):
        step = solved(gap, r[fine])
        # Where I - J is singular there may be no step at all that would lead to a fixed point.
        left = norms(np.einsum("nij,nj->ni", gap, step) - r[fine])
        real = left <= 1e-6 * speed[fine]
    correction[fine] = np.where(real, norms(step), np.inf)
    return speed, correction


def in_line(flow: Autonomous, s: Array, J: Array) -> bool:
    """Tell whether a resting state (S,) has neighbours that rest as well, to the last digit.

    So it is on a line of fixed points, and where a gate is so far saturated that float64 takes it
    for 1: whatever the memory holds then seems to stay.
    """
    flat = np.linalg.svd(np.eye(flow.S) - J)[2][-1]
    room = 1 + np.linalg.norm(s)
    beside = s + 1e-3 * room * np.array([flat, -flat])
    return bool((norms(flow(beside) - beside) <= 1e-13 * room).any())


def spectra(J: Array) -> Array:
    """Return the eigenvalues of each Jacobian (N, S), by falling magnitude."""
    if not len(J):
        return np.zeros(J.shape[:2], complex)
    values = np.linalg.eigvals(J).astype(complex)
    # Of a conjugate pair, whose magnitudes tie, the one above the axis comes first.
    order = np.lexsort((-values.imag, -np.round(np.abs(values), 12)), axis=1)
    return np.take_along_axis(values, order, axis=1)


def signs(J: Array) -> Array:
    """Return the sign of det(I - J) of each Jacobian (N,), 0 where it is too close to call."""
    if not len(J):
        return np.zeros(0, int)
    gap = np.eye(J.shape[1]) - J
    sign, _ = np.linalg.slogdet(gap)
    # No singular value is below 1 / |inverse|.
    regular = sign != 0
    smallest = np.zeros(len(J))
    with np.errstate(all="ignore"):
        smallest[regular] = 1 / np.linalg.norm(np.linalg.inv(gap[regular]), axis=(1, 2))
    return np.where(smallest > SINGULAR, sign, 0).astype(int)
