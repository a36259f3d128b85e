"""What becomes of starts: which end at a fixed point, which at a slow point, which at none."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.newton import SAME, Ends, levenberg_marquardt, newton, solved
from explorer.dynamics.resting import FixedPoints, Rejected
from explorer.shapes import Array

EXACT = 1e-8  # largest Newton correction of a point, relative to 1 + |s|
SINGULAR = 1e-7  # smallest singular value of I - J below which its determinant has no safe sign
SLOW = 0.1  # largest speed of a slow point, in units of the state per step
STALLED = 64  # candidates that are brought down to the slowest place around them
LINE = "not alone: its neighbours rest as well, to the last digit"
LISTED = 100
GLANCE, DRIFT = 2, 12  # steps that two fifths of the starts drift, and two fifths more
MOST = 1000  # points; a network that rests on a whole line has no end of them


class Seeker:
    """Fixed points so far, and what becomes of further starts."""

    def __init__(self, flow: Autonomous):
        self.flow, self.still = flow, flow.still
        self.points = np.zeros((0, flow.S))
        self.correction = np.zeros(0)
        self.stalled = np.zeros((0, flow.S))
        self.rejected: list[Rejected] = []
        self.starts = 0
        self.slow, self.speed = np.zeros((0, flow.S)), np.zeros(0)

    def take(self, starts: Array, same: float = SAME) -> None:
        """Follow these starts to where Newton's method leads them, and judge what they find."""
        if not len(starts):
            return
        self.starts += len(starts)
        self.judge(self.settled(starts, same=same))

    def settled(self, s: Array, **settings: float) -> Ends:
        """Return where Newton's method leads from these states."""
        still = self.still
        return newton(lambda s: still(s) - s, lambda s: moves(still, s), s, self.points, **settings)

    def explored(self, starts: Array) -> Array:
        """Let four in five of the starts drift a little, which costs next to nothing.

        What fades fast is gone by then, so that Newton's method has a shorter way; two of them
        drift until many meet at the attractors. Of starts that meet one goes on.
        """
        s = starts.copy()
        for k in range(DRIFT):
            first = len(s) // 5 if k < GLANCE else 3 * len(s) // 5
            moved = self.flow.hastened(s[first:])
            fine = np.isfinite(moved).all(axis=1)[:, None]
            s[first:] = np.where(fine, (s[first:] + moved) / 2 if k else moved, s[first:])
        return np.concatenate([s[:first], s[first:][apart(s[first:])]])

    def judge(self, ends: Ends) -> None:
        """Keep what is a fixed point of the network itself; say of the rest why it is none."""
        finite = np.isfinite(ends.s).all(axis=1)
        s, settled = ends.s[finite], ends.settled[finite]
        if not len(s):
            return
        speed, correction = measured(self.flow, s)
        with np.errstate(invalid="ignore"):
            exact = correction <= EXACT * (1 + np.linalg.norm(s, axis=1))
        inside = np.ones(len(s), bool)
        if self.flow.box is not None:
            low, high = self.flow.box
            room = 1e-9 * (1 + np.abs(high))
            inside = ((s >= low - room) & (s <= high + room)).all(axis=1)
        good = exact & inside
        for n in np.flatnonzero(good)[in_line(self.flow, s[good])]:
            good[n] = False
            self.reject(s[n], speed[n], correction[n], LINE)
        self.merge(s[good], correction[good])
        for n in np.flatnonzero(exact & ~inside):
            self.reject(s[n], speed[n], correction[n], "a solution of the equation, but outside "
                        "the box that the network never leaves")  # fmt: skip
        rest = ~exact & inside  # of these, the slowest are looked at again
        order = np.flatnonzero(rest)[np.argsort(speed[rest])]
        self.stalled = np.concatenate([self.stalled, s[order[:STALLED]]])
        for n in np.flatnonzero(settled & rest):
            self.reject(s[n], speed[n], correction[n], "the equation is singular here")

    def merge(self, s: Array, correction: Array) -> None:
        """Add points; those nearer to another one than their errors can tell apart are the same."""
        order = np.argsort(correction)
        for point, error in zip(s[order], correction[order], strict=True):
            distance = np.linalg.norm(self.points - point, axis=1)
            room = 1e-7 * (1 + np.linalg.norm(point)) + 10 * (self.correction + error)
            if not (distance <= room).any() and len(self.points) < MOST:
                self.points = np.concatenate([self.points, point[None]])
                self.correction = np.append(self.correction, error)

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
        found = signs(self.flow.linear(self.points)[1])
        return bool((found == 0).any()) or found.sum() == 1

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
        self.judge(self.settled(s, most=20))
        self.stalled = stalled
        speed, correction = measured(self.flow, s)
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
        F, J = self.flow.linear(self.points)
        eigenvalues = spectra(J)
        away = (np.abs(eigenvalues) > 1).sum(axis=1)
        order = np.lexsort((*np.round(self.points, 6).T[::-1], away))
        _, correction = measured(self.flow, self.points, (F, J))
        return FixedPoints(
            self.flow,
            self.points[order],
            eigenvalues[order],
            np.linalg.norm(F - self.points, axis=1)[order],
            correction[order],
            signs(J)[order],
            self.slow,
            self.speed,
            tuple(self.rejected),
            self.starts,
            finished,
        )


def moves(flow: Autonomous, s: Array) -> tuple[Array, Array]:
    """Return F(s) - s (N, S) and its Jacobian J - I (N, S, S)."""
    F, J = flow.linear(s)
    J[:, np.arange(flow.S), np.arange(flow.S)] -= 1
    return F - s, J


def apart(s: Array) -> Array:
    """Return the rows of s (N, S) that no row before them is close to."""
    square = np.einsum("ni,ni->n", s, s)
    with np.errstate(over="ignore", invalid="ignore"):
        close = square[:, None] + square - 2 * s @ s.T < SAME**2
    return np.flatnonzero(~np.tril(close, -1).any(axis=1))


def measured(
    flow: Autonomous, s: Array, known: tuple[Array, Array] | None = None
) -> tuple[Array, Array]:
    """Return |F(s) - s| and the Newton correction |(I - J)^-1 (F(s) - s)| of states (N, S)."""
    F, J = known or flow.linear(s)
    r = F - s
    fine = np.isfinite(J).all(axis=(1, 2)) & np.isfinite(r).all(axis=1)
    speed, correction = np.linalg.norm(r, axis=1), np.full(len(s), np.inf)
    gap = np.eye(flow.S) - J[fine]
    with np.errstate(over="ignore", invalid="ignore"):
        step = solved(gap, r[fine])
        # Where I - J is singular there may be no step at all that would lead to a fixed point.
        left = np.linalg.norm(np.einsum("nij,nj->ni", gap, step) - r[fine], axis=1)
        real = left <= 1e-6 * speed[fine]
    correction[fine] = np.where(real, np.linalg.norm(step, axis=1), np.inf)
    return speed, correction


def in_line(flow: Autonomous, s: Array) -> Array:
    """Tell which resting states (N, S) have neighbours that rest as well, to the last digit.

    So it is on a line of fixed points, and where a gate is so far saturated that float64 takes it
    for 1: whatever the memory holds then seems to stay.
    """
    found = np.zeros(len(s), bool)
    if not len(s):
        return found
    J = flow.linear(s)[1]
    for n in np.flatnonzero(signs(J) == 0):
        flat = np.linalg.svd(np.eye(flow.S) - J[n])[2][-1]
        step = 1e-3 * (1 + np.linalg.norm(s[n]))
        beside = s[n] + step * np.array([flat, -flat])
        moved = np.linalg.norm(flow(beside) - beside, axis=1)
        found[n] = (moved <= 1e-13 * (1 + np.linalg.norm(s[n]))).any()
    return found


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
