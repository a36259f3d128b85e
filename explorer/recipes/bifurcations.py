"""Settings of the page about bifurcations: the network that moves, its diagram, and the wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.dynamics.bifurcation import Event
from explorer.dynamics.continuation import Branch
from explorer.dynamics.diagram import diagram
from explorer.dynamics.loci import Locus, loci
from explorer.dynamics.portions import Part, last
from explorer.dynamics.sweep import Sweep, sweep
from explorer.dynamics.wall import Wall
from explorer.entries import Real, Whole, entry
from explorer.recipes.moving import Moving
from explorer.shapes import Array

UNCLIPPED = 1000.0
Plane = tuple[list[Locus], Array | None]  # curves, and the tint


@dataclass(frozen=True)
class Bifurcations(Moving):
    """Everything that decides the numbers on the page, as plain hashable values."""

    start: float = entry(0.15, Real(-1.0, 1.0), "s")
    lw: float = entry(5.5, Real(3.0, 8.0))
    lb: float = entry(-2.4, Real(-5.0, -1.0))
    rate: float = entry(0.5, Real(0.01, 100.0))
    clip: float = entry(0.1, Real(0.001, UNCLIPPED))
    seed: int = entry(0, Whole(0, 9999))
    cursor: int = entry(0, Whole(0, 400), "t")

    # ---- what is computed ----------------------------------------------------------------------

    @property
    def without_view(self) -> Bifurcations:
        """The settings without what the diagram does not depend on."""
        plain = Bifurcations()
        same = ("start", "lw", "lb", "rate", "clip", "cursor")
        kept = {name: getattr(plain, name) for name in same}
        return replace(self, **kept, **{self.moving: getattr(plain, self.moving)})

    def branches(self, fine: bool = True) -> list[Branch]:
        """Return the branches of fixed points along the entry that moves."""
        low, high = self.span(self.moving)
        step, longest = (0.02, 0.05) if fine else (0.05, 0.15)
        unit = (high - low) / 6
        # A hair beside a pitchfork a step of Newton's method is as good as endless, and refused.
        with np.errstate(over="ignore", invalid="ignore"):
            return diagram(
                self.family, low, high, at=(high, low, (low + high) / 2) if fine else (high, low),
                starts=60 if fine else 16, rng=np.random.default_rng([self.seed, 0]),
                step=step * unit, longest=longest * unit,
            )  # fmt: skip

    def swept(self, fine: bool = True) -> Sweep:
        """Return the run in which the entry goes slowly up and down again."""
        low, high = self.span(self.moving)
        values, steps = (101, 25) if fine else (41, 8)
        rng = np.random.default_rng([self.seed, 1])
        return sweep(self.family, low, high, values=values, steps=steps, rng=rng)

    @property
    def plane_of(self) -> Bifurcations:
        """The settings without what the plane of two parameters does not depend on."""
        plain = Bifurcations()
        kept = ("network", "act", "matrix", "seed")
        return replace(plain, **{name: getattr(self, name) for name in kept})

    @property
    def cuts(self) -> list[Bifurcations]:
        """The lines across the plane of two parameters on which its curves are looked for."""
        base = replace(self, x=0.0)
        low, high = base.span(self.strength)
        cuts = [replace(base, along="bias", **{self.strength: 0.6 * high})]
        if self.units == 1:
            return [*cuts, replace(base, along="bias", w=0.8 * low)]
        offset = 0.0 if self.act == "tanh" else -0.5
        further = replace(base, along="bias", g=0.9 * high)
        return [*cuts, further, replace(base, along="weight", b=offset + 0.05)]

    def plane(self) -> Iterator[Part[Plane]]:
        """Yield the curves over the bias (first) and the strength (second), more and more of them.

        The last has the tint of the places with two memories as well, where there is one unit.
        """
        base, share, curves = replace(self, x=0.0), 0.0, list[Locus]()

        def met() -> Iterator[tuple[Event, float, float]]:
            nonlocal share
            for k, cut in enumerate(self.cuts):
                events = [event for branch in cut.branches(fine=False) for event in branch.events]
                for n, event in enumerate(events):
                    there = replace(cut, **{cut.moving: event.p})
                    share = (k + (n + 1) / len(events)) / len(self.cuts)
                    yield event, there.b, getattr(there, self.strength)

        (low_b, high_b), (low_s, high_s) = base.span("b"), base.span(self.strength)
        corners = (low_b, low_s), (high_b, high_s)
        for curves in loci(lambda b, strength: base.flow(strength, b, 0.0), met(), *corners):
            yield Part(share, (curves, None))
        yield Part(1.0, (curves, self.counted() if self.units == 1 else None))

    def loci(self) -> list[Locus]:
        """Return the curves alone, all at once."""
        return last(self.plane())[0]

    def counted(self, n: int = 72) -> Array:
        """Return for a grid of biases (columns) and weights (rows) whether one unit has 2 memories.

        Counts the places at which φ(w h + b) crosses h; only the tint is made of it.
        """
        low, high = self.activation.range or (-1.0, 1.0)
        h = np.linspace(low, high, 240)[1:-1]
        b, w = np.linspace(*self.span("b"), n), np.linspace(*self.span("w"), n)
        with np.errstate(over="ignore"):
            above = self.activation.f(w[:, None, None] * h + b[:, None]) > h
        # At the ends of its range the function lies inside it.
        above[..., 0], above[..., -1] = True, False
        crossings = (above[..., 1:] != above[..., :-1]).sum(axis=-1)
        return np.where(crossings >= 3, 0, -1)

    @property
    def wall(self) -> Wall:
        """The loss of one unit over weight and bias."""
        return Wall()

    # ---- what a hand has moved -----------------------------------------------------------------

    def moved(self, chart: int, places: Array) -> Bifurcations:
        """Return the settings after a hand has moved the handle of one of the charts."""
        if not len(places):
            return self
        a, b = (float(v) for v in np.round(places[0], 3))
        if chart == 0:
            changed = replace(self, **{self.moving: a})
        elif chart == 1:
            changed = replace(self, start=min(max(a, -1.0), 1.0))
        else:
            changed = replace(self, b=a, **{self.strength: b})
        return changed.fitting

    def moved_on_wall(self, chart: int, places: Array) -> Bifurcations:
        """Return the settings after a hand has moved the start of the descent."""
        if chart or not len(places):
            return self
        w, b = (float(v) for v in np.round(places[0], 3))
        return replace(self, lw=min(max(w, 3.0), 8.0), lb=min(max(b, -5.0), -1.0))
