"""Roots that are known, and which states need not be followed any more since they lead to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.dynamics.distances import norms, squares
from explorer.shapes import Array

SURE = 0.4  # largest miss of a root's forecast, as a share of the way to the root
NEAR = 0.1  # a state whose root is farther off than this is not taken for it
FEW = 50_000  # numbers in the inverses of the roots asked, below which they are simply copied
MOST = 4_000_000  # numbers in all inverses together


@dataclass(frozen=True, eq=False)
class Roots:
    """Roots s (K, S) of r(s) = 0, and the inverse (K, S, S) of the derivative of r at each."""

    s: Array
    inverse: Array

    @classmethod
    def none(cls, S: int) -> Roots:
        """Return no roots of S numbers."""
        return cls(np.zeros((0, S), np.float32), np.zeros((0, S, S), np.float32))

    def joined(self, s: Array, r: Array, inverse: Array) -> Roots:
        """Return these roots and those of the states s (N, S) that are one, or right beside one.

        ``r`` (N, S) are the residuals there and ``inverse`` (N, S, S) belongs to the derivatives,
        nan where there is none. All is kept in single precision, for no more than a forecast comes
        from it.
        """
        room = max(0, MOST // s.shape[1] ** 2 - len(self.s))
        with np.errstate(over="ignore", invalid="ignore"):
            near = norms(np.einsum("nij,nj->ni", inverse, r)) < NEAR
            near = np.flatnonzero(near)[:room]
            return Roots(
                np.concatenate([self.s, s[near].astype(np.float32)]),
                np.concatenate([self.inverse, inverse[near].astype(np.float32)]),
            )

    def claimed(self, s: Array, r: Array) -> Array:
        """Tell for which states s (N, S), with residuals r, the nearest root knows the way.

        Its own derivative foretells there where it is: s - A^-1 r misses it by less than two fifths
        of the way, so that steps with A^-1 would go on to it. From one half on it may be the way to
        another root, and some are then found less often. To ask costs a hundredth of a Newton step.
        """
        claimed = np.zeros(len(s), bool)
        if not len(self.s):
            return claimed
        with np.errstate(over="ignore", invalid="ignore"):
            s, r = s.astype(np.float32), r.astype(np.float32)
            nearest = squares(s, self.s).argmin(axis=1)
            if len(s) * s.shape[1] ** 2 < FEW:
                way = s - self.s[nearest]
                missed = way - np.einsum("nij,nj->ni", self.inverse[nearest], r)
                return norms(missed) < SURE * norms(way)
            order = np.argsort(nearest)
            way, r = s[order] - self.s[nearest[order]], r[order]
            missed, lo = way.copy(), 0
            # Root by root, so that an inverse acts on all states around its root in one product.
            for k, many in enumerate(np.bincount(nearest)):
                if many:
                    missed[lo : lo + many] -= r[lo : lo + many] @ self.inverse[k].T
                    lo += many
        claimed[order] = norms(missed) < SURE * norms(way)
        return claimed
