"""State space in three dimensions: where a network rests, and the paths between these places."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Space:
    """Points (N, 3), one for each row of heat panel `of`, which a hand can turn and pick.

    ``away`` counts the directions that lead away from each, ``spectra`` (N, S) are its eigenvalues,
    drawn beside against the unit circle, ``growth`` (N, S) log |λ| of each with all its digits, 0
    where a mode is marginal. ``path`` (n, 3) is drawn up to the cursor from the
    start-th tick on, ``links`` (M, L, 3) stand there as thin lines, ``slow`` (K, 3) as diamonds.
    """

    of: str
    label: str
    path: np.ndarray
    points: np.ndarray
    names: tuple[str, ...]
    away: tuple[int, ...]
    spectra: np.ndarray
    links: np.ndarray
    slow: np.ndarray
    growth: np.ndarray
    axes: tuple[str, str, str] = ("PC 1", "PC 2", "PC 3")
    start: int = 0


def packed(space: Space, add) -> dict:
    """Return the header of a space; ``add(name, array)`` takes its arrays."""
    arrays = {
        "path": space.path,
        "points": space.points,
        "links": space.links,
        "slow": space.slow,
        "real": np.real(space.spectra),
        "imag": np.imag(space.spectra),
        "growth": space.growth,
    }
    for name, array in arrays.items():
        add(f"space/{name}", np.asarray(array, np.float32))
    return {k: v for k, v in vars(space).items() if k not in (*arrays, "spectra")} | {
        "shapes": {name: np.shape(array) for name, array in arrays.items()}
    }


def check_space(space: Space, heats, axis, ask) -> None:
    """Ask whether a space can be drawn."""
    N = len(space.points)
    for name in ("path", "points", "links", "slow"):
        shape = np.shape(getattr(space, name))
        ask(shape[-1:] == (3,), f"Space.{name}", "three coordinates", shape, "project to three")
    ask(len(space.names) == len(space.away) == len(space.spectra) == N, "Space",
        f"{N} names, counts and spectra", (len(space.names), len(space.away), len(space.spectra)),
        "give one for each point")  # fmt: skip
    if N:
        ask(space.of in heats, "Space.of", f"one of {sorted(heats)}", space.of, "name a panel")
        rows = np.shape(heats[space.of].values)[1]
        ask(rows == N, "Space.of", f"a panel of {N} rows", rows, "give each point a row")
    length = len(space.path)
    ask(space.start + length <= axis.count, "Space.path", f"start + n <= {axis.count} ticks",
        f"start {space.start} + n {length}", "shorten it")  # fmt: skip
