"""A step of real-time recurrent learning, against the form with einsum that textbooks suggest.

The peer is as tight as that form gets: the sensitivity of each array as one tensor, J applied to it
by einsum, and the immediate derivative added as a whole tensor.
"""

from collections.abc import Callable, Iterator

import numpy as np

from explorer import CELLS, Cell, GradientTrace, Trace
from explorer.learning.rtrl import rtrl
from tests.bench.report import Row
from tests.bench.rounds import interleaved

CASES = (("Elman", 32), ("Elman", 64), ("LSTM", 16), ("LSTM", 32))
T, D = 20, 1


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per cell and size."""
    rounds, budget = (7, 2.0) if quick else (21, 8.0)
    for name, H in CASES[:2] if quick else CASES:
        yield compared(name, H, rounds, budget)


def compared(name: str, H: int, rounds: int, budget: float) -> Row:
    """Time one cell at one size over a short stream, after checking that both sides agree."""
    rng = np.random.default_rng(0)
    cell = CELLS[name].init(rng, D, H)
    trace = Trace.of(cell, rng.standard_normal((T, 1, D)))
    dL_ds = rng.standard_normal((T, 1, cell.S))
    theirs = by_einsum(cell, trace, dL_ds)
    wanted = GradientTrace.of(trace, dL_ds).dcell.flat()
    found = [ours(trace, dL_ds), theirs()]
    difference = max(float(np.linalg.norm(g - wanted) / np.linalg.norm(wanted)) for g in found)
    if not difference < 1e-12:
        raise ArithmeticError(f"{name} H={H}: RTRL and BPTT differ by {difference:.1e}.")
    times = interleaved(
        {"einsum": theirs, "ours": lambda: ours(trace, dL_ds)}, rounds=rounds, budget=budget
    )
    goal = {"at_least": 3} if name == "Elman" else {}
    steps = {key: ms / T for key, ms in times.milliseconds().items()}
    return Row(
        "rtrl", f"{name} H={H}, a step", "einsum, array by array",
        times.ratio("einsum", "ours"), **goal, facts=steps | {"difference": difference},
    )  # fmt: skip


def ours(trace: Trace, dL_ds: np.ndarray) -> np.ndarray:
    """Return the gradient, carried forward."""
    return sum(sensed.grad(dL) for sensed, dL in zip(rtrl(trace), dL_ds, strict=True))


def by_einsum(cell: Cell, trace: Trace, dL_ds: np.ndarray) -> Callable[[], np.ndarray]:
    """Return the peer; the derivatives by the drives are made beforehand."""
    S, steps = cell.S, trace.steps
    rows = np.zeros((trace.T, S, len(cell.W_xh)))  # ∂s/∂a, a the drive of each row of weights
    for t in range(trace.T):
        for i in range(S):
            back = cell.pull(trace[t], np.eye(S)[i : i + 1])
            rows[t, i] = back.da_h[0]
    sources = {
        "W_xh": steps.x[:, 0],
        "W_hh": steps.s_prev[:, 0, : cell.H],
        "b_xh": np.ones((trace.T, 1)),
        "b_hh": np.ones((trace.T, 1)),
    }

    def run() -> np.ndarray:
        J = cell.jacobian(steps)[:, 0]
        M = {k: np.zeros((S, rows.shape[2], v.shape[1])) for k, v in sources.items()}
        total = dict.fromkeys(sources, 0.0)
        for t in range(trace.T):
            for name, source in sources.items():
                M[name] = np.einsum("ij,jkl->ikl", J[t], M[name]) + np.einsum(
                    "ik,l->ikl", rows[t], source[t]
                )
                total[name] = total[name] + np.einsum("i,ikl->kl", dL_ds[t, 0], M[name])
        return np.concatenate([total[name].ravel() for name in cell.named()])

    return run
