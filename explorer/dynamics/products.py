"""Long products of Jacobians, kept as orthogonal times triangular factors so that nothing is lost.

The entries of such a product span hundreds of orders of magnitude; its factors do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from explorer.cells.records import Step, mapped
from explorer.shapes import Array
from explorer.trace import Trace

# In a block of steps that stretches by factors e^ROOM apart, rounding costs the smaller of them
# e^ROOM times 2e-16 of its value, 6e-6; the exponents, means over blocks, suffer far less. The
# smallest factor of all follows from the determinant instead.
ROOM = 24.0
SLACK = 1.15  # of that, before a block is taken again in shorter ones
PILOT = 4  # steps taken one by one, to see how unevenly they stretch
LONGEST = 32
SWEEPS = 40


def some(steps: Step, lo: int, hi: int) -> Step:
    """Return the steps from ``lo`` up to ``hi`` of a film of steps, as views."""
    return replace(mapped(steps, lambda array: array[lo:hi]), t=steps.t[lo:hi])


def jacobian_blocks(trace: Trace, first: int, batch: int = 0) -> Iterator[tuple[Array, Array]]:
    """Yield Jacobians of the steps from ``first`` on, some at a time (n, S, S), and log |det|."""
    length = min(max(8, 300_000 // trace.cell.S**2), 1024)
    steps = mapped(trace.steps, lambda array: array[:, batch : batch + 1])
    for lo in range(first, trace.T, length):
        part = some(steps, lo, min(lo + length, trace.T))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            J = trace.cell.jacobian(part)
            log_det = trace.cell.log_det(part, J)
        yield J[:, 0], log_det[:, 0]


@dataclass(frozen=True, eq=False)
class Stretched:
    """Triangular factors R (n, k, k) of a frame, the logs of their diagonals, and steps of each."""

    R: Array
    logs: Array
    steps: Array


class Stretch:
    """An orthonormal frame Q (S, k) carried along by Jacobians, and how it is stretched.

    Between two decompositions it passes as many steps as their uneven stretching allows (Benettin
    et al. 1980; Geist, Parlitz & Lauterborn 1990).
    """

    def __init__(self, Q: Array):
        self.Q, self.rate = Q, np.inf

    def through(self, J: Array, log_det: Array | None = None) -> Stretched:
        """Carry the frame through J (n, S, S); with the logs of |det J| (n,) the last is exact.

        Raises
        ------
        FloatingPointError
            When a Jacobian is not finite.
        """
        if not np.isfinite(J.sum()):
            raise FloatingPointError("the Jacobians leave the range of float64")
        parts = []
        while len(J):
            size = int(min(max(ROOM / max(self.rate, 1e-9), 1), LONGEST, len(J)))
            count = min(PILOT, len(J)) if size == 1 else len(J) // size * size
            part, Q, rate = self.carried(J[:count], size, log_det)
            worst, self.rate = size * rate, rate
            if worst > SLACK * ROOM and size > 1:
                continue  # these blocks were too long: again, with shorter ones
            self.Q = Q
            parts.append(part)
            J, log_det = J[count:], None if log_det is None else log_det[count:]
        return Stretched(
            np.concatenate([part.R for part in parts]),
            np.concatenate([part.logs for part in parts]),
            np.concatenate([part.steps for part in parts]),
        )

    def carried(self, J: Array, size: int, log_det: Array | None) -> tuple[Stretched, Array, float]:
        """Carry the frame through blocks of so many steps; return also how uneven a step is."""
        k, Q, dot, qr = self.Q.shape[1], self.Q, np.dot, np.linalg.qr
        whole = k == J.shape[1]
        blocks = J.reshape(-1, size, *J.shape[1:])
        R = np.empty((len(blocks), k, k))
        if whole:
            product = blocks[:, 0]
            for one in range(1, size):
                product = np.matmul(blocks[:, one], product)
            blocks = product[:, None]
        for n, block in enumerate(blocks):
            for one in block:
                Q = dot(one, Q)
            Q, R[n] = qr(Q)
        exact = whole and k > 1 and log_det is not None
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(np.abs(np.diagonal(R, axis1=1, axis2=2)))
            if exact:
                rest = log_det[: len(J)].reshape(-1, size).sum(axis=1) - logs[:, :-1].sum(axis=1)
                logs[:, -1] = np.where(np.isfinite(rest), rest, logs[:, -1])
            held = np.sort(logs, axis=1)[:, int(exact) :]
            spread = held[:, -1] - held[:, 0]
        worst = float(np.where(np.isfinite(spread), spread, np.inf).max())
        return Stretched(R, logs, np.full(len(R), size)), Q, worst / size


def jacobian_products(trace: Trace, lags: Sequence[int] | None = None, batch: int = 0) -> Array:
    """Return log singular values (lags, S) of ∂s_T/∂s_{T-lag}, falling; None asks for lag T alone.

    The product is never formed: it is kept as a chain of triangular factors, and repeated QR sweeps
    along the chain, to and fro, turn their diagonals into singular values (Stewart 1995). Natural
    logarithms, -inf where the product is singular.

    Raises
    ------
    ValueError
        When a lag is not in 1 .. T, or the run has left the range of float64.
    """
    lags = (trace.T,) if lags is None else tuple(lags)
    if not lags or min(lags) < 1 or max(lags) > trace.T:
        raise ValueError(f"jacobian_products: wanted lags from 1 to {trace.T}, got {lags}.")
    found = np.empty((len(lags), trace.cell.S))
    for n, lag in enumerate(lags):
        stretch, factors = Stretch(np.eye(trace.cell.S)), []
        try:
            for J, _ in jacobian_blocks(trace, trace.T - lag, batch):
                factors += list(stretch.through(J).R)
        except FloatingPointError as error:
            raise ValueError(
                f"jacobian_products: wanted a run within float64, but {error} in the last {lag} "
                "steps; ask for a shorter lag or lower the gain."
            ) from error
        found[n] = swept(factors)
    return found


def swept(factors: list[Array]) -> Array:
    """Return the log singular values of R_n ⋯ R_1 from its factors in the order 1 .. n."""
    before = None
    for _ in range(SWEEPS):
        # The transpose of the product has the same singular values; its factors, in turn, are
        # those of R_1^T ⋯ R_n^T, and one more orthogonal frame makes them triangular again.
        Q, turned = np.eye(len(factors[0])), []
        for R in reversed(factors):
            Q, T = np.linalg.qr(R.T @ Q)
            turned.append(T)
        factors = turned
        with np.errstate(divide="ignore"):
            logs = np.log(np.abs([R.diagonal() for R in factors])).sum(axis=0)
        if before is not None and np.allclose(logs, before, rtol=0, atol=1e-13):
            break
        before = logs
    return clustered(factors, logs)


def clustered(factors: list[Array], logs: Array) -> Array:
    """Sort out singular values that lie so close together that sweeps tell them apart slowly."""
    if not np.isfinite(logs).all():
        return np.sort(logs)[::-1]
    S, result = len(logs), logs.copy()
    edges = [0, *(np.flatnonzero(np.diff(logs) < -0.7) + 1), S]
    for lo, hi in pairwise(edges):
        if hi - lo > 1:
            P, level = np.eye(hi - lo), 0.0
            for R in factors:
                P = R[lo:hi, lo:hi] @ P
                size = np.abs(P).max()
                P, level = P / size, level + np.log(size)
            result[lo:hi] = np.log(np.linalg.svd(P, compute_uv=False)) + level
    return np.sort(result)[::-1]
