"""Networks that follow a closed line with a pen: fed by a teacher, by themselves, or by a coin.

python -m assets.make.forcing
"""

import sys

import numpy as np

import explorer  # noqa: F401 - one BLAS thread, before any work is done
from explorer import assets
from explorer.cells import CELLS
from explorer.learning.optimisers import Adam
from explorer.learning.schedules import Cosine
from explorer.recipes.teacher_forcing import NETWORKS, PUPILS, REGIMES, pupils
from explorer.wiring.fed import Fed
from explorer.wiring.forcing import ForcedGradient, ForcedRun, coins
from explorer.wiring.pen import PERIOD, line

SCRIPT = "assets/make/forcing.py"
SEEDS = range(PUPILS)
H, T, B, WARM, UPDATES, RATE, CLIP = 16, 48, 8, 4, 800, 0.005, 1.0
# Mean distance from the line, in the networks' own way of being fed; the line is 2 units wide.
BOUND = {
    "Jordan": {"forced": 0.15, "scheduled": 0.3, "free": 0.4},
    "Elman": {"forced": 0.03, "scheduled": 0.1, "free": 0.15},
    "LSTM": {"forced": 0.03, "scheduled": 0.1, "free": 0.1},
    "GRU": {"forced": 0.03, "scheduled": 0.1, "free": 0.15},
}


def forcing(regime: str, done: float) -> float:
    """Return how often the teacher feeds when this part of the training is done."""
    return {"forced": 1.0, "scheduled": max(0.0, 1.0 - 1.25 * done), "free": 0.0}[regime]


def trained(cell: str, regime: str, seed: int) -> Fed:
    """Train one network."""
    rng = np.random.default_rng([seed, 0])
    network, rule = Fed.init(rng, CELLS[cell], H, 2), Adam(rate=RATE)
    memory, schedule = rule.start(network), Cosine(over=UPDATES, low=0.02)
    for k in range(UPDATES):
        truth = line(T, rng.uniform(0, PERIOD, B))
        fed = coins(rng, T, B, forcing(regime, k / UPDATES), WARM)
        run = ForcedRun.of(network, truth, fed)
        gradient = ForcedGradient.of(run, run.squared(skip=WARM - 1)[1]).dnetwork
        scale = min(1.0, CLIP / gradient.norm())
        gradient = gradient.map(lambda array, scale=scale: array * scale)
        network, memory = rule.update(network, gradient, memory, schedule.scale(k))
    return network


def loss(kept: assets.Asset) -> float:
    """Return the median over seeds of the mean distance from the line, fed as it was trained."""
    regime, truth = kept.about["regime"], line(64, np.arange(0.5, PERIOD, 4.0))
    fed = coins(np.random.default_rng(0), 64, 8, forcing(regime, 1.0), WARM)
    runs = (ForcedRun.of(network, truth, fed) for network in pupils(kept.about["cell"], regime))
    return float(np.median([run.error[WARM:].mean() for run in runs]))


def make() -> None:
    """Train and keep them all, or those of the cells named on the command line."""
    for cell in sys.argv[1:] if sys.argv[0].endswith("forcing.py") and sys.argv[1:] else NETWORKS:
        for regime in REGIMES:
            arrays = {
                f"{seed}.{name}": array
                for seed in SEEDS
                for name, array in trained(cell, regime, seed).named().items()
            }
            about = {
                "script": SCRIPT, "seed": SEEDS[0], "seeds": len(SEEDS), "cell": cell,
                "regime": regime, "bound": BOUND[cell][regime],
                "settings": {
                    "H": H, "T": T, "B": B, "warm": WARM, "updates": UPDATES, "optimiser": "Adam",
                    "rate": RATE, "schedule": "cosine to 2 %", "clip": CLIP,
                    "forcing": {"forced": "1", "free": "0",
                                "scheduled": "from 1 down to 0 over four fifths"}[regime],
                },
            }  # fmt: skip
            name = f"pen-{cell}-{regime}"
            assets.keep(name, arrays, about | {"loss": 0.0})
            pupils.cache_clear()
            about["loss"] = loss(assets.asset(name))
            print(assets.keep(name, arrays, about).name, about["loss"], flush=True)


if __name__ == "__main__":
    make()
