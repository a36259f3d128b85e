"""The phase portrait of a network in a plane: where every start ends, and what decides it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.basins import ARRIVED, Basins, basins
from explorer.dynamics.fixed_points import FixedPoints, fixed_points
from explorer.dynamics.manifolds import Manifolds, manifolds
from explorer.dynamics.phase_plane import PhasePlane, View
from explorer.shapes import Array

NEAR = 0.02  # of the picture, within which a run has come to a point
SETTLE, SEEN = 300, 200  # turns before and while a run that goes round is looked at
ROUND = 3  # such runs
STILL = 1e-9  # of the picture: what moves less in a turn rests, on a line or in a region of rest
LEAST, LONGEST = 240, 1600  # turns that starts have to come to rest
LATE = 0.02  # share of all starts that come after those turns of which a fine grid has time
FEWEST = 0.002  # share of all starts that must go round before it is looked for


@dataclass(frozen=True, eq=False)
class Portrait:
    """What happens on a plane: its velocity, fixed points, invariant curves, basins and runs.

    ``orbits`` (K, T+1, S) begin at the starts, ``ends`` (K,) number the attracting points that
    they come to, -1 none. ``circling`` (M, S) are late states of runs that come to no fixed point.
    """

    plane: PhasePlane
    found: FixedPoints
    curves: Manifolds
    basins: Basins
    orbits: Array
    ends: Array
    circling: Array

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
        attractors = found.points[found.stable]
        slowest = np.abs(found.eigenvalues[found.stable]).max(initial=0.0)
        parts = divided(flow, view, attractors, fine, slowest)
        curves = manifolds(found, fine=fine)
        uv = np.zeros((0, 2)) if starts is None or not len(starts) else np.asarray(starts, float)
        with np.errstate(over="ignore", invalid="ignore"):
            orbits = flow.orbit(view.lift(uv), T).transpose(1, 0, 2)
        ends = arrived(flow, orbits[:, -1], attractors, view, 400 if fine else 80)
        return cls(plane, found, curves, parts, orbits, ends, circling(flow, view, parts))


def divided(flow: Autonomous, view: View, attractors: Array, fine: bool, slowest: float) -> Basins:
    """Return the basins in the picture, on a fine grid where most starts soon come to rest.

    ``slowest`` is the largest modulus of the eigenvalues of the attractors.
    """

    def over(resolution: int, steps: int) -> Basins:
        return basins(
            flow.cell, flow.x, origin=view.origin, axes=view.axes, low=-view.wide,
            high=view.wide, resolution=resolution, steps=steps, attractors=attractors,
        )  # fmt: skip

    if not fine:
        return over(48 if flow.S == 2 else 28, 120)
    rough = over(36, patience(slowest, LONGEST if flow.S == 2 else 2 * LEAST))
    come = rough.labels >= 0
    soon, late = come & (rough.time < 100), come & (rough.time >= 320)
    if soon.mean() > 0.6 and late.mean() < LATE:
        return over(140 if flow.S == 2 else 64, 320)
    return rough


def patience(slowest: float, most: int) -> int:
    """Return in how many turns starts come to rest where an eigenvalue has that modulus."""
    wanted = np.log(ARRIVED) / np.log(min(max(slowest, 0.5), 0.9999))
    return int(np.clip(1.2 * wanted, LEAST, most))


def arrived(flow: Autonomous, s: Array, attractors: Array, view: View, turns: int) -> Array:
    """Return which attractor each state (K, S) comes to in so many turns, -1 where to none."""
    labels = np.full(len(s), -1)
    if not len(s) or not len(attractors):
        return labels
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(turns):
            s = flow(s)
        far = np.linalg.norm(s[:, None] - attractors, axis=2)
        far = np.where(np.isfinite(far), far, np.inf)
    nearest = far.argmin(axis=1)
    here = far[np.arange(len(s)), nearest] < NEAR * view.wide
    labels[here] = nearest[here]
    return labels


def circling(flow: Autonomous, view: View, parts: Basins) -> Array:
    """Return late states (M, S) of starts in the picture that come to no fixed point."""
    rows, columns = np.nonzero(parts.labels < 0)
    if len(rows) <= FEWEST * parts.labels.size:
        return np.zeros((0, flow.S))
    some = np.linspace(0, len(rows) - 1, ROUND).astype(int)
    s = view.lift(np.stack([parts.u[columns[some]], parts.v[rows[some]]], axis=1))
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(SETTLE):
            s = flow(s)
        s = s[~(np.abs(flow(s) - s).max(axis=1) < STILL * view.wide)]
        late = flow.orbit(s, SEEN).reshape(-1, flow.S)
        known = parts.attractors
        apart = np.linalg.norm(late[:, None] - known, axis=2).min(axis=1, initial=np.inf)
        return late[(np.abs(late) < 1e6).all(axis=1) & (apart > NEAR * view.wide)]
