"""Five ways of forgetting beside each other: what is left of a push, and its half-life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.cells import Cell
from explorer.dynamics.half_life import Forgetting
from explorer.film import Axis, Curves, Heat, Line, Mark, Scale
from explorer.numerals import numeral
from explorer.palette import MUTED, Ink, ink, nth, nth_dash
from explorer.recipes.timescales import Mechanism, Timescales

NAMES = {
    "leak": "leak",
    "forget": "forget gate",
    "radius": "spectral radius",
    "echo": "echo state",
}
INKS = {"leak": nth(3), "forget": ink("LSTM"), "radius": ink("Elman"), "echo": nth(2)}
CLOCK = ink("Clockwork")
HIGHEST = 1.5  # of a share that grows


def look(mechanism: Mechanism) -> Ink:
    """Return the colour of a mechanism."""
    return INKS.get(mechanism.key, CLOCK)


def forgetful(draws: Sequence[Sequence[Mechanism]]) -> dict[str, Cell]:
    """Return every network by its name and drawing; the groups of a Clockwork network are one."""
    return {
        f"{NAMES.get(one.key, 'clockwork')}, drawing {k + 1}": one.cell
        for k, drawn in enumerate(draws)
        for one in drawn
    }


def share_axis(recipe: Timescales) -> Axis:
    """Return the axis of the steps since the push."""
    return Axis(count=recipe.T + 1, label="steps since the push")


def shares(
    mechanisms: tuple[Mechanism, ...], found: Mapping[str, list[Forgetting]]
) -> tuple[Curves, ...]:
    """Return what is left of a push: a panel for each network, the clocks of one in one panel."""
    T = len(next(iter(found.values()))[0].left) - 1
    alone = [one for one in mechanisms if one.key in INKS]
    clocks = [one for one in mechanisms if one.key not in INKS]
    panels = [
        share_panel(
            one.key,
            NAMES[one.key],
            [measured(one, found[one.key], NAMES[one.key]), predicted(one, T)],
            0.75,
        )
        for one in alone
    ]
    lines = [
        measured(one, found[one.key], f"period {one.key.removeprefix('clock')}", nth_dash(k))
        for k, one in enumerate(clocks)
    ]
    panels.append(share_panel("clocks", "clockwork groups", lines, 1.2))
    return tuple(panels)


def share_panel(key: str, name: str, lines: list[Line], tall: float) -> Curves:
    """Return one panel of shares; all have the same scale, unless something grows."""
    top = max(float(np.nanmax(np.where(np.isfinite(v := line.values), v, 0))) for line in lines)
    high = 1.0 if top < 1.02 else HIGHEST
    return Curves(key, name, "share left", tuple(lines), low=0.0, high=high, tall=tall)


def measured(mechanism: Mechanism, found: list[Forgetting], name: str, dash: str = "solid") -> Line:
    """Return the median share left, with the band over all pushes and draws."""
    left = np.concatenate([one.left for one in found], axis=1)
    left = np.minimum(np.nan_to_num(left, nan=np.inf), 2 * HIGHEST)
    middle = np.median(left, axis=1)
    left = np.minimum(left, HIGHEST)
    return Line(
        name, np.where(middle > HIGHEST, np.nan, middle), ink=look(mechanism), dash=dash,
        band=(left.min(axis=1), left.max(axis=1)),
    )  # fmt: skip


def predicted(mechanism: Mechanism, T: int) -> Line:
    """Return what the formula says is left: a share that halves every so many steps."""
    left = np.concatenate([[1.0], np.zeros(T)])
    if mechanism.formula > 0:
        left = 0.5 ** (np.arange(T + 1) / mechanism.formula)
    return Line("formula", left, ink=MUTED, dash="dash")


def ticking(recipe: Timescales, settled: int) -> Heat:
    """Return which group of the Clockwork network moves at each step since the push."""
    periods = np.array(recipe.groups())
    t = settled + np.arange(1, recipe.T + 1)
    return Heat(
        "ticks", "clocks that tick", "m_t", (t[:, None] % periods == 0).astype(float),
        scale="unit", start=1, rows=tuple(f"every {period}" for period in periods), tall=0.8,
    )  # fmt: skip


def half_lives(
    recipe: Timescales, mechanisms: tuple[Mechanism, ...], found: Mapping[str, list[Forgetting]]
) -> Scale:
    """Return the one axis on which they all stand: steps until half is forgotten."""
    marks = []
    for one in mechanisms:
        lives = np.concatenate([film.half_life for film in found[one.key]])
        middle, low, high = np.median(lives), lives.min(), lives.max()
        marks.append(
            Mark(one.name, *(finite(v) for v in (middle, low, high, one.formula)), look(one))
        )
    longest = max((one.formula for one in mechanisms if np.isfinite(one.formula)), default=1.0)
    top = 10.0 ** np.ceil(np.log10(min(max(longest, recipe.T, 100.0), 1e4)))
    return Scale("Steps until half is forgotten", tuple(marks), 0.5, float(top), recipe.T)


def finite(value: float) -> float | None:
    """Return a number, or None for what never comes."""
    return float(value) if np.isfinite(value) else None


def timescales_summary(scale: Scale) -> str:
    """Return one sentence for those who cannot see the axis."""
    beyond = f"more than {scale.reach}"
    parts = [
        f"{mark.name}: {beyond if mark.measured is None else numeral(mark.measured)}"
        for mark in scale.marks
    ]
    return f"Steps until half of a push is forgotten, as measured: {'; '.join(parts)}."


def steps_said(steps: float | None, never: str) -> str:
    """Return a number of steps for a table."""
    return never if steps is None else numeral(steps)
