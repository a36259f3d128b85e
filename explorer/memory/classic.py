"""The Hopfield network of 1982: units of two values, one at a time, and an energy that falls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from explorer.shapes import Array

SWEEPS = 200  # no recall takes as many; the bound is for weights that are not symmetric
NOTHING = 1e-10  # what a unit hears below this is the rounding of sums that are zero


def energy(W: Array, x: Array) -> Array:
    """Return the energy -½ xᵀ W x of states x (..., N). Hopfield 1982."""
    return -0.5 * np.einsum("...i,ij,...j->...", x, W, x)


@dataclass(frozen=True, eq=False)
class Flip:
    """One unit that has changed its mind: state (N,), what all units hear (N,), and the energy."""

    unit: int
    sweep: int
    x: Array
    field: Array
    energy: float


def recall(W: Array, x: Array, order: Iterable[Array]) -> Iterator[Flip]:
    """Visit the units one by one, in an order (N,) for each sweep; each takes the sign it hears.

    A unit that hears nothing stays as it is. W (N, N) must be symmetric with a zero
    diagonal for the energy to fall at every flip. Ends after a sweep without a flip.
    """
    x, field = x.copy(), W @ x
    now = float(energy(W, x))
    for sweep, units in enumerate(order):
        flipped = False
        for unit in units.tolist():
            if field[unit] * x[unit] >= -NOTHING:
                continue
            now -= 2.0 * abs(float(field[unit]))
            x[unit] = -x[unit]
            field = field + 2.0 * x[unit] * W[:, unit]
            flipped = True
            yield Flip(unit, sweep, x.copy(), field, now)
        if not flipped:
            return


@dataclass(frozen=True, eq=False)
class Recall:
    """The film of a recall, tick 0 the state it began with.

    ``x`` and ``field`` are (K + 1, N), ``energy`` (K + 1,), ``unit`` and ``sweep`` (K,) tell which
    unit flipped at tick k + 1 and in which sweep over all units; ``order`` (sweeps, N) is how each
    sweep went, the last one, in which nothing flips, too.
    """

    x: Array
    field: Array
    energy: Array
    unit: Array
    sweep: Array
    order: Array

    @classmethod
    def of(cls, W: Array, x: Array, rng: np.random.Generator, sweeps: int = SWEEPS) -> Recall:
        """Recall from x until nothing changes any more, in an order that is drawn."""
        order: list[Array] = []

        def visits() -> Iterator[Array]:
            while len(order) < sweeps:
                order.append(rng.permutation(len(x)))
                yield order[-1]

        flips = list(recall(W, x, visits()))
        return cls(
            np.stack([x, *(flip.x for flip in flips)]),
            np.stack([W @ x, *(flip.field for flip in flips)]),
            np.array([float(energy(W, x)), *(flip.energy for flip in flips)]),
            np.array([flip.unit for flip in flips], np.int64),
            np.array([flip.sweep for flip in flips], np.int64),
            np.stack(order),
        )

    @property
    def flips(self) -> int:
        """Number of flips K."""
        return len(self.unit)

    def after(self, sweeps: int) -> Array:
        """Return the state after so many sweeps over all units, (N,)."""
        return self.x[int(np.searchsorted(self.sweep, sweeps))]


def settled(W: Array, x: Array, rng: np.random.Generator, sweeps: int = SWEEPS) -> Array:
    """Return where many states end: x (..., B, N) under W (..., N, N), all in the same order.

    The same asynchronous updates as ``recall``, for all states of a batch at once.
    """
    x = np.moveaxis(x.copy(), -1, 0)  # units first: (N, ..., B)
    across = np.moveaxis(W, -2, 0)  # (N, ..., N)
    single = W.ndim == 2
    for _ in range(sweeps):
        before = x.copy()
        for unit in rng.permutation(len(x)).tolist():
            if single:
                heard = np.tensordot(across[unit], x, 1)
            else:
                heard = np.einsum("...n,n...b->...b", across[unit], x)
            x[unit] = np.where(heard * x[unit] < -NOTHING, -x[unit], x[unit])
        if np.array_equal(before, x):
            break
    return np.moveaxis(x, 0, -1)


def is_fixed(W: Array, x: Array) -> Array:
    """Tell of states x (..., N) whether no unit wants to flip."""
    return (x @ W.T * x >= -NOTHING).all(axis=-1)
