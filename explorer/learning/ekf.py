"""The extended Kalman filter: what is known of the weights, and what each error tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import numpy as np

from explorer.learning.blocks import Dense, Wide
from explorer.shapes import Array

WIDE = 320  # weights in a group from which on memory, not arithmetic, takes the time


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


def largest(budget: float) -> int:
    """Return how many weights a global filter may have for its covariance to fit in these bytes."""
    return isqrt(int(budget // 8))
