"""Where a network comes to rest: every fixed point that many starts find, and a check on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.newton import SAME, Ends, levenberg_marquardt, newton, solved
from explorer.shapes import Array

STARTS = 300
BETWEEN = 400  # starts half-way between points already found
AGAIN = 4  # times that more starts are drawn while the certificate says that points are missing
EXACT = 1e-8  # largest Newton correction of a point, relative to 1 + |s|
SINGULAR = 1e-7  # smallest singular value of I - J below which its determinant has no safe sign
SLOW = 0.1  # largest speed of a slow point, in units of the state per step
STALLED = 64  # candidates that are brought down to the slowest place around them
LINE = "not alone: its neighbours rest as well, to the last digit"
LISTED = 100
CLOSER = 1e-4  # distance at which starts are taken for one when points are missing
GLANCE, DRIFT = 2, 12  # steps that two fifths of the starts drift, and two fifths more
MOST = 1000  # points; a network that rests on a whole line has no end of them


@dataclass(frozen=True, eq=False)
class Rejected:
    """A candidate that is no fixed point: where, how fast it moves there, and why not."""

    point: Array
    speed: float
    correction: float
    reason: str


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """What was found: points (N, S), the attracting ones first, with their spectra.

    ``eigenvalues`` (N, S) by falling magnitude; ``residual`` (N,) is |F(s) - s|; ``correction``
    (N,) the Newton correction |(I - J)^-1 (F(s) - s)|, the distance to the true point to first
    order; ``signs`` (N,) of det(I - J), 0 where it is too close to call. ``slow`` (M, S) are places
    that are no fixed points and where the network moves least, ``speed`` (M,) per step.
    """

    map: Autonomous
    points: Array
    eigenvalues: Array
    residual: Array
    correction: Array
    signs: Array
    slow: Array
    speed: Array
    rejected: tuple[Rejected, ...]
    starts: int
    finished: bool = True

    def __len__(self) -> int:
        return len(self.points)

    @property
    def unstable(self) -> Array:
        """How many directions lead away from each point (N,)."""
        return (np.abs(self.eigenvalues) > 1).sum(axis=1)

    @property
    def stable(self) -> Array:
        """Which points attract all that is near (N,)."""
        return (np.abs(self.eigenvalues) < 1).all(axis=1)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each point is called: stable, saddle, source; spiral where it turns."""
        return tuple(kind(values) for values in self.eigenvalues)

    @property
    def time_constants(self) -> Array:
        """Steps in which each mode falls (grows, where negative) by a factor e (N, S)."""
        with np.errstate(divide="ignore"):
            return -1 / np.log(np.abs(self.eigenvalues))

    @property
    def periods(self) -> Array:
        """Steps that each mode takes to turn once (N, S); inf where it does not turn."""
        with np.errstate(divide="ignore"):
            return 2 * np.pi / np.abs(np.angle(self.eigenvalues))

    @property
    def certificate(self) -> int | None:
        """The sum over all points of sign det(I - J), None where it proves nothing.

        Over a complete set it is +1 for a map of a box into itself whose fixed points are all
        simple (Lefschetz 1926). Anything else proves that points are missing; +1 does not prove
        that none is, since missing pairs may cancel.
        """
        if self.map.box is None or (self.signs == 0).any():
            return None
        return int(self.signs.sum())

    @property
    def verdict(self) -> str:
        """The certificate in one sentence."""
        N, total = len(self.points), self.certificate
        if self.map.box is None:
            return (
                "No box is known that this network maps into itself, so no certificate can tell "
                "whether points are missing."
            )
        if total is None:
            flat = int((self.signs == 0).sum())
            return (
                f"{flat} of the {N} fixed points lie{'s' if flat == 1 else ''} so close to a "
                "bifurcation (I − J is singular there) that the certificate cannot be computed."
            )
        said = f"The signs of det(I − J) at the {N} fixed points sum to {total:+d}"
        if N == 1:
            said = f"The sign of det(I − J) at the one fixed point is {total:+d}"
        if total == 1:
            return (
                f"{said}, as they must over a complete set: nothing speaks for a missing point."
                if N > 1
                else f"{said}, as it must be over a complete set: nothing speaks for a missing one."
            )
        if not N:
            return (
                "No fixed point was found, yet a map of a box into itself has at least one: "
                "points are missing."
            )
        return f"{said}, not to +1: points are missing."


def kind(eigenvalues: Array) -> str:
    """Return what a fixed point with these eigenvalues is called."""
    away, turns = np.abs(eigenvalues) > 1, np.abs(eigenvalues.imag) > 1e-12
    if not away.any():
        return "stable spiral" if turns[np.abs(eigenvalues).argmax()] else "stable"
    if away.all():
        return "source, spiral" if turns.any() else "source"
    return "saddle, spiral" if turns[away].any() else "saddle"


def fixed_points(
    cell: Cell,
    x: Array | None = None,
    starts: Array | int | None = None,
    rng: np.random.Generator | None = None,
) -> FixedPoints:
    """Find the fixed points of a cell under a constant input ``x`` (D,); None means zero input.

    Starts (N, S), or so many drawn ones, are all improved at once by Newton's method with the
    cell's own Jacobian, on an equation with the same roots that is better behaved where the cell
    offers one (n(h) = h for a GRU). Found points merge by their Newton corrections, a second round
    starts half-way between all pairs of them, and more starts are drawn while the certificate says
    that points are missing. After Sussillo & Barak 2013 in what is sought, not in how.

    Raises
    ------
    TypeError
        When it is no cell.
    ValueError
        When weights, input or starts are not finite, do not fit, or lie outside the box.
    """
    *_, found = search(cell, x, starts, rng)
    return found


def search(
    cell: Cell,
    x: Array | None = None,
    starts: Array | int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[FixedPoints]:
    """Yield what has been found after each batch of starts; to stop is to stop asking."""
    rng = np.random.default_rng(0) if rng is None else rng
    flow = Autonomous.of(cell, x)
    given = isinstance(starts, np.ndarray | list)
    pool = checked(flow, starts) if given else spread(flow, rng, starts or STARTS)
    seeker = Seeker(flow)
    batch = max(8, 6_000_000 // flow.S**2)
    for k in range(0, len(pool), batch):
        seeker.take(seeker.explored(pool[k : k + batch]))
        seeker.starts = len(pool[: k + batch])
        if k + batch < len(pool):
            yield seeker.found(False)
    seeker.take(between(seeker.points, rng)[: 4 * batch])
    for _ in range(AGAIN):
        if seeker.complete():
            break
        yield seeker.found(False)
        # Two points that lie close together may have been taken for one: look closer now.
        seeker.take(spread(flow, rng, min(len(pool), batch)), CLOSER)
        seeker.take(around(flow, seeker.points, rng)[:batch], CLOSER)
        seeker.take(between(seeker.points, rng)[:batch], CLOSER)
    seeker.slow_down()
    yield seeker.found(True)


def apart(s: Array) -> Array:
    """Return the rows of s (N, S) that no row before them is close to."""
    square = np.einsum("ni,ni->n", s, s)
    with np.errstate(over="ignore", invalid="ignore"):
        close = square[:, None] + square - 2 * s @ s.T < SAME**2
    return np.flatnonzero(~np.tril(close, -1).any(axis=1))


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
    """Return the middles of all pairs of points, or of so many of them."""
    i, j = np.triu_indices(len(points), 1)
    if len(i) > BETWEEN:
        some = rng.choice(len(i), BETWEEN, replace=False)
        i, j = i[some], j[some]
    return (points[i] + points[j]) / 2


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
        self.judge(newton(self.residual, self.linear, starts, self.points, same=same))

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

    def residual(self, s: Array) -> Array:
        return self.still(s) - s

    def linear(self, s: Array) -> tuple[Array, Array]:
        F, J = self.still.linear(s)
        J[:, np.arange(self.flow.S), np.arange(self.flow.S)] -= 1
        return F - s, J

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

        def linear(s: Array) -> tuple[Array, Array]:
            F, J = self.flow.linear(s)
            J[:, np.arange(self.flow.S), np.arange(self.flow.S)] -= 1
            return F - s, J

        s, _ = levenberg_marquardt(linear, s)
        s = s[np.isfinite(s).all(axis=1)]
        ends = newton(self.residual, self.linear, s, self.points, most=20) if len(s) else None
        if ends is not None:
            stalled, self.stalled = self.stalled, self.stalled[:0]
            self.judge(ends)
            self.stalled = stalled
        if not len(s):
            return
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
