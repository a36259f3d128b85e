"""What the entries that many pages share are called, what is said of them, how wide they are."""

from __future__ import annotations

from typing import Any

from explorer.cells import CELLS
from explorer.recipe import SCALES

LABELS = {
    "fair": "Like for like",
    "order": "Second order",
    "shuffle": "Shuffle no.",
    "second": "The same words in your order",
    "cell": "Cell",
    "cells": "Cells",
    "H": "Units H",
    "T": "Steps T",
    "D": "Inputs D",
    "seed": "Seed",
    "seeds": "Seeds",
    "recurrent": "Recurrent weights",
    "scale": "Scaled by",
    "memory": "Bias of the forget gate",
    "activation": "Activation φ",
    "input": "Input",
    "text": "Your sequence",
    "loss": "Loss looks at",
    "at": "… step t",
    "of": "… unit j",
    "edit": "Edit one weight of",
    "row": "Row",
    "column": "Column",
    "matrix": "Weight of",
    "hold": "Hold gate",
    "hold_unit": "of unit (0: all)",
    "hold_from": "from step",
    "hold_to": "to step",
}
SHOWN: dict[str, dict[str, str]] = {
    "fair": {"units": "equal units", "parameters": "equal parameters"},
    "order": {"own": "typed by you"},
    "cell": {key: kind.name for key, kind in CELLS.items()},
    "cells": {key: kind.name for key, kind in CELLS.items()},
    "scale": SCALES,
    "activation": {"relu": "ReLU", "identity": "identity (linear)"},
    "recurrent": {"identity": "identity (IRNN)", "gaussian": "Gaussian"},
    "memory": {"default": "random", "bias": "set by slider", "chrono": "chrono"},
    "input": {"drawn": "drawn by you", "numbers": "your numbers", "words": "your words"},
    "edit": {"none": "nothing"},
    "hold": {"none": "none"},
    "loss": {"last": "the last state", "every": "every state", "unit": "one unit at one step"},
}
HELP = {
    "recurrent": "Each gate's recurrent block is drawn this way, then scaled.",
    "seed": "With the same settings, the same seed draws the same network and the same sequence.",
    "memory": "The gate that keeps the past: f of an LSTM, z of a GRU; an Elman network has none. "
    "Chrono (Tallec & Ollivier 2018) spreads it over time "
    "scales up to T.",
}
TYPED = {
    "numbers": "0 1 1 0 -1 -1 0 0.5 1 0.5 0 -0.5 -1 -0.5 0",
    "words": "I love to cook and my friends love to eat",
}
PILLS = ("cell", "wiring")  # choices that are the story of a page lie open
WIDE_TEXT = 460
WIDTH: dict[str, Any] = {
    "cell": "content",
    "cells": "content",
    "fair": 250,
    "use": 240,
    "text": WIDE_TEXT,
    "numbers": 240,
    "alphabet": 240,
    "view": 160,
    "input": 160,
    "signs": 160,
    "memories": 160,
    "hopfield.rule": 160,
    "hopfield.start": 180,
    "damage": 160,
    "T": 200,
    "H": 200,
}
