"""The extended Kalman filter: what is known of the weights, and what each error tells of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt

import numpy as np

from explorer.learning.model import Model
from explorer.shapes import Array

WIDE = 320  # weights in a group from which on memory, not arithmetic, takes the time
BLOCK = 1 << 16  # numbers in the rows that are worked on while they lie in the cache


class Astray(ArithmeticError):
    """A filter has come to numbers from which it cannot go on."""


class Covariance:
    """P, what is not known of N weights: groups of weights that know of each other, and no more.

    One group of all is the global filter, several are decoupled ones (Puskorius & Feldkamp 1994).
    ``groups`` name each weight's place once; ``P0`` is the variance of each at the start. The
    filter changes its own arrays in place; ``copy`` gives another one.
    """

    def __init__(self, groups: Sequence[Array], P0: float = 1.0) -> None:
        sizes = sorted({len(group) for group in groups})
        # Groups of one size are worked on together.
        self._places = [np.array([g for g in groups if len(g) == size]) for size in sizes]
        self.N = sum(places.size for places in self._places)
        if not np.array_equal(np.sort(np.concatenate(list(groups))), np.arange(self.N)):
            raise ValueError(
                f"Covariance: wanted each of {self.N} weights in exactly one group; check the "
                "groups' places."
            )
        self._blocks: list[Dense | Wide] = [
            Wide(size, P0) if len(places) == 1 and size >= WIDE else Dense(len(places), size, P0)
            for size, places in zip(sizes, self._places, strict=True)
        ]

    def copy(self) -> Covariance:
        """Return another one that knows the same."""
        twin = object.__new__(type(self))
        twin.N, twin._places = self.N, self._places
        twin._blocks = [block.copy() for block in self._blocks]
        return twin

    @property
    def nbytes(self) -> int:
        """Bytes that the covariance takes."""
        return sum(block.P.nbytes for block in self._blocks)

    def update(self, H: Array, error: Array, R: float | Array, Q: float = 0.0) -> Array:
        """Take in ``error`` (n,), target minus prediction, and return how the weights move (N,).

        ``H`` (N, n) is the derivative of the predictions by the weights; ``R``, one or (n,), is the
        variance of the noise in the targets, ``Q`` that by which each weight wanders per step. With
        K = P H (R + H' P H)^-1 the weights move by K e and P becomes P - K H' P + Q.

        Raises
        ------
        Astray
            When the numbers have left their range, so that the filter cannot go on.
        """
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            parts = [H[places] for places in self._places]
            pairs = list(zip(self._blocks, parts, strict=True))
            PH = [block.times(part) for block, part in pairs]
            A = np.diag(np.broadcast_to(R, H.shape[1:])).astype(np.float64)
            for part, product in zip(parts, PH, strict=True):
                A += np.tensordot(part, product, ((0, 1), (0, 1)))
            if not np.isfinite(A).all():
                raise Astray(
                    "EKF: the covariance has left the range of numbers; start again with a smaller "
                    "P0 or Q, or a larger R."
                )
            try:
                root = np.linalg.inv(np.linalg.cholesky(A))
            except np.linalg.LinAlgError:
                raise Astray(
                    "EKF: R + H'PH is not positive any more; start again with a larger R."
                ) from None
            told = root @ error
            move = np.empty(self.N)
            for places, block, product in zip(self._places, self._blocks, PH, strict=True):
                # P - K H'P = P - U U' with U = P H / root(A): symmetric by itself.
                U = product @ root.T
                move[places] = U @ told
                block.reduce(U, Q)
        return move

    def matrix(self) -> Array:
        """Return the whole covariance (N, N), zero between groups."""
        whole = np.zeros((self.N, self.N))
        for places, block in zip(self._places, self._blocks, strict=True):
            for place, P in zip(places, block.full(), strict=True):
                whole[np.ix_(place, place)] = P
        return whole


class Dense:
    """Small covariances of one size side by side, (m, L, L)."""

    def __init__(self, m: int, L: int, P0: float) -> None:
        self.P = np.zeros((m, L, L))
        self._diagonal[...] = P0
        self._product = np.empty_like(self.P)

    @property
    def _diagonal(self) -> Array:
        return np.einsum("mii->mi", self.P)

    def copy(self) -> Dense:
        """Return another one that knows the same."""
        twin = object.__new__(type(self))
        twin.P, twin._product = self.P.copy(), np.empty_like(self.P)
        return twin

    def times(self, H: Array) -> Array:
        """Return P H for H (m, L, n)."""
        return np.matmul(self.P, H)

    def reduce(self, U: Array, Q: float) -> None:
        """Take U U' (m, L, n) off, add Q to the variances."""
        np.matmul(U, U.swapaxes(1, 2), out=self._product)
        self.P -= self._product
        if Q:
            diagonal = self._diagonal
            diagonal += Q

    def full(self) -> Array:
        """Return the covariances."""
        return self.P


class Wide:
    """One large covariance, of which only the upper triangle is kept, row block by row block.

    It is too large for the cache, so that the passes over it take the time: what one error takes
    off waits for the next, and both are done in one pass over half of the matrix.
    """

    def __init__(self, L: int, P0: float) -> None:
        self.P = np.zeros((L, L))
        np.fill_diagonal(self.P, P0)
        self._waiting: tuple[Array, float] | None = None

    def copy(self) -> Wide:
        """Return another one that knows the same."""
        twin = object.__new__(type(self))
        twin.P, twin._waiting = self.P.copy(), self._waiting
        return twin

    def times(self, H: Array) -> Array:
        """Return P H for H (1, L, n)."""
        H = np.ascontiguousarray(H[0])
        PH = np.zeros_like(H)
        for first, last in self._rows():
            rows = self._settled(first, last)
            PH[first:last] += np.dot(rows, H[first:])
            PH[last:] += np.dot(rows[:, last - first :].T, H[first:last])
        self._waiting = None
        return PH[None]

    def reduce(self, U: Array, Q: float) -> None:
        """Take U U' (1, L, n) off, add Q to the variances."""
        self._waiting = (np.ascontiguousarray(U[0]), Q)

    def full(self) -> Array:
        """Return the covariance with both its triangles, (1, L, L)."""
        for first, last in self._rows():
            self._settled(first, last)
        self._waiting = None
        upper = np.triu(self.P)
        return (upper + np.triu(upper, 1).T)[None]

    def _rows(self) -> list[tuple[int, int]]:
        L = len(self.P)
        many = max(1, BLOCK // L)
        return [(first, min(first + many, L)) for first in range(0, L, many)]

    def _settled(self, first: int, last: int) -> Array:
        """Return a block of rows from its diagonal on, after what was waiting is taken off it."""
        rows = self.P[first:last, first:]
        if self._waiting is not None:
            U, Q = self._waiting
            rows -= np.dot(U[first:last], U[first:].T)
            if Q:
                diagonal = np.einsum("ii->i", rows[:, : last - first])
                diagonal += Q
        return rows


# ---- which weights know of each other ------------------------------------------------------------


def together(model: Model) -> list[Array]:
    """Return one group of all weights."""
    return [np.arange(model.size)]


def by_array(model: Model) -> list[Array]:
    """Return one group for each array."""
    ends = np.cumsum([array.size for array in model.named().values()])
    return np.split(np.arange(model.size), ends[:-1])


def by_unit(model: Model) -> list[Array]:
    """Return one group for each unit, of all weights that lead into it, and one for each output."""
    H, groups, start = model.cell.H, {}, 0
    for name, array in model.named().items():
        owner, _, own = name.partition(".")
        rows = np.arange(start, start + array.size).reshape(len(array), -1)
        start += array.size
        units = owner == "cell" and len(array) % H == 0
        for r, places in enumerate(rows):
            whose = ("cell", r % H) if units else (owner if owner != "cell" else own, r)
            groups.setdefault(whose, []).append(places)
    return [np.concatenate(group) for group in groups.values()]


GROUPINGS: dict[str, Callable[[Model], list[Array]]] = {
    "global": together,
    "array": by_array,
    "unit": by_unit,
}
"""From the name of a coupling to the function that groups a model's weights."""


def largest(budget: float) -> int:
    """Return how many weights a global filter may have for its covariance to fit in these bytes."""
    return isqrt(int(budget // 8))
