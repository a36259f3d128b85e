"""Runs of training that show something, each of which was measured over several seeds."""

from __future__ import annotations

from dataclasses import replace

from explorer.recipes.training import UNCLIPPED, TrainingRecipe

# What these show was measured over several seeds: tests/bench/presets.py.
DEFAULT = TrainingRecipe()
RECALL = replace(
    DEFAULT, task="DelayedRecall", T=30, cell="LSTM", H=16, rate=0.003, memory="bias", bias=3.0,
    seeds=3,
)  # fmt: skip
IRNN = replace(
    DEFAULT, T=30, cell="Elman", activation="relu", recurrent="identity", rate=0.002,
)  # fmt: skip
OPEN = replace(RECALL, bias=1.0)
WILD = replace(
    DEFAULT, task="DelayedRecall", T=20, cell="Elman", recurrent="gaussian", gain=2.0,
    optimiser="SGD", rate=0.3, clip=0.5, seeds=5,
)  # fmt: skip
PRESETS = {
    "GRU adds": DEFAULT,
    "LSTM adds": replace(DEFAULT, cell="LSTM"),
    "Simple network fails": replace(DEFAULT, cell="Elman"),
    "IRNN": IRNN,
    "Gates half open": replace(RECALL, bias=0.0),
    "Gates open": RECALL,
    "Short window": replace(OPEN, rule="TruncatedBPTT", k1=10, k2=10),
    "Not clipped": replace(WILD, clip=UNCLIPPED),
    "Clipped": WILD,
    "Two units": replace(DEFAULT, task="FlipFlop", T=30, cell="Elman", H=2, rate=0.02),
}
