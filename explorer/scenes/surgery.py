"""What surgery changes: before and after, overlaid."""

from __future__ import annotations

import numpy as np

from explorer.film import Curves, Heat, Line
from explorer.gradients import GradientTrace
from explorer.palette import MUTED, NORM
from explorer.trace import Trace


def change(before: Trace, after: Trace, unit: int, batch: int = 0) -> tuple[Curves | Heat, ...]:
    """Return what surgery changed: the hidden states' difference, and one unit before and after."""
    h = before.slot("h")[:, batch], after.slot("h")[:, batch]
    with np.errstate(invalid="ignore", over="ignore"):
        difference = h[1] - h[0]
    lines = (
        Line("h after", h[1][:, unit], ink=NORM),
        Line("h before", h[0][:, unit], ink=MUTED, dash="dash"),
    )
    return (
        Heat("change", "change of the hidden state", "Δh_t", difference),
        Curves("unit", f"hidden state of unit {unit + 1}", "h_t", lines),
    )


def gradient_change(before: GradientTrace, after: GradientTrace) -> Curves:
    """Return |dL/ds_t| before and after surgery."""
    lines = (
        Line("gradient after", after.norm(), ink=NORM),
        Line("gradient before", before.norm(), ink=MUTED, dash="dash"),
    )
    return Curves("norm", "gradient", "‖∂L/∂s_t‖", lines, log=True, tall=1.3)
