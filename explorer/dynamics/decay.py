"""How fast a gradient fades, as one number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.gradients import GradientTrace

SMALLEST = 1e-300


@dataclass(frozen=True)
class Decay:
    """The gradient's norm at the first state, mean factor per step back, half-life in steps."""

    first: float
    factor: float
    half_life: float


def decay(gradients: GradientTrace) -> Decay:
    """Fit |dL/ds_t| by one exponential over all steps in which it lies within the range of float64.

    The factor is the slope of a least-squares line through the logarithms; ``half_life`` is inf
    where nothing fades, nan where too few steps are left to tell.
    """
    norms = gradients.norm()[::-1]
    with np.errstate(invalid="ignore"):
        good = np.isfinite(norms) & (norms > SMALLEST)
    lags = np.flatnonzero(good)
    if len(lags) < 2:
        return Decay(float(norms[-1]), np.nan, np.nan)
    slope = float(np.polyfit(lags, np.log(norms[lags]), 1)[0])
    with np.errstate(over="ignore"):
        factor = float(np.exp(slope))
    return Decay(
        float(norms[-1]),
        factor,
        float(-np.log(2) / slope) if slope < -1e-12 else np.inf,
    )
