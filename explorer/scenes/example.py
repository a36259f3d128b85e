"""One example of a task, read by a network: what it says, what is wanted, where its state goes."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.autonomous import Autonomous
from explorer.dynamics.fixed_points import fixed_points
from explorer.film import Axis, Bars, Curves, Heat, Line, Plane
from explorer.gradients import GradientTrace
from explorer.learning.model import Model
from explorer.learning.tasks.base import Batch, Task
from explorer.palette import MARKER, NORM, nth
from explorer.scenes.signals import gates, inputs, states, trajectory
from explorer.shapes import Array
from explorer.trace import Trace

FEW = 3  # outputs that are drawn as curves
GRID, ARROW = 13, 0.3  # places along each side of the state plane, share of a step that is drawn


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
    """Return the plane of a state of two numbers under zero input: its steps and fixed points.

    Arrows are a fixed share of the step; filled points are stable.
    """
    path = trace.s[: trace.finite(), 0]
    reach = max(1.0, float(np.abs(path).max())) if len(path) else 1.0
    places = np.linspace(-1.1, 1.1, GRID) * reach
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    arrows = rests = None
    if all(np.isfinite(array).all() for array in trace.cell.named().values()):
        flow = Autonomous.of(trace.cell)
        step = flow(grid) - grid
        arrows = np.concatenate([grid, ARROW * step], axis=1)
        low, high = flow.box or (-1.0, 1.0)
        found = fixed_points(trace.cell, starts=np.clip(grid[:: GRID // 4], low, high))
        rests = np.concatenate([found.points, found.stable[:, None]], axis=1)
    units = [f"unit {k + 1}" for k in range(trace.cell.H)]
    names = units if trace.cell.H == 2 else [trace.cell.meaning[s] for s in trace.cell.slots]
    return Plane(
        "state plane under zero input, and the path", path, x_label=names[0], y_label=names[1],
        arrows=arrows, rests=rests,
    )  # fmt: skip
