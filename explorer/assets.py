"""Trained weights that ship with the app: arrays by name, with the script and seed that made them.

``assets/make/<script>.py`` makes ``assets/weights/<name>.npz`` (no pickles); ``make assets`` runs
all scripts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.readout import Readout
from explorer.shapes import Array

FOLDER = Path(__file__).parents[1] / "assets" / "weights"
ABOUT = "about"
SAID = ("script", "seed", "settings", "loss", "bound")


@dataclass(frozen=True, eq=False)
class Asset:
    """Arrays by name and what is said about them.

    ``about`` names at least the script, the seed, the settings, the ``loss`` on fresh data when it
    was made and the ``bound`` that a test holds it to.
    """

    name: str
    arrays: Mapping[str, Array]
    about: Mapping[str, Any]

    @property
    def model(self) -> Model:
        """The cell and read-out, if that is what was kept.

        Raises
        ------
        ValueError
            When the asset says of no cell that it is one.
        """
        kind = self.about.get("cell")
        if kind not in CELLS:
            raise ValueError(
                f"asset {self.name}: wanted a cell among {', '.join(CELLS)}, got {kind!r}."
            )
        parts: dict[str, dict[str, Array]] = {"cell": {}, "readout": {}}
        for name, array in self.arrays.items():
            part, _, inner = name.partition(".")
            parts[part][inner] = array
        cell = CELLS[kind](**parts["cell"], **self.about.get("options", {}))
        return Model(cell, Readout(**parts["readout"]))


def names() -> list[str]:
    """Return the names of all assets."""
    return sorted(path.stem for path in FOLDER.glob("*.npz"))


@lru_cache(maxsize=32)
def asset(name: str) -> Asset:
    """Return the asset of this name; it is read once and shared, so nobody may write into it.

    Raises
    ------
    ValueError
        When there is none.
    """
    path = FOLDER / f"{name}.npz"
    if name not in names():
        raise ValueError(f"asset: wanted one of {', '.join(names())}, got {name!r}.")
    with np.load(path, allow_pickle=False) as kept:
        arrays = {key: kept[key] for key in kept.files}
    about = json.loads(arrays.pop(ABOUT).tobytes())
    for array in arrays.values():
        array.setflags(write=False)
    return Asset(name, arrays, about)


def keep(name: str, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> Path:
    """Write an asset in float32 and return its path; for the scripts that make them.

    Raises
    ------
    ValueError
        When ``about`` leaves out one of script, seed, settings, loss and bound.
    """
    missing = [key for key in SAID if key not in about]
    if missing:
        raise ValueError(f"keep {name}: wanted about to say {', '.join(missing)} as well.")
    path = FOLDER / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    said = np.frombuffer(json.dumps(about, indent=1, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(
        path, **{ABOUT: said}, **{key: np.asarray(a, np.float32) for key, a in arrays.items()}
    )
    asset.cache_clear()
    return path


def keep_model(name: str, model: Model, about: Mapping[str, Any], **options: Any) -> Path:
    """Write a model; ``options`` are further plain arguments of its cell, such as an activation."""
    return keep(
        name, model.named(), {**about, "cell": type(model.cell).__name__, "options": options}
    )
