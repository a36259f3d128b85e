"""What a search for fixed points returns: the points with their spectra, and a check on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.stability import FLAT, kind, marginal
from explorer.shapes import Array

UNCERTIFIED = "nothing certifies this list, and more starts may find more"


@dataclass(frozen=True, eq=False)
class Rejected:
    """A candidate that is no fixed point: where, how fast it moves there, and why not."""

    point: Array
    speed: float
    correction: float
    reason: str


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """What was found: points (N, S), the attracting ones first, with their spectra.

    ``eigenvalues`` (N, S) by falling magnitude; ``growth`` (N, S) is log |λ| of each, with all
    digits where λ is almost 1; ``residual`` (N,) is |F(s) - s|; ``correction`` (N,) the Newton
    correction |(I - J)^-1 (F(s) - s)|, the error of the point to first order, of the map whose
    roots are sought (h = n(h) for a GRU); ``signs`` (N,) of det(I - J), 0 where it is too close to
    call. ``slow`` (M, S) are places that are no fixed points and where the network moves least,
    ``speed`` (M,) per step.
    """

    map: Autonomous
    points: Array
    eigenvalues: Array
    residual: Array
    correction: Array
    signs: Array
    slow: Array
    speed: Array
    rejected: tuple[Rejected, ...]
    starts: int
    finished: bool = True
    growth: Array | None = None

    def __post_init__(self) -> None:
        if self.growth is None:
            with np.errstate(divide="ignore"):
                object.__setattr__(self, "growth", np.log(np.abs(self.eigenvalues)))

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def marginal(self) -> Array:
        """Which modes (N, S) neither fade nor grow to first order."""
        flat = np.where(self.signs == 0, FLAT, 0.0)[:, None]
        return marginal(self.eigenvalues, self.growth, flat)

    @property
    def unstable(self) -> Array:
        """How many directions lead away from each point (N,)."""
        return ((self.growth > 0) & ~self.marginal).sum(axis=1)

    @property
    def stable(self) -> Array:
        """Which points attract all that is near (N,)."""
        return ((self.growth < 0) & ~self.marginal).all(axis=1)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What each point is called: stable, saddle, source, marginal; spiral where it turns."""
        return tuple(
            kind(*each) for each in zip(self.eigenvalues, self.growth, self.marginal, strict=True)
        )

    @property
    def ways(self) -> list[list[str]]:
        """What each mode of each point does: it fades, grows or does neither."""
        names = np.array(["fades", "grows", "neither grows nor fades"])
        return names[np.where(self.marginal, 2, self.growth > 0)].tolist()

    @property
    def time_constants(self) -> Array:
        """Steps in which each mode falls (grows, where negative) by a factor e (N, S).

        inf where it is marginal.
        """
        with np.errstate(divide="ignore"):
            return np.where(self.marginal, np.inf, -1 / self.growth)

    @property
    def periods(self) -> Array:
        """Steps that each mode takes to turn once (N, S); inf where it does not turn."""
        with np.errstate(divide="ignore"):
            return 2 * np.pi / np.abs(np.angle(self.eigenvalues))

    @property
    def certificate(self) -> int | None:
        """The sum over all points of sign det(I - J), None where it proves nothing.

        Over a complete set it is +1 for a map of a box into itself whose fixed points are all
        simple (Lefschetz 1926). Anything else proves that points are missing; +1 does not prove
        that none is, since missing pairs may cancel.
        """
        if self.map.box is None or (self.signs == 0).any():
            return None
        return int(self.signs.sum())

    @property
    def verdict(self) -> str:
        """The certificate in one sentence."""
        N, total = len(self.points), self.certificate
        if self.map.box is None:
            return (
                "No box is known that this network maps into itself, so no certificate can tell "
                f"whether points are missing: {UNCERTIFIED}."
            )
        if total is None:
            flat = int((self.signs == 0).sum())
            return (
                f"{flat} of the {N} fixed points lie{'s' if flat == 1 else ''} so close to a "
                "bifurcation (I − J is singular there) that the certificate cannot be computed: "
                f"{UNCERTIFIED}."
            )
        said = f"The signs of det(I − J) at the {N} fixed points sum to {total:+d}"
        if N == 1:
            said = f"The sign of det(I − J) at the one fixed point is {total:+d}"
        if total == 1:
            return (
                f"{said}, as they must over a complete set: nothing speaks for a missing point."
                if N > 1
                else f"{said}, as it must be over a complete set: nothing speaks for a missing one."
            )
        if not N:
            return (
                "No fixed point was found, yet a map of a box into itself has at least one: "
                "points are missing."
            )
        return f"{said}, not to +1: points are missing."
