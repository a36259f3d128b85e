"""Leading exponents of many random networks along one axis: a gain, or the size of an input."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.dynamics.portions import told
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Sweep:
    """Exponents (networks, m) for each size, at the m values ``along`` the axis.

    ``asked`` is how many networks there will be of all sizes together, ``next`` how much of the
    next one is done.
    """

    along: Array
    exponents: dict[int, Array]
    asked: int
    next: float = 0.0

    @property
    def done(self) -> int:
        """How many networks have been measured."""
        return sum(len(rows) for rows in self.exponents.values())

    @property
    def share(self) -> float:
        """How much of the whole has been measured, 0 to 1."""
        return (self.done + self.next) / self.asked

    def further(self, share: float) -> Sweep:
        """Return the sweep when so much of the next network is done."""
        return replace(self, next=share)

    def chaotic(self, N: int, value: float, above: float) -> tuple[int, int, float]:
        """Return how many of how many networks of N units have an exponent above a bound.

        Asked at the value of the axis nearest to the one given, which is returned with them.
        """
        near = int(np.argmin(np.abs(self.along - value)))
        column = self.exponents[N][:, near]
        return int((column > above).sum()), len(column), float(self.along[near])


def sweep(
    measure: Callable[[int, int], Generator[float, None, Array]],
    along: Array,
    sizes: Sequence[int],
    networks: int,
) -> Iterator[Sweep]:
    """Yield the exponents so far, while a network is measured and after each.

    ``measure(N, k)`` returns those of the k-th network (m,), and yields meanwhile how far it is.
    """
    found: dict[int, list[Array]] = {N: [] for N in sizes}
    so_far = Sweep(along, {}, networks * len(sizes))
    # All sizes grow side by side, so that whoever stops has something of each.
    for k in range(networks):
        for N in sizes:
            found[N].append((yield from told(measure(N, k), so_far.further)))
            rows = {size: np.array(kept) for size, kept in found.items() if kept}
            so_far = replace(so_far, exponents=rows)
            yield so_far
