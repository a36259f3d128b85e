"""How fast small differences grow or fade along a run: the Lyapunov exponents of a network."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.portions import run, whole
from explorer.dynamics.products import Stretch, jacobian_blocks
from explorer.estimates import standard_error
from explorer.shapes import Array
from explorer.trace import Trace

ALIGN = 40


@dataclass(frozen=True, eq=False)
class Lyapunov:
    """Exponents (k,) in nats per step, falling, their errors, and how they settled.

    ``running`` (n, k) are the estimates after ``times`` (n,) steps. ``remark`` says what became of
    a run that could not be followed to its end. All errors are standard errors by batch means
    along the run; they are nan where it is too short to tell. They do not cover a transient: leave
    it out by ``warmup``.
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

    @cached_property
    def errors(self) -> Array:
        """Standard errors (k,) of the exponents, nats per step."""
        return self.error_of(np.eye(len(self.exponents)))

    @property
    def leading_error(self) -> float:
        """Standard error of the largest exponent."""
        return float(self.errors[0])

    @property
    def dimension(self) -> float:
        """The Kaplan-Yorke dimension (1979) of the attractor; nan without enough exponents."""
        return kaplan_yorke(self.exponents, self.S)

    @cached_property
    def dimension_error(self) -> float:
        """Standard error of the dimension, to first order in the errors of the exponents.

        Where the largest exponent lies within two errors of 0, the dimension may as well be 0 or
        more than 1, and the error reaches from one to the other.
        """
        value, e = self.dimension, self.exponents
        if not np.isfinite(value):
            return np.nan
        if self.leading_error > 0 and abs(e[0]) <= 2 * self.leading_error:
            other = kaplan_yorke(e + 2 * np.sign(-e[0] or 1.0) * self.errors, self.S)
            return abs(other - value) if np.isfinite(other) else np.nan
        j = int(value)
        if value == 0 or j >= len(e):
            return 0.0 * self.leading_error
        if not np.isfinite(e[j]):
            return 0.0
        weights = np.zeros(len(e))
        weights[:j] = 1 / abs(e[j])
        weights[j] = e[:j].sum() / e[j] ** 2
        return float(self.error_of(weights))

    @property
    def entropy(self) -> float:
        """Sum of the positive exponents, nats per step: the entropy rate or a bound on it.

        Equal to it for the natural measure of a smooth enough system (Pesin 1977), never below it
        (Ruelle 1978). nan without enough exponents.
        """
        e = self.exponents
        return float(e[e > 0].sum()) if len(e) == self.S or (e <= 0).any() else np.nan

    @cached_property
    def entropy_error(self) -> float:
        """Standard error of the sum of the positive exponents."""
        if not np.isfinite(self.entropy):
            return np.nan
        # One that is not told apart from 0 may belong to the sum.
        open_ = self.exponents > -2 * np.nan_to_num(self.errors)
        return float(self.error_of(open_.astype(float)))

    def error_of(self, weights: Array) -> Array:
        """Return the standard error of sums of exponents with these weights (k,) or (k, m)."""
        with np.errstate(invalid="ignore"):
            sums = np.diff(self.running * self.times[:, None], axis=0, prepend=0.0)
            held = weights.any(axis=1) if weights.ndim == 2 else weights != 0
            sums = sums[:, held] @ weights[held]
        return standard_error(sums, np.diff(self.times, prepend=0))


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
    batch: int = 0,
) -> Lyapunov:
    """Return the Lyapunov exponents of a run of T steps after ``warmup`` steps that do not count.

    Parameters
    ----------
    xs
        Inputs (warmup + T, B, D), or (warmup + T, D) of one sequence; their length decides T. None
        means zero input.
    s0
        Initial state (S,), or one for each sequence (B, S); None draws one.
    count
        How many of the largest exponents; None means all S.
    batch
        Which of the B sequences is followed, from 0 on.

    Returns
    -------
    Lyapunov
        Exponents with their standard errors, the Kaplan-Yorke dimension and the entropy rate.

    Raises
    ------
    TypeError
        When it is no cell.
    ValueError
        When weights, inputs or state do not fit or are not finite.

    Examples
    --------
    >>> from explorer import Elman
    >>> W = np.diag([0.5, 0.25])
    >>> cell = Elman(np.zeros((2, 1)), W, np.zeros(2), np.zeros(2), activation="identity")
    >>> found = lyapunov_spectrum(cell, np.zeros((300, 1, 1)), warmup=100)
    >>> np.allclose(found.exponents, np.log([0.5, 0.25]))
    True
    """
    *_, last = exponents_so_far(cell, xs, s0, T, warmup, rng, count, batch)
    return last


def exponents_so_far(
    cell: Cell,
    xs: Array | None = None,
    s0: Array | None = None,
    T: int = 1000,
    warmup: int = 100,
    rng: np.random.Generator | None = None,
    count: int | None = None,
    batch: int = 0,
) -> Iterator[Lyapunov]:
    """Yield the exponents as a run goes on, every hundred steps or so; to stop, stop asking."""
    rng = np.random.default_rng(0) if rng is None else rng
    trace, first, remark = followed(cell, xs, s0, T, warmup, rng, batch)
    S = trace.cell.S
    k = S if count is None else count
    if not 1 <= k <= S:
        raise ValueError(f"lyapunov_spectrum: wanted 1 to {S} exponents, got {k}.")
    # A frame along the axes could miss a direction of a matrix that is block triangular.
    Q = np.linalg.qr(rng.standard_normal((S, k)))[0]
    stretch, logs, passed = Stretch(Q), [], []
    # The frame needs some steps of its own to fall into line; they do not count either.
    now = max(0, first - ALIGN)
    for J, log_det in jacobian_blocks(trace, now):
        uncounted = min(max(first - now, 0), len(J))
        now += len(J)
        with np.errstate(invalid="ignore"):
            if uncounted:
                stretch.through(J[:uncounted])
            if uncounted == len(J):
                continue
            part = stretch.through(J[uncounted:], log_det[uncounted:])
            logs.append(part.logs)
            passed.append(part.steps)
            yield settled(logs, passed, S, remark)


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
    batch: int = 0,
) -> tuple[Trace, int, str]:
    """Return the run, the step from which it counts, and a sentence if it left float64."""
    return whole(following(cell, xs, s0, T, warmup, rng, batch))


def following(
    cell: Cell,
    xs: Array | None,
    s0: Array | None,
    T: int,
    warmup: int,
    rng: np.random.Generator,
    batch: int = 0,
) -> Generator[float, None, tuple[Trace, int, str]]:
    """Do the same in portions; yield the share of the run that is done."""
    flow = Autonomous.of(cell)
    if T < 1 or warmup < 0:
        raise ValueError(f"lyapunov: wanted T >= 1 and warmup >= 0, got T={T}, warmup={warmup}.")
    xs = np.zeros((warmup + T, cell.D)) if xs is None else np.asarray(xs, np.float64)
    xs, s0 = alone(xs, batch), None if s0 is None else np.asarray(s0, np.float64)
    if s0 is not None and s0.ndim == 2:
        s0 = s0[batch if batch < len(s0) else 0] if len(s0) else s0
    if xs.ndim != 2 or xs.shape[1] != cell.D or len(xs) <= warmup:
        raise ValueError(
            f"lyapunov: wanted inputs (T, B, {cell.D}) or (T, {cell.D}) with T > warmup = "
            f"{warmup}, got {xs.shape}."
        )
    s0 = flow.drawn(rng, 1)[0] if s0 is None else s0
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


def alone(xs: Array, batch: int) -> Array:
    """Return one sequence (T, D) of inputs (T, B, D), or of (T, D) that hold no other."""
    many = xs.shape[1] if xs.ndim == 3 else 1
    if not 0 <= batch < many:
        raise ValueError(
            f"lyapunov: wanted batch from 0 to {many - 1}, one of the sequences, got {batch}."
        )
    return xs[:, batch] if xs.ndim == 3 else xs
