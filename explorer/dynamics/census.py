"""What lies near a bifurcation before and after it: fixed points counted, a cycle looked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.bifurcation import DEGENERATE, Event
from explorer.dynamics.curve import Family
from explorer.dynamics.cycles import cycle
from explorer.dynamics.distances import distinct, norms
from explorer.dynamics.fixed_points import fixed_points
from explorer.dynamics.newton import solved
from explorer.dynamics.places import spectra
from explorer.dynamics.stability import kind
from explorer.shapes import Array

BESIDE = (1e-5, 1e-7)  # of the range of the parameter, on both sides of a bifurcation
WIDER = 1e-3  # the same for a degenerate one
REACHES = (0.06, 0.006, 0.2)  # from the bifurcation, within which points belong to it
STARTS = 60  # of the search for all fixed points
GRID = 9  # starts along each direction
MOST = 40  # steps of Newton's method
SETTLED, SAME = 1e-6, 1e-3  # of that distance: a last step, and what lies between two points
DOUBLED = 1e-4  # of the range: how far from a flip its cycle is looked for
AMPLITUDES = (0.01, 0.03, 0.1)  # of a cycle of period 2, at first
CHANGES = {"fold": 2, "pitchfork": 2, "transcritical": 0, "flip": 0, "Neimark-Sacker": 0}


def counted(family: Family, event: Event, low: float, high: float) -> Event:
    """Return the event with the kinds of the fixed points right below and right above it.

    They stay None where the count does not fit the kind of the event, as where another one is too
    near. Of a degenerate event all fixed points are counted.
    """

    def flows(share: float, sign: int) -> Autonomous:
        return family(event.p + sign * share * (high - low))

    if event.kind == DEGENERATE:
        # Points may leave it faster than with a square root: all there are are counted.
        return replace(event, below=everywhere(flows(WIDER, -1)), above=everywhere(flows(WIDER, 1)))
    # Points that cross part in proportion to the parameter, others with its square root.
    crosses = event.kind == "transcritical"
    for share, reach in product((WIDER, *BESIDE) if crosses else BESIDE, REACHES):
        if event.below is not None:
            break
        below, above = (kinds(flows(share, sign), event.point, reach) for sign in (-1, 1))
        enough = len(below) >= (2 if crosses else event.kind != "fold")
        if enough and abs(len(above) - len(below)) == CHANGES[event.kind]:
            event = replace(event, below=below, above=above)
    if event.kind == "flip":
        for sign in (-1, 1):
            stable = doubled(flows(DOUBLED, sign), event)
            if stable is not None:
                return replace(event, cycle=(sign, stable))
    return event


def everywhere(flow: Autonomous) -> tuple[str, ...]:
    """Return the kinds of all fixed points that are found, stable ones first."""
    return fixed_points(flow.cell, flow.x, STARTS).kinds


def kinds(flow: Autonomous, point: Array, reach: float) -> tuple[str, ...]:
    """Return the kinds of the fixed points within a distance of a state (S,), stable ones first."""
    s = point + spread(len(point)) * reach
    one, last = np.eye(len(point)), np.full(len(s), np.inf)
    for _ in range(MOST):
        F, J = flow.linear(s)
        step = solved(J - one, s - F)
        last = norms(step)
        with np.errstate(invalid="ignore", divide="ignore"):
            s = s + step * np.minimum(1.0, reach / last)[:, None]
    near = s[(last < SETTLED * reach) & (norms(s - point) < reach)]
    near = near[distinct(near, SAME * reach)]
    values = spectra(flow.linear(near)[1])
    order = np.argsort((np.abs(values) > 1).sum(axis=1), kind="stable")
    return tuple(kind(values[n]) for n in order)


def spread(S: int) -> Array:
    """Return offsets (N, S) within the unit cube: an even grid in up to two dimensions."""
    side = np.linspace(-1, 1, GRID)
    if S <= 2:
        return np.stack(np.meshgrid(*[side] * S), axis=-1).reshape(-1, S)
    return np.random.default_rng(0).standard_normal((GRID**2, S)) / np.sqrt(S)


def doubled(flow: Autonomous, event: Event) -> bool | None:
    """Return whether a cycle of period 2 beside a flip attracts, None where there is no such."""
    way = event.direction / np.linalg.norm(event.direction)
    for size in AMPLITUDES:
        found = cycle(flow, event.point + size * way, 2)
        if found is not None and np.abs(found.states - event.point).max() < 0.3:
            return found.stable
    return None
