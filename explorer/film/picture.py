"""Pictures in a film: states as squares of a grid, and a gallery of stored ones."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Picture:
    """The rows of heat panel `of` at the cursor as squares of a grid this wide.

    With ``hand`` a new first tick can be painted; ``marks`` names a square for each tick (-1:
    none), ``notes`` what stands below it.
    """

    of: str
    label: str
    wide: int
    hand: bool = False
    big: bool = False
    marks: tuple[int, ...] | None = None
    notes: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Gallery:
    """Stored pictures (P, squares) and, from heat panel `of` with P rows, the match of each.

    A click on one pins its row, which ``act`` puts into words; ``empty`` stands where none is.
    """

    of: str
    label: str
    images: np.ndarray
    wide: int
    names: tuple[str, ...]
    inks: tuple[tuple[str, str] | None, ...]
    aim: int | None = None
    act: str = "choose"
    empty: str = ""
