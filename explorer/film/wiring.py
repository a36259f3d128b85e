"""A network drawn as boxes and arrows, every step of every layer, with gradients over it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Box:
    """One box: a heat panel at one tick, standing in a column and on a floor of the drawing.

    ``key`` names it across reels, so that it glides to its new place; ``aside`` (-1..1) moves it
    off the middle of its column; ``word`` stands beneath or, on the top floor, over it. With a
    ``grid`` the values are a picture of so many columns.
    """

    key: str
    panel: str
    column: int
    floor: int
    symbol: str
    word: str = ""
    aside: float = 0.0
    grid: int = 0


@dataclass(frozen=True)
class Link:
    """An arrow from box to box (their places in the list); a dashed one passes no gradient."""

    source: int
    target: int
    weight: str = ""
    dashed: bool = False


@dataclass(frozen=True, eq=False)
class Wiring:
    """The whole drawing, and what flows back through it at each tick of the axis.

    ``flows`` (ticks, links) are the norms carried back along each link, 0 where no path leads;
    ``reach`` (ticks, boxes) the norm that arrives in a box, nan where none is to be written;
    ``of`` names the output that they belong to, tick by tick, and ``spoken`` its box or -1.
    ``floors`` names the floors from below.
    """

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    flows: np.ndarray
    reach: np.ndarray
    of: tuple[str, ...]
    spoken: tuple[int, ...]
    floors: tuple[str, ...]
