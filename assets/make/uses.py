"""How well each wiring learns its use, for every cell over several seeds: accuracies, no weights.

python -m assets.make.uses
"""

import numpy as np

from explorer import assets
from explorer.cells import CELLS
from explorer.learning import uses
from explorer.learning.uses import shown_pairs, trained
from explorer.wiring.kinds import WIRINGS
from explorer.wiring.uses import USES

SCRIPT = "assets/make/uses.py"
SEEDS = range(5)
BOUND = 0.02  # of what another machine's rounding may change in an accuracy
AGAIN = ("many_to_one", "sentiment", "GRU")


def loss(kept: assets.Asset) -> float:
    """Return how far one of the kept accuracies is from the same training done again."""
    wiring, use, cell = AGAIN
    run = trained(USES[use], WIRINGS[wiring], CELLS[cell], SEEDS[0])
    return abs(run.accuracy - float(kept.arrays[f"{wiring} {use} {cell}"][0]))


def make() -> None:
    """Train every pair of wiring and use with every cell, and keep the accuracies."""
    arrays = {}
    for wiring, use in shown_pairs():
        for cell in CELLS:
            runs = [trained(USES[use], WIRINGS[wiring], CELLS[cell], seed) for seed in SEEDS]
            arrays[f"{wiring} {use} {cell}"] = np.array([run.accuracy for run in runs])
            arrays[f"{use} baseline"] = np.array([run.baseline for run in runs])
            print(wiring, use, cell, arrays[f"{wiring} {use} {cell}"].round(2), flush=True)
    settings = {
        "units": uses.UNITS, "optimiser": "Adam", "rate": uses.RATE, "batch": uses.BATCH,
        "examples": uses.DRAWN, "held out": uses.HELD, "layers where deep": 2,
        "updates": {key: use.updates for key, use in USES.items()},
    }  # fmt: skip
    about = {
        "script": SCRIPT, "seed": SEEDS[0], "seeds": len(SEEDS), "settings": settings,
        "loss": 0.0, "bound": BOUND,
    }  # fmt: skip
    assets.keep("uses", arrays, about)


if __name__ == "__main__":
    make()
