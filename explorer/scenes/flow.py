"""The gradient against the lag, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.cells import CELLS
from explorer.dynamics.decay import Decay, median_range
from explorer.dynamics.jacobians import direct_path, norm_bound
from explorer.film import Axis, Curves, Heat, Line
from explorer.gradients import GradientTrace
from explorer.numerals import measured, numeral
from explorer.palette import MARKER, MUTED, dash, ink
from explorer.recipe import Recipe
from explorer.shapes import Array
from explorer.trace import Trace


def lag_axis(trace: Trace) -> Axis:
    """Return the axis of lags 0 .. T, counted from the last state."""
    return Axis(count=trace.T + 1, label="lag T − t (steps)")


def flow(
    films: Mapping[str, GradientTrace],
    spread: Mapping[str, list[Array]],
    focus: GradientTrace | None,
) -> Curves:
    """Return |dL/ds_t| against the lag, one line per cell, with the band over further seeds.

    For the film in ``focus`` the bound by singular values and the direct path stand beside it.
    """
    lines = []
    for name, gradients in films.items():
        norm = gradients.norm()
        band = None
        if spread.get(name):
            rows = np.array([norm, *spread[name]])[:, ::-1]
            band = (rows.min(axis=0), rows.max(axis=0))
        lines.append(Line(CELLS[name].name, norm[::-1], ink=ink(name), dash=dash(name), band=band))
    if focus is not None:
        lines += besides(focus)
    return Curves("flow", "gradient", "‖∂L/∂s_t‖", tuple(lines), log=True, tall=3.5)


def besides(gradients: GradientTrace) -> list[Line]:
    """Return the bound and the direct paths of one film, as lines against the lag."""
    cell = gradients.cell
    lines = [
        Line(f"{cell.name}: bound Π σ_max(J)", norm_bound(gradients)[::-1], ink=MUTED, dash="dot")
    ]
    for slot in cell.slots:
        path = direct_path(gradients, slot)
        if path is not None:
            keep = f" Π {cell.keep}" if cell.keep else ""
            lines.append(
                Line(
                    f"{cell.name}: direct path{keep} of {slot}",
                    path[::-1],
                    start=1,
                    ink=MARKER,
                    dash="dash",
                )
            )
    return lines


def gradient_heat(gradients: GradientTrace, batch: int = 0) -> tuple[Heat, ...]:
    """Return |∂L/∂(slot)_t| of every unit against the lag, on a log scale."""
    cell = gradients.cell
    return tuple(
        Heat(
            f"d{slot}",
            f"{cell.name}: gradient at the {cell.meaning[slot]}",
            f"|∂L/∂{slot}_t|",
            np.abs(gradients.slot(slot)[::-1, batch]),
            scale="log",
        )
        for slot in cell.slots
    )


def affordable(recipe: Recipe) -> int:
    """Return how many seeds can be run for a band in about a tenth of a second."""
    return min(recipe.seeds, max(1, 400_000 // (recipe.H * recipe.T * len(recipe.cells))))


def lasting(decay: Decay) -> str:
    """Return a half-life in words: with its error where an exponential fits, else a bound."""
    if np.isnan(decay.half_life):
        return "at once"
    if decay.fits:
        return measured(decay.half_life, decay.error, 3)
    if np.isinf(decay.high):
        return f"at least {numeral(decay.low)}"
    return f"no one rate; below half after {numeral(decay.high)}"


def seeds_lasting(decays: Sequence[Decay]) -> str:
    """Return the median and the range of half-lives over seeds, bounds marked as such."""
    if any(np.isnan(one.half_life) for one in decays):
        return "at once"
    middle, low, high = median_range(decays)
    bound = max(one.low for one in decays)
    open_ = sum(not one.fits and np.isinf(one.high) for one in decays)
    if open_ == len(decays):
        return f"at least {numeral(low)} for every seed"
    most = f"at least {numeral(bound)}" if np.isinf(high) else numeral(high)
    said = f"at least {numeral(middle)}" if 2 * open_ > len(decays) else numeral(middle)
    return f"{said} ({numeral(low)} to {most})"


def flow_summary(films: Mapping[str, GradientTrace]) -> str:
    """Return one sentence that says what the gradient curves show."""
    return (
        "Size of the loss gradient at the first state: "
        + ", ".join(
            f"{CELLS[name].name} {numeral(gradients.norm()[0])}"
            for name, gradients in films.items()
        )
        + "."
    )
