"""The walk: forward to the loss, then back, each tick of the way back the twin of one before it."""

from __future__ import annotations

import numpy as np

from explorer.film import Axis, Curves, Graph, Heat, Line
from explorer.gradients import GradientTrace, injected
from explorer.learning.clipping import angle, flat
from explorer.learning.shares import running_sums
from explorer.numerals import numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.sequences import Sequence
from explorer.shapes import Array, scaled_norm
from explorer.trace import Trace


def turn(trace: Trace) -> int:
    """Return the tick at which the walk meets the loss; the ticks before it are s_0 .. s_T."""
    return trace.T + 1


def same_place(tick: int, old: int, new: int) -> int:
    """Return the tick of the same step and direction on a walk that turns elsewhere.

    The loss stays the loss; a step that the new walk has not becomes its last one.

    Parameters
    ----------
    tick : int
        Tick on the walk that turns at ``old``.
    old, new : int
        Ticks at which the old and the new walk turn.
    """
    if old == new:
        return tick
    if tick == old:
        return new
    step = min(tick if tick < old else max(2 * old - tick, 0), new - 1)
    return step if tick < old else 2 * new - step


def walk_axis(trace: Trace, sequence: Sequence | None = None) -> Axis:
    """Return the axis of s_0 .. s_T, the loss, and s_T .. s_0 again."""
    words = None
    if sequence is not None and sequence.words is not None:
        words = ("", *sequence.words, "", *sequence.words[::-1], "")
    return Axis(count=2 * turn(trace) + 1, words=words, turn=turn(trace))


def on_the_way_back(trace: Trace, tick: int) -> int | None:
    """Return the step t whose state the walk meets at a tick on the way back, else None."""
    return 2 * turn(trace) - tick if tick > turn(trace) else None


def returning(name: str, values: Array, trace: Trace, **look: object) -> Line | None:
    """Return values (T+1,) of s_0 .. s_T as a line on the way back, without its zeros at the ends.

    A zero at an end is a state that the gradient has not reached, or will not.
    """
    back = values[::-1]
    there = np.flatnonzero(back != 0)
    if not len(there):
        return None
    first, last = int(there[0]), int(there[-1])
    return Line(name, back[first : last + 1], start=turn(trace) + 1 + first, **look)


def back_heat(gradients: GradientTrace, batch: int = 0) -> tuple[Heat, ...]:
    """Return ∂L/∂(slot)_t of every unit on the way back."""
    trace = gradients.trace
    return tuple(
        Heat(
            f"back_{slot}",
            f"gradient at the {trace.cell.meaning[slot]}",
            f"∂L/∂{slot}_t",
            gradients.slot(slot)[::-1, batch],
            start=turn(trace) + 1,
        )
        for slot in trace.cell.slots
    )


def parts(gradients: GradientTrace, dL_ds: Array) -> tuple[Array, Array, Array]:
    """Return what the gradient at s_0 .. s_T is made of and what becomes of it, (T+1, B, S) each.

    The local error, what arrives from the future, and what the Jacobian passes on to the state
    before (0 at s_0, behind which there is nothing).
    """
    local = injected(gradients.trace, dL_ds)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        arriving = gradients.ds - local
        arriving[-1] = 0.0
        passed = np.concatenate([np.zeros_like(arriving[:1]), arriving[:-1]])
    return local, arriving, passed


def back_flow(gradients: GradientTrace, dL_ds: Array, full: GradientTrace) -> Curves:
    """Return the norms of what arrives, is injected and goes on, and of the whole gradient."""
    trace = gradients.trace
    rows = [scaled_norm(part.reshape(trace.T + 1, -1)) for part in parts(gradients, dL_ds)]
    local, arriving, passed = rows
    lines = [
        returning("from the future", arriving, trace, ink=MARKER),
        returning("local error", local, trace, ink=nth(2), dash="dot"),
        returning("passed on", passed, trace, ink=NORM, dash="dash"),
    ]
    if gradients is not full:
        lines.append(returning("without window", full.norm(), trace, ink=MUTED, dash="dot"))
    found = tuple(line for line in lines if line is not None)
    nothing = Line("from the future", np.zeros(1), start=2 * turn(trace))
    if not found or found[0].name != nothing.name:
        found = (nothing, *found)
    return Curves("flow_back", "gradient", "‖∂L/∂s_t‖", found, log=True)


def share_curves(gradients: GradientTrace, full: GradientTrace) -> tuple[Curves, ...]:
    """Return each array's share per step, the running sum of the shares, and where that points."""
    trace, goal = gradients.trace, flat(full.dcell)
    sums = list(running_sums(gradients))[::-1]  # of the steps t .. T, for t = 1 .. T
    grown = {name: [total.named()[name] for total in sums] for name in gradients.shares}
    # At s_0 there is no step to have a share, and the sums stay.
    shares = {name: np.append(0.0, norms) for name, norms in gradients.shares.items()}
    running = {
        name: scaled_norm(np.array([rows[0], *rows]).reshape(len(rows) + 1, -1))
        for name, rows in grown.items()
    }
    angles = np.array([angle(flat(total), goal) for total in (sums[0], *sums)])
    panels = [
        Curves("share", "share of each step", "", lines, log=True, tall=0.9)
        if (lines := lines_of(shares, full, "share "))
        else None,
        Curves("running", "sum of shares so far", "", lines, log=True, tall=0.9)
        if (lines := lines_of(running, full, "Σ "))
        else None,
    ]
    if np.isfinite(angles).any():
        line = Line("angle", angles[::-1], start=turn(trace) + 1, ink=NORM)
        high = 90.0 if np.nanmax(angles) <= 90 else 180.0
        panels.append(
            Curves("angle", "angle of the sum to the full gradient", "∠", (line,), low=0.0,
                   high=high, unit="(degrees)", tall=0.7)
        )  # fmt: skip
    return tuple(panel for panel in panels if panel is not None)


def lines_of(norms: dict[str, Array], full: GradientTrace, sign: str = "") -> tuple[Line, ...]:
    """Return one line for each array; arrays whose gradients are one and the same share theirs."""
    groups: dict[tuple[int, bytes], list[str]] = {}
    for name, array in full.dcell.named().items():
        groups.setdefault((array.ndim, array.tobytes()), []).append(name)
    lines = [
        returning(
            sign + " = ".join(names), norms[names[0]], full.trace, ink=nth(k), dash=nth_dash(k)
        )
        for k, names in enumerate(groups.values())
    ]
    return tuple(line for line in lines if line is not None)


def walk_graph(trace: Trace, x: str, flow: Curves, loss: float) -> Graph:
    """Return the unrolled network with its loss, whose states give way to gradients."""
    names = [line.name for line in flow.lines]
    return Graph(
        x=x,
        states=trace.cell.slots,
        gradient=flow.key,
        back=tuple(f"back_{slot}" for slot in trace.cell.slots),
        local=names.index("local error") if "local error" in names else None,
        loss=numeral(loss) if np.isfinite(loss) else "no number",
    )


def walk_summary(trace: Trace, gradients: GradientTrace) -> str:
    """Return one sentence that says what the walk shows."""
    norms = gradients.norm()
    return (
        f"{trace.cell.name} network with {trace.cell.H} units: {trace.T} steps forward to the "
        f"loss, and back. The gradient starts with norm {numeral(norms[-1])} at the last state "
        f"and has "
        f"norm {numeral(norms[0])} at the first."
    )
