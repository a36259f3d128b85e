"""The course of training: losses, how far back the gradient reaches, what becomes of weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.dynamics.course import Course
from explorer.film import Axis, Bars, Curves, Heat, Line
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.shapes import Array


def course_axis(course: Course) -> Axis:
    """Return the axis of updates: one tick for each checkpoint."""
    return Axis(count=len(course.marks), label="update n", stride=course.first.stride, grows=True)


def learning_curves(course: Course) -> Curves:
    """Return the loss of each batch, its running mean over all seeds, and how good one can be."""
    history, task = course.first, course.first.training.task
    ticks = len(course.marks)
    lines = []
    smooth = [course.each(h.smooth, last) for h in course.histories]
    if history.N >= history.stride:
        lines.append(Line("each batch", course.each(history.loss), start=1, ink=MUTED))
        if len(smooth) > 1:
            lines.append(together(smooth, ticks - 1))
        lines.append(Line("mean of 20", smooth[0], start=1, ink=NORM))
    ignorant, best = task.baseline(), task.best()
    lines.append(Line("knows nothing", np.full(ticks, ignorant), ink=MARKER, dash="dash"))
    if best > 0:
        lines.append(Line("best possible", np.full(ticks, best), ink=nth(3), dash="dot"))
    unit = task.objective.unit
    return Curves(
        "loss", f"loss ({task.objective.name})", "L", tuple(lines), log=True, unit=unit, tall=1.7
    )


def last(rows: Array, axis: int) -> Array:
    """Return the last of each group of rows: a running mean needs no further mean."""
    return np.take(rows, -1, axis=axis)


def together(rows: list[Array], most: int) -> Line:
    """Return the median over the seeds, with a band from the best to the worst.

    A seed that has diverged ends early; of those that went on, ``most`` entries are shown.
    """
    wide = min(max(len(row) for row in rows), most)
    rows = [row[:wide] for row in rows]
    table = np.array([np.pad(row, (0, wide - len(row)), constant_values=np.nan) for row in rows])
    table = table[:, ~np.isnan(table).all(axis=0)]
    band = np.nanmin(table, axis=0), np.nanmax(table, axis=0)
    return Line(
        f"median of {len(rows)} seeds", np.nanmedian(table, axis=0), start=1, ink=nth(2),
        dash="dash", band=band,
    )  # fmt: skip


def gradient_curve(course: Course, threshold: float | None) -> tuple[Curves, ...]:
    """Return the norm of the gradient, and where clipping cuts it."""
    history = course.first
    if history.N < history.stride:
        return ()
    lines = [Line("gradient", course.each(history.gradient_norm), start=1, ink=NORM)]
    if threshold is not None:
        ticks = len(course.marks)
        lines.append(
            Line("clipped from here on", np.full(ticks, threshold), ink=MARKER, dash="dash")
        )
    return (Curves("norm", "gradient norm", "‖∂L/∂θ‖", tuple(lines), log=True, tall=0.9),)


def ribbon(course: Course) -> tuple[Heat, ...]:
    """Return how far back the gradient reaches: its norm by lag, update by update."""
    history = course.first
    flow = course.each(history.flow, root_mean_square)
    if not len(flow) or np.isnan(flow).all():
        return ()
    return (
        Heat(
            "ribbon", "how far back the gradient reaches", "‖∂L/∂s_{T−k}‖", flow, scale="log",
            start=1, rows=tuple(f"lag {k}" for k in range(flow.shape[1])), tall=1.8,
        ),
    )  # fmt: skip


def root_mean_square(rows: Array, axis: int) -> Array:
    """Return the root of the mean square, which is nan where nothing is known."""
    with np.errstate(over="ignore", under="ignore"):
        return np.sqrt(np.mean(np.square(rows, dtype=np.float64), axis=axis))


def weights_curves(course: Course) -> tuple[Curves, ...]:
    """Return spectral radius and largest singular value of every recurrent block."""
    cell = course.first.last.model.cell

    def lines(letter: str, of: Callable[..., float]) -> tuple[Line, ...]:
        return tuple(
            Line(
                f"{letter} into {name}" if len(cell.drives) > 1 else f"{letter} of W_hh",
                np.array([of(measures, name) for measures in course.measures]),
                ink=nth(k), dash=nth_dash(k),
            )
            for k, name in enumerate(course.measures[0].radius)
        )  # fmt: skip

    radius = lines("ρ", lambda measures, name: measures.radius[name])
    largest = lines("σ", lambda measures, name: measures.singular[name][0])
    return (
        (
            Curves("radius", "spectral radius", "ρ(W)", radius, tall=0.9),
            Curves("singular", "largest singular value", "σ_{max}(W)", largest, tall=0.9),
        )
        if radius
        else ()
    )


def saturation_curves(course: Course) -> tuple[Curves, ...]:
    """Return the share of units at the ends of their range, for each gate, else for the state."""
    lines = tuple(
        Line(
            f"share of {name} saturated",
            np.array([measures.saturated[name] for measures in course.measures]),
            ink=nth(k), dash=nth_dash(k),
        )
        for k, name in enumerate(course.measures[0].saturated)
    )  # fmt: skip
    if not lines:
        return ()
    return (
        Curves(
            "saturated", "saturated share of units", "", lines, low=0.0, high=1.0, tall=0.9
        ),
    )  # fmt: skip


def spectra(course: Course) -> tuple[tuple[Heat, ...], tuple[Bars, ...]]:
    """Return all singular values of every recurrent block, as bars at the cursor."""
    drives = course.first.last.model.cell.drives
    heats = tuple(
        Heat(
            f"values {name}",
            f"singular values into {name}" if len(drives) > 1 else "singular values of W_hh", "",
            np.array([measures.singular[name] for measures in course.measures]), tall=0,
            rows=tuple(f"σ {k + 1}" for k in range(len(course.measures[0].singular[name]))),
        )
        for name in course.measures[0].singular
    )  # fmt: skip
    return heats, tuple(Bars(heat.key, grounded=True) for heat in heats[:4])


def outcome(course: Course) -> str:
    """Return in words how every seed stands."""
    task, seeds = course.first.training.task, course.histories
    if len(seeds) == 1:
        return course_summary(course)
    solved = [(h.training.seed, n) for h, n in zip(seeds, course.solved, strict=True) if n]
    when = ", ".join(f"seed {seed} at update {n}" for seed, n in solved)
    return (
        f"**{len(solved)} of {len(seeds)} seeds have solved it** after {course.N} updates"
        + (f": {when}. " if solved else ". ")
        + f"Who knows nothing has a loss of {numeral(task.baseline())}."
    )


def course_summary(course: Course) -> str:
    """Return one sentence that says how training stands."""
    history, task = course.first, course.first.training.task
    if not history.N:
        nothing = numeral(task.baseline())
        return f"Before the first update; who knows nothing has a loss of {nothing}."
    solved = history.solved_at
    end = f" Solved at update {solved}." if solved else ""
    made = "1 update" if history.N == 1 else f"{history.N} updates"
    return (
        f"After {made} the mean loss of the last batches is {numeral(history.smooth[-1])}; "
        f"who knows nothing has {numeral(task.baseline())}.{end}"
    )
