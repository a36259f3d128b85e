"""Networks that keep three bits: what the page of fixed points looks into.

python -m assets.make.flip_flop
"""

from itertools import islice

import numpy as np

import explorer  # noqa: F401 - one BLAS thread, before any work is done
from explorer import assets
from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.learning.optimisers import Adam
from explorer.learning.rules.bptt import BPTT
from explorer.learning.schedules import Cosine
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.learning.training import train

SCRIPT = "assets/make/flip_flop.py"
TASK = {"bits": 3, "T": 50, "p": 0.1}
NETWORKS = (("Elman", 16), ("Elman", 64), ("GRU", 16), ("GRU", 64))
SEED, B, CLIP = 0, 64, 1.0
RATES = {16: 0.01, 64: 0.003}
UPDATES = 4000
BOUND = 0.01  # mean squared error, where knowing nothing of the past has 0.9


def judged(model: Model) -> float:
    """Return the loss on 2,000 fresh sequences."""
    task = FlipFlop(**TASK)
    fresh = task.batch(np.random.default_rng([SEED, 9]), 2000)
    return task.objective.value(model.film(fresh.xs).y, fresh.targets, fresh.mask)


def loss(kept: assets.Asset) -> float:
    """Return the loss of what was kept."""
    return judged(kept.model.astype(np.float64))


def trained(cell: str, H: int) -> Model:
    """Train one network."""
    task = FlipFlop(**TASK)
    start = Model.init(np.random.default_rng([SEED, 0]), CELLS[cell], task.D, H, task.O)
    updates = train(
        start, task, BPTT(), Adam(RATES[H]), B=B, seed=SEED, clip=CLIP,
        schedule=Cosine(UPDATES, 0.01),
    )  # fmt: skip
    *_, last = islice(updates, UPDATES)
    assert not last.trouble, last.trouble
    return last.after.model


def make() -> None:
    """Train and keep them all."""
    for cell, H in NETWORKS:
        model = trained(cell, H)
        about = {
            "script": SCRIPT, "seed": SEED, "loss": judged(model), "bound": BOUND,
            "task": "FlipFlop",
            "settings": {
                "task": TASK, "H": H, "B": B, "updates": UPDATES, "optimiser": "Adam",
                "rate": RATES[H], "schedule": "cosine to 1 %", "clip": CLIP, "rule": "BPTT",
            },
        }  # fmt: skip
        print(assets.keep_model(f"flip_flop-{cell}-{H}", model, about).name, about["loss"])


if __name__ == "__main__":
    make()
