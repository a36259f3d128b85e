"""What is seen of a network that learns: the course of its training, and one example read by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.course import Course
from explorer.dynamics.fixed_points import fixed_points
from explorer.film import Axis, Bars, Curves, Heat, Line, Plane
from explorer.gradients import GradientTrace
from explorer.learning.model import Model
from explorer.learning.tasks.base import Batch, Task
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.scenes.signals import gates, inputs, states, trajectory
from explorer.shapes import Array
from explorer.trace import Trace

FEW = 3  # outputs that are drawn as curves
GRID, ARROW = 13, 0.3  # places along each side of the state plane, share of a step that is drawn


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
            lines.append(together(smooth))
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


def together(rows: list[Array]) -> Line:
    """Return the median over the seeds, with a band from the best to the worst."""
    wide = max(len(row) for row in rows)
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
            name, np.array([measures.saturated[name] for measures in course.measures]),
            ink=nth(k), dash=nth_dash(k),
        )
        for k, name in enumerate(course.measures[0].saturated)
    )  # fmt: skip
    if not lines:
        return ()
    return (
        Curves(
            "saturated", "saturated share of units", "share", lines, low=0.0, high=1.0, tall=0.9
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
        + f"Who knows nothing has a loss of {task.baseline():.3g}."
    )


def course_summary(course: Course) -> str:
    """Return one sentence that says how training stands."""
    history, task = course.first, course.first.training.task
    if not history.N:
        return f"Before the first update; who knows nothing has a loss of {task.baseline():.3g}."
    solved = history.solved_at
    end = f" Solved at update {solved}." if solved else ""
    return (
        f"After {history.N} updates the mean loss of the last batches is {history.smooth[-1]:.3g}; "
        f"who knows nothing has {task.baseline():.3g}.{end}"
    )


# ---- one example --------------------------------------------------------------------------------


def example_axis(trace: Trace) -> Axis:
    """Return the axis of the states of one example."""
    return Axis(count=trace.T + 1)


def example(
    model: Model, examples: Batch, task: Task, which: int = 0
) -> tuple[Trace, Batch, Array, GradientTrace]:
    """Return what a model makes of one of the examples: film, batch, predictions, backward film."""
    one = Batch(
        examples.xs[:, which : which + 1], examples.targets[:, which : which + 1],
        examples.mask[:, which : which + 1],
    ).astype(model.dtype)  # fmt: skip
    film = model.film(one.xs)
    _, slope = task.objective.value_and_gradient(film.y, one.targets, one.mask)
    _, flow = model.backprop(film, slope)
    return film.trace, one, film.y, flow


def answers(y: Array, one: Batch, task: Task) -> tuple[Curves | Heat, ...]:
    """Return what the network says and what it should: curves if few, else two heats."""
    with np.errstate(over="ignore", invalid="ignore"):
        said, wanted = task.objective.prediction(y)[:, 0], task.objective.wanted(y, one.targets)
    wanted = wanted[:, 0].astype(np.float64)
    scored = one.mask[:, 0] > 0
    first, end = int(np.argmax(scored)), len(scored) - int(np.argmax(scored[::-1]))
    wanted = np.where(scored[:, None], wanted, np.nan)[first:end]
    names = task.outputs or tuple(f"output {k + 1}" for k in range(said.shape[1]))
    if len(names) <= FEW:
        lines = []
        for k, name in enumerate(names):
            lines.append(Line(f"says: {name}", said[:, k], start=1, ink=nth(k)))
            lines.append(Line("wanted", wanted[:, k], start=1 + first, ink=MARKER, dash="dash"))
        return (Curves("said", "what it says and what is wanted", "y_t", tuple(lines), tall=1.0),)
    unit = said.min() >= 0 and said.max() <= 1
    scale = "unit" if unit else "signed"
    tall = min(1.0, max(0.4, len(names) / 16))
    return (
        Heat("said", "what it says", "y_t", said, scale, 1, rows=names, tall=tall),
        Heat("wanted", "what is wanted", "y*_t", wanted, scale, 1 + first, rows=names, tall=tall),
    )


def example_panels(
    trace: Trace, one: Batch, y: Array, flow: GradientTrace, task: Task
) -> tuple[Curves | Heat, ...]:
    """Return all panels of one example: read, said, gates, states, gradient."""
    x = inputs(trace)
    names = task.inputs if task.inputs and len(task.inputs) == trace.x.shape[2] else None
    norm = Curves(
        "flow", "gradient", "‖∂L/∂s_t‖", (Line("whole state s", flow.norm(), ink=NORM),), log=True
    )
    return (
        Heat(x.key, x.label, x.symbol, x.values, x.scale, x.start, rows=names, tall=x.tall),
        *answers(y, one, task),
        *gates(trace),
        *states(trace),
        norm,
    )


def example_side(trace: Trace) -> tuple[Bars | Plane, ...]:
    """Return the path of the state: in the plane itself where the network has two units."""
    bars = tuple(Bars(name) for name in trace.cell.slots)
    if trace.cell.S == 2:
        return (portrait(trace), *bars)
    return (*bars, trajectory(trace)) if trace.cell.H > 1 else bars


def portrait(trace: Trace) -> Plane:
    """Return the state plane of two units under zero input: where each place goes, where it rests.

    Arrows are a fixed share of the step; filled points draw in all that is near them.
    """
    path = trace.slot("h")[: trace.finite(), 0]
    reach = max(1.0, float(np.abs(path).max())) if len(path) else 1.0
    places = np.linspace(-1.1, 1.1, GRID) * reach
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    arrows = rests = None
    if all(np.isfinite(array).all() for array in trace.cell.named().values()):
        step = Autonomous.of(trace.cell)(grid) - grid
        arrows = np.concatenate([grid, ARROW * step], axis=1)
        found = fixed_points(trace.cell, starts=np.clip(grid[:: GRID // 4], -1.0, 1.0))
        rests = np.concatenate([found.points, found.stable[:, None]], axis=1)
    return Plane(
        "state plane under zero input, and the path", path, x_label="unit 1", y_label="unit 2",
        arrows=arrows, rests=rests,
    )  # fmt: skip
