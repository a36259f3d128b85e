"""One update, backpropagation and Adam in float32, against torch.nn and torch.optim.Adam.

Both draw the same batch from its seed, clip at 1 and move all weights. Besides: updates a second on
the page where networks learn, with all its pictures.
"""

from collections.abc import Callable, Iterator
from time import perf_counter

import numpy as np
import torch

from explorer import CELLS
from explorer.film import Reel, pack
from explorer.learning.model import Model
from explorer.learning.optimisers import Adam
from explorer.learning.rules.bptt import BPTT
from explorer.learning.tasks.adding import Adding
from explorer.learning.training import Training
from explorer.recipes.training import TrainingRecipe
from explorer.scenes import training as scenes
from explorer.scenes.example import example, example_axis, example_panels, example_side
from tests.bench.report import Row
from tests.bench.rounds import Spread, interleaved, repeated

PEERS = {"Elman": torch.nn.RNN, "GRU": torch.nn.GRU, "LSTM": torch.nn.LSTM}
GOALS = {(50, 1, 16): {"Elman": 12, "GRU": 12, "LSTM": 3}, (50, 32, 32): {"LSTM": 1}}
TICK, WORK = 0.12, 0.07  # as the page does: a picture this often, updates for so long


def run(quick: bool) -> Iterator[Row]:
    """Yield a row per cell and size, and the rate of the page."""
    rounds, budget = (7, 2.0) if quick else (25, 6.0)
    for (T, B, H), goals in GOALS.items():
        for name in PEERS:
            yield compared(name, T, B, H, rounds, budget, goals.get(name))
    yield live(1.0 if quick else 4.0)


def compared(
    name: str, T: int, B: int, H: int, rounds: int, budget: float, goal: float | None
) -> Row:
    """Time one cell at one size, after checking that both sides learn alike."""
    task = Adding(T=T)
    training = Training(task, BPTT(), Adam(0.003), B=B, clip=1.0)
    start = training.begin(Model.init(np.random.default_rng(0), CELLS[name], task.D, H, task.O))
    theirs = torchs(PEERS[name], start.model, training)

    def ours() -> float:
        return training.step(start).loss

    difference = abs(ours() / theirs() - 1)
    if not difference < 1e-4:
        raise ArithmeticError(f"{name} B={B} H={H}: the losses differ by {difference:.1e}.")
    times = interleaved(
        {"torch": theirs, "ours": ours}, rounds=rounds, budget=budget, measure=repeated
    )
    return Row(
        "training", f"{name} T={T} B={B} H={H} float32", "torch.nn and torch.optim.Adam",
        times.ratio("torch", "ours"), at_least=goal,
        facts=times.milliseconds() | {"difference": difference},
    )  # fmt: skip


def torchs(kind: type[torch.nn.RNNBase], model: Model, training: Training) -> Callable[[], float]:
    """Return torch's update of the same model; unlike ours it moves its weights in place."""
    H, D = model.cell.H, model.cell.D
    net, out = kind(D, H), torch.nn.Linear(H, 1)
    named = model.named()
    with torch.no_grad():
        for leaf, key in (
            (net.weight_ih_l0, "cell.W_xh"), (net.weight_hh_l0, "cell.W_hh"),
            (net.bias_ih_l0, "cell.b_xh"), (net.bias_hh_l0, "cell.b_hh"),
            (out.weight, "readout.W_hy"), (out.bias, "readout.b_y"),
        ):  # fmt: skip
            leaf.copy_(torch.tensor(named[key]))
    leaves = [*net.parameters(), *out.parameters()]
    optimiser = torch.optim.Adam(leaves, 0.003)

    def update() -> float:
        batch = training.batch(1)
        xs = torch.tensor(batch.xs, dtype=torch.float32)
        wanted = torch.tensor(batch.targets[-1], dtype=torch.float32)
        optimiser.zero_grad()
        loss = torch.nn.functional.mse_loss(out(net(xs)[0][-1]), wanted)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(leaves, 1.0)
        optimiser.step()
        return loss.item()

    return update


def live(seconds: float) -> Row:
    """Train as the page does, every picture drawn and packed, and count updates a second."""
    recipe = TrainingRecipe(cell="LSTM", H=32, T=50, B=32)
    run, rates, draws = recipe.course(), [], []
    until = perf_counter() + seconds
    while perf_counter() < until or len(rates) < 3:
        start, before = perf_counter(), run.N
        end = start + WORK
        run = run.ahead(lambda n, end=end: perf_counter() >= end)
        drawn = perf_counter()
        pictures(run)
        now = perf_counter()
        draws.append(now - drawn)
        rates.append((run.N - before) / max(now - start, TICK))
    return Row(
        "training", "live: LSTM T=50 B=32 H=32", "updates a second, pictures made",
        Spread.of(rates), unit="updates/s", at_least=30,
        facts={"pictures ms": round(1e3 * float(np.median(draws)), 2), "updates": run.N},
    )  # fmt: skip


def pictures(run) -> int:
    """Make both films of the page, and return their bytes."""
    task, (heats, bars) = run.first.training.task, scenes.spectra(run)
    course = Reel(
        axis=scenes.course_axis(run),
        panels=(
            scenes.learning_curves(run), *scenes.ribbon(run), *scenes.gradient_curve(run, 1.0),
            *scenes.weights_curves(run), *scenes.saturation_curves(run), *heats,
        ),
        side=bars,
        precise=False,
    )  # fmt: skip
    trace, *rest = example(run.first.last.model, run.examples, task)
    reading = Reel(
        axis=example_axis(trace),
        panels=example_panels(trace, *rest, task),
        side=example_side(trace),
        precise=False,
    )
    return len(pack(course)) + len(pack(reading))
