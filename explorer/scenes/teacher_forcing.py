"""A network that eats its own output: who fed it, what it drew, its errors and its gradient."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Curves, Heat, Line, Plane
from explorer.numerals import numeral
from explorer.palette import MUTED, NORM, Ink, ink, nth
from explorer.recipes.teacher_forcing import REGIMES, TeacherForcing
from explorer.shapes import Array
from explorer.wiring.forcing import ForcedGradient, ForcedRun
from explorer.wiring.pen import PERIOD, line

SMALLEST = 1e-4  # an error below this is no longer seen
REGIME_INKS: dict[str, Ink] = {"forced": nth(1), "scheduled": nth(2), "free": nth(3)}
TRAINED = {"forced": "by its teacher", "scheduled": "scheduled", "free": "by itself"}


def answer_axis(run: ForcedRun) -> Axis:
    """Return the axis of the answers 1 .. T."""
    return Axis(count=run.T, first=1, label="step t")


def fed(run: ForcedRun) -> Heat:
    """Return who fed each step of the first sequence."""
    return Heat(
        "fed", "fed by the teacher", "m_t", run.forced[:, :1].astype(float), scale="unit",
        rows=("teacher",), tall=0.8,
    )  # fmt: skip


def answers(run: ForcedRun) -> tuple[Curves, ...]:
    """Return both coordinates of the pen beside the truth."""
    return tuple(
        Curves(
            f"pen{k}", f"pen, {name}", f"{name}_t",
            (
                Line("answer", run.y[:, 0, k], ink=NORM),
                Line("truth", run.truth[1:, 0, k], ink=MUTED, dash="dash"),
            ),
            low=-1.5, high=1.5, tall=0.75,
        )
        for k, name in enumerate("xy")
    )  # fmt: skip


def hidden(run: ForcedRun) -> Heat:
    """Return the hidden state of the first sequence."""
    cell = run.network.cell
    bounds = cell.ranges["h"]
    return Heat(
        "h", cell.meaning["h"], "h_t", cell.slot(run.s, "h")[:, 0],
        limit=None if bounds is None else float(bounds[1]), tall=0.8,
    )  # fmt: skip


def errors(run: ForcedRun, all_runs: list[ForcedRun], cell: str) -> Curves:
    """Return the distance from the line, with the band over all pupils."""
    own = seen(np.median(run.error, axis=1))
    rows = np.array([seen(np.median(one.error, axis=1)) for one in all_runs or [run]])
    lines = (
        Line("this pupil", own, ink=ink(cell), band=(rows.min(axis=0), rows.max(axis=0))),
        *([Line("median of all", np.median(rows, axis=0), ink=MUTED, dash="dot")] * bool(all_runs)),
    )
    return Curves("error", "error", "‖y_t − y*_t‖", lines, log=True, tall=1.4)


def seen(error: Array) -> Array:
    """Return errors as they are drawn: not smaller than can be seen."""
    return np.maximum(error, SMALLEST)


def gradient_paths(whole: ForcedGradient, given: ForcedGradient) -> Curves:
    """Return the last error's gradient at every answer, and at the state if outputs are cut."""
    lines = [Line("through all that was eaten", reach(whole.norm), ink=NORM)]
    state = np.linalg.norm(given.ds.reshape(len(given.ds), -1), axis=1)
    if (state[:-1] > 0).any():
        lines.append(Line("at the state, outputs cut", reach(state), ink=nth(1), dash="dash"))
    return Curves("grad", "gradient of the last error", "‖∂L/∂y_t‖", tuple(lines), log=True,
                  tall=1.4)  # fmt: skip


def at_meals(whole: ForcedGradient) -> Heat:
    """Return the gradient at what each step ate: handed on to the answer before, or cut off."""
    return Heat(
        "meal", "gradient at what was eaten", "‖∂L/∂e_t‖",
        np.stack([whole.carried, whole.cut], axis=1), scale="log",
        rows=("handed on", "cut off by the teacher"), tall=0.9,
    )  # fmt: skip


def reach(norms: Array) -> Array:
    """Return norms with nan where nothing arrives."""
    return np.where(norms > 0, norms, np.nan)


def pen_path(run: ForcedRun) -> Plane:
    """Return the line that was drawn, over the one that was to be drawn."""
    closed = line(PERIOD, np.zeros(1))[:, 0]
    return Plane(
        "what the network draws", np.clip(np.nan_to_num(run.y[:, 0]), -3.0, 3.0),
        x_label="x", y_label="y", behind=closed,
    )  # fmt: skip


def dial_curves(curves: dict[str, Array], shown: str) -> Curves:
    """Return the error against how often the teacher feeds, for each way of training.

    ``curves`` has one row (points, pupils) of mean errors for each.
    """
    lines = tuple(
        Line(
            f"trained {TRAINED[regime]}", seen(np.median(rows, axis=1)), ink=REGIME_INKS[regime],
            dash="solid" if regime == shown else "dash",
            band=(seen(rows.min(axis=1)), seen(rows.max(axis=1))),
        )
        for regime, rows in curves.items()
    )  # fmt: skip
    return Curves("dial", "mean error", "‖y − y*‖", lines, log=True, tall=2.2)


def dial_axis(points: int) -> Axis:
    """Return the axis of the dial, in per cent."""
    return Axis(count=points, stride=100 // (points - 1), label="p (% of steps fed by the teacher)")


def dial_tick(forcing: float, points: int) -> int:
    """Return the place on the dial's axis that comes nearest."""
    return round(forcing * (points - 1)) * (100 // (points - 1))


def forcing_summary(recipe: TeacherForcing, run: ForcedRun) -> str:
    """Return one sentence for those who cannot see the film."""
    after = run.error[recipe.lesson :]
    far = numeral(after.mean()) if after.size else "not asked"
    return (
        f"A {run.network.cell.name} network, {REGIMES[recipe.trained]} in training, draws a closed "
        f"line; its teacher feeds {recipe.forcing:.0%} of the steps after the first "
        f"{recipe.lesson}. Its mean distance from the line after them is {far}."
    )
