"""How fast small differences grow or fade along a run: the Lyapunov exponents of a network."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.portions import run, whole
from explorer.dynamics.products import Stretch, jacobian_blocks
from explorer.shapes import Array
from explorer.trace import Trace

ALIGN = 40


@dataclass(frozen=True, eq=False)
class Lyapunov:
    """Exponents (k,) in nats per step, falling, and how they settled.

    ``running`` (n, k) are the estimates after ``times`` (n,) steps. ``remark`` says what became of
    a run that could not be followed to its end.
    """

    exponents: Array
    times: Array
    running: Array
    S: int
    remark: str = ""

    @property
    def leading(self) -> float:
        """The largest exponent: positive where the run is chaotic."""
        return float(self.exponents[0])

    @property
    def dimension(self) -> float:
        """The Kaplan-Yorke dimension (1979) of the attractor; nan without enough exponents."""
        return kaplan_yorke(self.exponents, self.S)

    @property
    def entropy(self) -> float:
        """Sum of the positive exponents, nats per step: the entropy rate or a bound on it.

        Equal to it for the natural measure of a smooth enough system (Pesin 1977), never below it
        (Ruelle 1978). nan without enough exponents.
        """
        e = self.exponents
        return float(e[e > 0].sum()) if len(e) == self.S or (e <= 0).any() else np.nan


def kaplan_yorke(exponents: Array, S: int) -> float:
    """Return j + (λ_1 + ... + λ_j) / |λ_{j+1}|, j being the last for which that sum is not < 0."""
    sums = np.cumsum(exponents)
    if np.isnan(sums).any():
        return np.nan
    if sums[0] < 0:
        return 0.0
    below = np.flatnonzero(sums < 0)
    if not len(below):
        return float(S) if len(exponents) == S else np.nan
    j = int(below[0])
    return float(j + sums[j - 1] / -exponents[j])


def lyapunov_spectrum(
    cell: Cell,
    xs: Array | None = None,
    s0: Array | None = None,
    T: int = 1000,
    warmup: int = 100,
    rng: np.random.Generator | None = None,
    count: int | None = None,
) -> Lyapunov:
    """Return the Lyapunov exponents of a run of T steps after ``warmup`` steps that do not count.

    Parameters
    ----------
    xs
        Inputs (warmup + T, D), whose length then decides T; None means zero input.
    s0
        Initial state (S,); None draws one.
    count
        How many of the largest exponents; None means all S.

    Raises
    ------
    TypeError
        When it is no cell.
    ValueError
        When weights, inputs or state do not fit or are not finite.
    """
    *_, last = exponents_so_far(cell, xs, s0, T, warmup, rng, count)
    return last


def exponents_so_far(
    cell: Cell,
    xs: Array | None = None,
    s0: Array | None = None,
    T: int = 1000,
    warmup: int = 100,
    rng: np.random.Generator | None = None,
    count: int | None = None,
) -> Iterator[Lyapunov]:
    """Yield the exponents as a run goes on, every hundred steps or so; to stop, stop asking."""
    rng = np.random.default_rng(0) if rng is None else rng
    trace, first, remark = followed(cell, xs, s0, T, warmup, rng)
    S = trace.cell.S
    k = S if count is None else count
    if not 1 <= k <= S:
        raise ValueError(f"lyapunov_spectrum: wanted 1 to {S} exponents, got {k}.")
    # A frame along the axes could miss a direction of a matrix that is block triangular.
    Q = np.linalg.qr(rng.standard_normal((S, k)))[0]
    stretch, logs, passed = Stretch(Q), [], []
    # The frame needs some steps of its own to fall into line; they do not count either.
    warm = max(0, first - ALIGN)
    for J, log_det in jacobian_blocks(trace, warm):
        before = first - warm
        with np.errstate(invalid="ignore"):
            if before:
                stretch.through(J[:before])
                J, log_det = J[before:], log_det[before:]
                warm += min(before, len(J) + before)
            if not len(J):
                continue
            part = stretch.through(J, log_det)
            logs.append(part.logs)
            passed.append(part.steps)
            found = settled(logs, passed, S, remark)
        yield found


def settled(logs: list[Array], passed: list[Array], S: int, remark: str) -> Lyapunov:
    """Return the exponents that so many logs of stretching amount to."""
    times = np.cumsum(np.concatenate(passed))
    running = np.cumsum(np.concatenate(logs), axis=0) / times[:, None]
    order = np.argsort(-running[-1], kind="stable")
    return Lyapunov(running[-1][order], times, running[:, order], S, remark)


def followed(
    cell: Cell,
    xs: Array | None,
    s0: Array | None,
    T: int,
    warmup: int,
    rng: np.random.Generator,
) -> tuple[Trace, int, str]:
    """Return the run, the step from which it counts, and a sentence if it left float64."""
    return whole(following(cell, xs, s0, T, warmup, rng))


def following(
    cell: Cell,
    xs: Array | None,
    s0: Array | None,
    T: int,
    warmup: int,
    rng: np.random.Generator,
) -> Generator[float, None, tuple[Trace, int, str]]:
    """Do the same in portions; yield the share of the run that is done."""
    flow = Autonomous.of(cell)
    if T < 1 or warmup < 0:
        raise ValueError(f"lyapunov: wanted T >= 1 and warmup >= 0, got T={T}, warmup={warmup}.")
    if xs is None:
        xs = np.zeros((warmup + T, cell.D))
    xs = np.asarray(xs, np.float64)
    xs = xs[:, 0] if xs.ndim == 3 and xs.shape[1] == 1 else xs
    if xs.ndim != 2 or xs.shape[1] != cell.D or len(xs) <= warmup:
        raise ValueError(
            f"lyapunov: wanted inputs (T, {cell.D}) with T > warmup = {warmup}, got {xs.shape}."
        )
    s0 = flow.drawn(rng, 1)[0] if s0 is None else np.asarray(s0, np.float64)
    if s0.shape != (cell.S,) or not np.isfinite(s0).all():
        raise ValueError(f"lyapunov: wanted a finite state ({cell.S},), got shape {s0.shape}.")
    trace = yield from run(flow.cell, xs[:, None], s0[None])
    finite = trace.finite() - 1
    if finite >= trace.T:
        return trace, warmup, ""
    if finite < 1:
        raise ValueError("lyapunov: the run leaves the range of float64 at its first step.")
    remark = (
        f"The run leaves the range of float64 after step {finite}; the exponents are those of the "
        "steps before."
    )
    start = warmup if finite > warmup else 0
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return Trace.of(flow.cell, xs[:finite, None], s0[None]), start, remark
