"""Forward and backward film with every internal, against a torch loop that retains as much."""

from collections.abc import Iterator
from statistics import geometric_mean

import numpy as np
import torch

from explorer import CELLS, Cell, GradientTrace, Trace
from tests.bench import torch_plain, torch_tight
from tests.bench.report import Row
from tests.bench.rounds import Spread, interleaved, repeated

SINGLE = ((50, 1, 8), (100, 1, 32), (200, 1, 64), (1000, 1, 64))
BATCH = ((100, 32, 64), (500, 16, 128))
WITH_GOALS = ("Elman", "LSTM", "GRU")
PLAIN, TIGHT = "torch loop, all retained", "the same, written for speed"
D = 4


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per cell and size, the geometric means, and torch's fused LSTM beside ours."""
    rounds, budget = (7, 1.5) if quick else (25, 4.0)
    means = {PLAIN: [], TIGHT: []}
    for name in (name for name in CELLS if name in torch_tight.LOOPS):
        for size in (*SINGLE[:3], BATCH[0]) if quick else (*SINGLE, *BATCH):
            for row in compared(name, size, rounds, budget):
                if name in WITH_GOALS and size in SINGLE:
                    means[row.peer].append(row.value.median)
                yield row
    for peer, ratios in means.items():
        mean = Spread(geometric_mean(ratios), min(ratios), max(ratios))
        case = f"mean of {', '.join(WITH_GOALS)} at B=1"
        yield Row("trace", case, peer, mean, at_least=15 if peer == PLAIN else None)
    for size in (SINGLE[1], BATCH[0]) if quick else (*SINGLE, *BATCH):
        yield fused(size, rounds, budget)


def example(kind: type[Cell], size: tuple[int, int, int]):
    """Return a cell, its inputs and the gradients injected at every state."""
    T, B, H = size
    rng = np.random.default_rng(0)
    cell = kind.init(rng, D, H)
    return cell, rng.standard_normal((T, B, D)), rng.standard_normal((T, B, cell.S))


def everything(cell: Cell, xs, dL_ds) -> GradientTrace:
    """Compute all that the two films can tell."""
    film = GradientTrace.of(Trace.of(cell, xs), dL_ds)
    film.norm(), film.shares, film.dcell
    return film


def compared(name: str, size: tuple[int, int, int], rounds: int, budget: float) -> Iterator[Row]:
    """Time one cell at one size, after checking that all sides say the same."""
    cell, xs, dL_ds = example(CELLS[name], size)
    w, x = torch_tight.weights(cell), torch.tensor(xs, requires_grad=True)
    args = (name, w, x, torch.zeros(size[1], cell.S, dtype=x.dtype), torch.tensor(dL_ds))
    ours = everything(cell, xs, dL_ds)
    difference = max(
        torch_tight.agreement(ours, torch_tight.films(*args)),
        torch_plain.agreement(ours, torch_plain.films(*args)),
    )
    if not difference < 1e-10:
        raise ArithmeticError(f"{name} {size}: ours and the torch loop differ by {difference:.1e}.")
    times = interleaved(
        {
            TIGHT: lambda: torch_tight.films(*args),
            PLAIN: lambda: torch_plain.films(*args),
            "ours": lambda: everything(cell, xs, dL_ds),
        },
        rounds=rounds,
        budget=budget,
        measure=repeated,
    )
    goal = 2.5 if size == BATCH[0] else 10.0 if size in SINGLE and name in WITH_GOALS else None
    facts = times.milliseconds() | {"difference": difference}
    yield Row(
        "trace", f"{name} {size}", PLAIN, times.ratio(PLAIN, "ours"), at_least=goal, facts=facts
    )
    yield Row("trace", f"{name} {size}", TIGHT, times.ratio(TIGHT, "ours"), facts=facts)


def fused(size: tuple[int, int, int], rounds: int, budget: float) -> Row:
    """Time torch's fused LSTM, which shows no internals, beside our full films in float32."""
    H = size[2]
    double, xs, dL_ds = example(CELLS["LSTM"], size)
    cell, xs, dL_ds = double.astype(np.float32), xs.astype(np.float32), dL_ds.astype(np.float32)
    layer = torch.nn.LSTM(D, H)
    x, dL = torch.tensor(xs, requires_grad=True), torch.tensor(dL_ds[..., :H])

    def sealed():
        layer.zero_grad(set_to_none=True)
        x.grad = None
        layer(x)[0].backward(dL)

    times = interleaved(
        {"nn.LSTM": sealed, "ours": lambda: everything(cell, xs, dL_ds)},
        rounds=rounds,
        budget=budget,
        measure=repeated,
    )
    return Row(
        "trace", f"LSTM {size} float32", "nn.LSTM fused, no internals",
        times.ratio("nn.LSTM", "ours"), facts=times.milliseconds(),
    )  # fmt: skip
