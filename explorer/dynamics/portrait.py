"""The phase portrait of a network in a plane: where every start ends, and what decides it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.basins import Basins
from explorer.dynamics.endings import FINE, HASTY, LEAST, Care, endings, followed, loosely, patience
from explorer.dynamics.fixed_points import FixedPoints, fixed_points
from explorer.dynamics.limits import Limit
from explorer.dynamics.manifolds import Manifolds, manifolds
from explorer.dynamics.phase_plane import PhasePlane, View
from explorer.shapes import Array

COARSE, SOON, LATE = 36, 0.6, 0.02  # starts along a side, and shares that come soon and late
QUICK, SLOW, WITHIN = 100, 320, 320  # turns that are soon, late, and given to a fine grid


@dataclass(frozen=True, eq=False)
class Portrait:
    """What happens on a plane: its velocity, fixed points, invariant curves, basins and runs.

    ``orbits`` (K, T+1, S) begin at the starts, ``ends`` (K,) number the ``limits`` that they come
    to, -1 none: the stable fixed points first, then cycles, circles and other ends.
    """

    plane: PhasePlane
    found: FixedPoints
    curves: Manifolds
    basins: Basins
    orbits: Array
    ends: Array

    @property
    def view(self) -> View:
        """The plane that is looked at."""
        return self.plane.view

    @classmethod
    def of(
        cls,
        cell: Cell,
        x: Array | None = None,
        *,
        starts: Array | None = None,
        T: int = 60,
        fine: bool = True,
        seed: int = 0,
        view: View | None = None,
    ) -> Portrait:
        """Return the portrait under a constant input ``x`` (D,), with runs from ``starts`` (K, 2).

        Where not ``fine`` everything is computed on coarser grids, for as long as a thumb is held.
        """
        flow = Autonomous.of(cell, x)
        view = View.of(flow, np.random.default_rng([seed, 3])) if view is None else view
        found = fixed_points(cell, x, 120 if fine else 30, np.random.default_rng([seed, 4]))
        plane = PhasePlane.of(cell, x, view=view, n=81 if fine else 49)
        parts = divided(flow, view, found, fine)
        curves = manifolds(found, fine=fine)
        uv = np.zeros((0, 2)) if starts is None or not len(starts) else np.asarray(starts, float)
        with np.errstate(over="ignore", invalid="ignore"):
            orbits = flow.orbit(view.lift(uv), T).transpose(1, 0, 2)
        ends = ended(flow, found, orbits[:, -1], parts, FINE if fine else HASTY)
        return cls(plane, found, curves, parts, orbits, ends)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What the starts in the picture come to."""
        return self.basins.limits


def divided(flow: Autonomous, view: View, found: FixedPoints, fine: bool) -> Basins:
    """Return the basins in the picture, on a fine grid where most starts soon come to an end."""

    def grid(resolution: int) -> Array:
        u = np.linspace(-view.wide, view.wide, resolution)
        return view.lift(np.stack(np.meshgrid(u, u), axis=-1)).reshape(-1, flow.S)

    def shaped(labels: Array, time: Array, limits: tuple[Limit, ...], turns: int) -> Basins:
        n = int(np.sqrt(len(labels)))
        u = np.linspace(-view.wide, view.wide, n)
        points = found.points[found.stable]
        return Basins(labels.reshape(n, n), time.reshape(n, n), u, u, points, turns, limits)

    if not fine:
        ends, labels, time = endings(flow, found, grid(48 if flow.S == 2 else 28), HASTY)
        return shaped(labels, time, ends.limits, ends.turns)
    care = FINE if flow.S == 2 else replace(FINE, turns=2 * LEAST, later=4 * LEAST)
    ends, labels, time = endings(flow, found, grid(COARSE), care)
    if len(ends.limits) > found.stable.sum():
        # How soon cycles and circles are reached shows once they are known.
        time = followed(flow, grid(COARSE), ends.limits, SLOW)[1]
    come = labels >= 0
    soon, late = come & (time < QUICK), come & (time >= SLOW)
    if soon.mean() > SOON and late.mean() < LATE and len(np.unique(labels)) > 1:
        s = grid(140 if flow.S == 2 else 64)
        labels, time, last = followed(flow, s, ends.limits, WITHIN)
        left = labels < 0
        labels[left], time[left], _ = followed(flow, last[left], ends.limits, care.turns)
        left = labels < 0
        labels[left] = loosely(flow, last[left], ends.limits, care.states)
    return shaped(labels, time, ends.limits, ends.turns)


def ended(flow: Autonomous, found: FixedPoints, s: Array, parts: Basins, care: Care) -> Array:
    """Return which limit of the basins each state (K, S) comes to, -1 where to none."""
    labels, _, last = followed(flow, s, parts.limits, patience(found, 2 * care.turns))
    left = labels < 0
    labels[left] = loosely(flow, last[left], parts.limits, care.states)
    return labels
