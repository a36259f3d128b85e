"""Lyapunov exponents, against the textbook's loop in NumPy: one step, one QR, one logarithm."""

from collections.abc import Iterator

import numpy as np

from explorer import Elman
from explorer.dynamics import leading_exponents, lyapunov_spectrum
from tests.bench.report import Row
from tests.bench.rounds import interleaved

T = 1000
GOALS = {16: 5.0, 64: 2.5}
GAINS, SEEDS, N = np.linspace(0.5, 3.0, 50), 5, 100


def run(quick: bool) -> Iterator[Row]:
    """Yield a row for each size of a full spectrum, and one for many networks."""
    for H in GOALS:
        yield spectrum(H, *((7, 2.0) if quick else (25, 6.0)))
    yield many(3 if quick else 7)


def spectrum(H: int, rounds: int, budget: float) -> Row:
    """Time the full spectrum of a driven Elman network as it is first drawn."""
    rng = np.random.default_rng(0)
    cell = Elman.init(rng, 4, H)
    xs, s0 = rng.standard_normal((T, 4)), np.zeros(H)
    Q = np.linalg.qr(np.random.default_rng(7).standard_normal((H, H)))[0]

    def ours() -> np.ndarray:
        found = lyapunov_spectrum(cell, xs, s0, warmup=0, rng=np.random.default_rng(7))
        return found.exponents

    difference = float(np.abs(ours() - textbook(cell, xs, s0, Q)).max())
    if not difference < 1e-6:
        raise ArithmeticError(f"H={H}: the exponents differ by {difference:.1e}.")
    times = interleaved(
        {"textbook": lambda: textbook(cell, xs, s0, Q), "ours": ours},
        rounds=rounds,
        budget=budget,
    )
    return Row(
        "lyapunov", f"full spectrum, Elman H={H} T={T}", "textbook QR loop",
        times.ratio("textbook", "ours"), at_least=GOALS[H],
        facts=times.milliseconds() | {"difference": difference},
    )  # fmt: skip


def textbook(cell: Elman, xs: np.ndarray, s0: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return all exponents as a textbook computes them."""
    W, U, b = cell.W_hh, cell.W_xh, cell.b_xh + cell.b_hh
    h, total = s0, np.zeros(len(s0))
    for x in xs:
        h = np.tanh(W @ h + U @ x + b)
        J = np.diag(1 - h**2) @ W
        Q, R = np.linalg.qr(J @ Q)
        total += np.log(np.abs(np.diag(R)))
    return np.sort(total / len(xs))[::-1]


def many(rounds: int) -> Row:
    """Time the leading exponents of 250 networks: 50 gains of 5 matrices."""
    W = np.random.default_rng(0).standard_normal((SEEDS, N, N)) / np.sqrt(N)

    def ours() -> np.ndarray:
        return leading_exponents(W, GAINS, T=T, warmup=100).mean(axis=1)

    def theirs() -> np.ndarray:
        return np.array([[one_by_one(g * w) for w in W] for g in GAINS]).mean(axis=1)

    # Chaotic runs part; the means over networks agree.
    difference = float(np.abs(ours() - theirs()).mean())
    if not difference < 0.01:
        raise ArithmeticError(f"the mean exponents differ by {difference:.1e}.")
    times = interleaved({"loop": theirs, "ours": ours}, rounds=rounds, budget=25.0, least=3, warm=0)
    return Row(
        "lyapunov", f"leading, {len(GAINS) * SEEDS} networks N={N} T={T}", "one after the other",
        times.ratio("loop", "ours"), at_least=6.0,
        facts=times.milliseconds() | {"difference": difference},
    )  # fmt: skip


def one_by_one(W: np.ndarray) -> float:
    """Return the leading exponent of one network, a vector carried along and renormalised."""
    rng = np.random.default_rng(1)
    h, v = rng.uniform(-0.5, 0.5, len(W)), rng.standard_normal(len(W))
    total = 0.0
    for t in range(100 + T):
        h = np.tanh(W @ h)
        v = (1 - h * h) * (W @ v)
        size = np.sqrt(v @ v)
        v /= size
        if t >= 100:
            total += np.log(size)
    return total / T
