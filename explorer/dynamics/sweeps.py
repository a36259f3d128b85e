"""Leading exponents of many random networks along one axis: a gain, or the size of an input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Sweep:
    """Exponents (networks, m) for each size, at the m values ``along`` the axis.

    ``asked`` is how many networks there will be of all sizes together.
    """

    along: Array
    exponents: dict[int, Array]
    asked: int

    @property
    def done(self) -> int:
        """How many networks have been measured."""
        return sum(len(rows) for rows in self.exponents.values())

    def chaotic(self, N: int, value: float, above: float) -> tuple[int, int, float]:
        """Return how many of how many networks of N units have an exponent above a bound.

        Asked at the value of the axis nearest to the one given, which is returned with them.
        """
        near = int(np.argmin(np.abs(self.along - value)))
        column = self.exponents[N][:, near]
        return int((column > above).sum()), len(column), float(self.along[near])


def sweep(
    measure: Callable[[int, int], Array], along: Array, sizes: Sequence[int], networks: int
) -> Iterator[Sweep]:
    """Yield the exponents after each network; ``measure(N, k)`` returns those of the k-th (m,)."""
    found: dict[int, list[Array]] = {N: [] for N in sizes}
    # All sizes grow side by side, so that whoever stops has something of each.
    for k in range(networks):
        for N in sizes:
            found[N].append(measure(N, k))
            rows = {size: np.array(kept) for size, kept in found.items() if kept}
            yield Sweep(along, rows, networks * len(sizes))
