"""The itemised matrix of a trace, against one torch backward pass for each of its losses."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from explorer import CELLS, Cell, Trace
from explorer.dynamics.itemised import itemised, reading
from tests.bench import torch_plain
from tests.bench.report import Row
from tests.bench.rounds import interleaved, repeated
from tests.bench.torch_tight import weights

SIZES = ((64, 32), (200, 64))
D = 4


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per cell and size."""
    rounds, budget = (5, 2.0) if quick else (11, 8.0)
    for name in (name for name in CELLS if name in torch_plain.STEPS):
        for T, H in SIZES[:1] if quick else SIZES:
            yield compared(name, T, H, rounds, budget)


def compared(name: str, T: int, H: int, rounds: int, budget: float) -> Row:
    """Time one cell at one size, after checking that both sides say the same."""
    rng = np.random.default_rng(0)
    cell = CELLS[name].init(rng, D, H)
    trace = Trace.of(cell, rng.standard_normal((T, 1, D)))
    theirs = backward_passes(name, cell, trace)
    below = np.tri(T, T + 1, 1, dtype=bool)
    ours, wanted = itemised(trace).whole[below], theirs()[below]
    difference = float(np.abs(ours / wanted - 1).max())
    if not difference < 1e-10:
        raise ArithmeticError(f"{name} T={T} H={H}: the matrices differ by {difference:.1e}.")
    times = interleaved(
        {"torch": theirs, "ours": lambda: itemised(trace)}, rounds=rounds, budget=budget,
        measure=repeated,
    )  # fmt: skip
    first = interleaved(
        {"torch": theirs, "ours": lambda: itemised(trace)}, rounds=rounds, budget=budget / 4
    )
    goal = {"at_least": 50} if (T, H) == SIZES[0] else {}
    return Row(
        "itemised", f"{name} T={T} H={H}", f"{T} torch backward passes",
        times.ratio("torch", "ours"), **goal,
        facts=times.milliseconds()
        | {"first call": first.ratio("torch", "ours").median, "difference": difference},
    )  # fmt: skip


def backward_passes(name: str, cell: Cell, trace: Trace) -> Callable[[], np.ndarray]:
    """Return torch's way: the graph is built once, then every loss is carried back by itself."""
    w = {k: leaf.detach() for k, leaf in weights(cell).items()}
    step, u = torch_plain.STEPS[name], torch.tensor(reading(cell))
    states = [torch.tensor(trace.s[0], requires_grad=True)]
    for x in torch.tensor(trace.x):
        slots, _, _ = step(w, x, *states[-1].split(cell.H, 1))
        states.append(torch.cat(slots, 1))

    def passes() -> np.ndarray:
        norms = np.full((trace.T, trace.T + 1), np.nan)
        for t in range(1, trace.T + 1):
            found = torch.autograd.grad((states[t] @ u).sum(), states[: t + 1], retain_graph=True)
            norms[t - 1, : t + 1] = torch.linalg.norm(torch.cat(found), dim=1).numpy()
        return norms

    return passes
