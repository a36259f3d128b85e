"""A plane through state space, and what the network does to the states that lie on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.contours import zero_lines
from explorer.dynamics.projection import principal
from explorer.shapes import Array

ROOM = 1.12  # how far the picture reaches beyond the box that the network never leaves
OPEN = 2.0  # how far it reaches where no such box is known


@dataclass(frozen=True, eq=False)
class View:
    """The plane ``origin`` + u ``axes[0]`` + v ``axes[1]``, looked at from -wide to wide.

    ``whole`` says that the plane is all of state space; else it is the principal plane, with
    ``share`` (2,) of the variance.
    """

    origin: Array
    axes: Array
    wide: float
    whole: bool
    share: Array

    @classmethod
    def of(cls, flow: Autonomous, rng: np.random.Generator | None = None) -> View:
        """Return the plane of both units, or for a larger state the principal plane of its runs."""
        box = flow.box
        if flow.S == 2:
            if box is None:
                return cls(np.zeros(2), np.eye(2), OPEN, True, np.ones(2))
            wide = ROOM * float(np.abs(np.stack(box)).max())
            return cls(np.zeros(2), np.eye(2), min(wide, 10.0), True, np.ones(2))
        rng = np.random.default_rng(0) if rng is None else rng
        film = flow.orbit(flow.drawn(rng, 24), 40)
        late = film[4:].reshape(-1, flow.S)
        late = late[(np.abs(late) < 1e6).all(axis=1)]
        if not len(late):
            late = film[0]
        centre, axes, share = principal(late, 2)
        wide = float(np.abs((late - centre) @ axes.T).max())
        return cls(centre, axes, 1.15 * max(wide, 0.05), False, share)

    def lift(self, uv: Array) -> Array:
        """Return the states (..., S) at places (..., 2) of the plane."""
        return self.origin + uv @ self.axes

    def project(self, s: Array) -> Array:
        """Return the places (..., 2) of states (..., S)."""
        with np.errstate(invalid="ignore", over="ignore"):
            return (s - self.origin) @ self.axes.T


@dataclass(frozen=True, eq=False)
class PhasePlane:
    """What one turn does on a plane: ``velocity`` (n, n, 2) at (u[column], v[row]), and its zeros.

    ``nullclines`` are two lists of lines: where the first coordinate stands still, and the second.
    On a plane that is not all of state space they belong to the projected velocity: a fixed point
    lies on both only if it lies on the plane.
    """

    map: Autonomous
    view: View
    u: Array
    v: Array
    velocity: Array
    nullclines: tuple[list[Array], list[Array]]

    @classmethod
    def of(
        cls, cell: Cell, x: Array | None = None, *, view: View | None = None, n: int = 81
    ) -> PhasePlane:
        """Return the phase plane of a cell under a constant input ``x`` (D,)."""
        flow = Autonomous.of(cell, x)
        view = View.of(flow) if view is None else view
        u = np.linspace(-view.wide, view.wide, n)
        uv = np.stack(np.meshgrid(u, u), axis=-1)
        s = view.lift(uv).reshape(-1, flow.S)
        with np.errstate(over="ignore", invalid="ignore"):
            velocity = ((flow(s) - s) @ view.axes.T).reshape(n, n, 2)
        lines = (zero_lines(velocity[..., 0], u, u), zero_lines(velocity[..., 1], u, u))
        return cls(flow, view, u, u, velocity, lines)
