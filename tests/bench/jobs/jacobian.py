"""The Jacobian of every step of a trace, against torch.func.vmap over jacrev of the same step."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch.func import jacrev, vmap

from explorer import CELLS, Cell, Trace
from tests.bench import torch_plain
from tests.bench.report import Row
from tests.bench.rounds import interleaved, repeated
from tests.bench.torch_tight import weights

SIZES = ((50, 8), (100, 32), (200, 64))
D = 4


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per cell and size."""
    rounds, budget = (7, 1.5) if quick else (25, 4.0)
    for name in (name for name in CELLS if name in torch_plain.STEPS):
        for T, H in SIZES[:2] if quick else SIZES:
            yield compared(name, T, H, rounds, budget)


def compared(name: str, T: int, H: int, rounds: int, budget: float) -> Row:
    """Time one cell at one size, after checking that both sides say the same."""
    rng = np.random.default_rng(0)
    cell = CELLS[name].init(rng, D, H)
    trace = Trace.of(cell, rng.standard_normal((T, 1, D)))
    steps = trace.steps
    theirs = step_jacobians(name, cell)
    x, s = torch.tensor(steps.x[:, 0]), torch.tensor(steps.s_prev[:, 0])
    J = cell.jacobian(steps)[:, 0]
    difference = float(np.abs(J - theirs(x, s).detach().numpy()).max() / np.abs(J).max())
    if not difference < 1e-10:
        raise ArithmeticError(f"{name} T={T} H={H}: the Jacobians differ by {difference:.1e}.")
    times = interleaved(
        {"torch": lambda: theirs(x, s), "ours": lambda: cell.jacobian(steps)},
        rounds=rounds,
        budget=budget,
        measure=repeated,
    )
    return Row(
        "jacobian", f"{name} T={T} H={H}", "torch.func vmap(jacrev)",
        times.ratio("torch", "ours"), at_least=10,
        facts=times.milliseconds() | {"difference": difference},
    )  # fmt: skip


def step_jacobians(name: str, cell: Cell) -> Callable:
    """Return torch's function from inputs and states of all steps to all Jacobians."""
    w = {k: leaf.detach() for k, leaf in weights(cell).items()}
    step = torch_plain.STEPS[name]

    def stepped(x, s):
        slots, _, _ = step(w, x[None], *s[None].split(cell.H, 1))
        return torch.cat(slots, 1)[0]

    return vmap(jacrev(stepped, argnums=1))
