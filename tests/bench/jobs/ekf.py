"""One update of an extended Kalman filter over all weights, against the textbook's formulas."""

from collections.abc import Callable, Iterator

import numpy as np

from explorer.learning.ekf import Covariance
from tests.bench.report import Row
from tests.bench.rounds import interleaved

R, Q = 0.1, 1e-4
CASES = ((1100, 1), (4400, 1))


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per number of weights, against the textbook and against its best grouping."""
    for N, n in CASES[:1] if quick else CASES:
        yield compared(N, n, "textbook", textbook, 20, quick)
        yield compared(N, n, "grouped", grouped, None, quick)


def compared(N: int, n: int, name: str, form: Callable, goal: float | None, quick: bool) -> Row:
    """Time one size, after checking that both sides move the weights alike."""
    rng = np.random.default_rng(0)
    H, error = rng.standard_normal((N, n)) / np.sqrt(N), rng.standard_normal(n)
    ours, theirs = Covariance([np.arange(N)]), form(N)
    for _ in range(3):
        moves = ours.update(H, error, R, Q), theirs(H, error)
    difference = float(np.abs(moves[0] - moves[1]).max() / np.abs(moves[1]).max())
    if not difference < 1e-9:
        raise ArithmeticError(f"EKF N={N}: the two filters differ by {difference:.1e}.")
    slow = name == "textbook" and N > 2000
    times = interleaved(
        {name: lambda: theirs(H, error), "ours": lambda: ours.update(H, error, R, Q)},
        rounds=3 if slow else 7 if quick else 21,
        least=3 if slow else 5,
        warm=0 if slow else 2,
        budget=12.0 if slow else 4.0,
    )
    bounds = {} if goal is None else {"at_least": goal}
    said = {
        "textbook": "P − K Hᵀ P + Q, with an inverse",
        "grouped": "P − K (P H)ᵀ, all at once",
    }
    return Row(
        "ekf", f"N={N} weights, {n} output", said[name], times.ratio(name, "ours"), **bounds,
        facts=times.milliseconds() | {"difference": difference},
    )  # fmt: skip


def textbook(N: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the filter as the formulas are written, from left to right."""
    P, noise = np.eye(N), Q * np.eye(N)

    def update(H: np.ndarray, error: np.ndarray) -> np.ndarray:
        nonlocal P
        K = P @ H @ np.linalg.inv(R * np.eye(len(error)) + H.T @ P @ H)
        P = P - K @ H.T @ P + noise
        return K @ error

    return update


def grouped(N: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the filter with its products in the best order, on whole matrices."""
    P = np.eye(N)

    def update(H: np.ndarray, error: np.ndarray) -> np.ndarray:
        nonlocal P
        PH = P @ H
        K = PH @ np.linalg.inv(R * np.eye(len(error)) + H.T @ PH)
        P = P - K @ PH.T
        P[np.diag_indices(N)] += Q
        return K @ error

    return update
