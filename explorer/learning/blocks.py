"""Blocks of a covariance: many small ones side by side, or a large one that is kept by half."""

from __future__ import annotations

import numpy as np

from explorer.shapes import Array

BLOCK = 1 << 16  # numbers in the rows that are worked on while they lie in the cache


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
