"""How fast a gradient fades: a half-life where one exponential fits, else a bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from explorer.estimates import standard_error
from explorer.gradients import GradientTrace
from explorer.shapes import Array

SMALLEST = 1e-300
GOOD = 0.9  # least R² of a line through the logarithms that is called a fit
START = 10  # a tenth of the curve is left out of bounds
FEWEST = 4  # steps below which a line through the logarithms is no fit


@dataclass(frozen=True)
class Decay:
    """The gradient's norm at the first state, and an exponential fitted against the lag.

    ``factor`` and ``half_life`` (in steps) are those of the least-squares line through the
    logarithms, whether it fits or not; ``error`` is the standard error of the half-life and
    ``r_squared`` the share of the variance that the line explains. ``low`` and ``high`` bound the
    half-life: two errors to each side where the line fits, else what the curve itself shows (see
    ``fits``). ``lags`` is how many steps back could be measured.
    """

    first: float
    factor: float
    half_life: float
    error: float = np.nan
    r_squared: float = np.nan
    low: float = np.nan
    high: float = np.nan
    lags: int = 0
    fits: bool = False


def decay(gradients: GradientTrace) -> Decay:
    """Fit |dL/ds_t| by one exponential over all steps in which it lies within the range of float64.

    ``half_life`` is inf where nothing fades, nan where too few steps are left to tell. One
    exponential *fits* where the line explains nine tenths of the variance of the logarithms, falls
    by more than two of its errors, and at least one half-life was seen. Elsewhere ``low`` is the
    last lag at which at least half was left, and ``high`` the next one; inf where there is none.
    These are counted from the end of the first tenth of the curve on, "half" is half of that value.
    """
    norms = gradients.norm()[::-1]
    with np.errstate(invalid="ignore"):
        good = np.isfinite(norms) & (norms > SMALLEST)
    lags = np.flatnonzero(good)
    if len(lags) < 2:
        return Decay(float(norms[-1]), np.nan, np.nan)
    logs = np.log(norms[lags])
    slope, level = (float(value) for value in np.polyfit(lags, logs, 1))
    left, total = logs - slope * lags - level, logs - logs.mean()
    scatter, span = float(left @ left), float(total @ total)
    r_squared = 1 - scatter / span if span > 1e-20 * len(lags) else 0.0
    steps = np.diff(lags)
    wrong = float(standard_error(np.diff(logs), steps)) if len(steps) >= FEWEST else np.inf
    fading = slope < -1e-12
    with np.errstate(over="ignore"):
        factor = float(np.exp(slope))
        half_life = -np.log(2) / slope if fading else np.inf
        error = half_life * wrong / -slope if fading else np.nan
    seen = int(lags[-1] - lags[0])
    fits = bool(fading and r_squared >= GOOD and slope + 2 * wrong < 0 and half_life <= seen)
    if fits:
        low, high = np.log(2) / (2 * wrong - slope), -np.log(2) / (slope + 2 * wrong)
    else:
        # At first a gradient moves from the hidden state to the memories that carry it on.
        start = len(lags) // START if len(lags) > START else 0
        low, high = crossing(lags[start:] - lags[start], logs[start:])
    return Decay(
        float(norms[-1]), factor, float(half_life), float(error), r_squared, float(low),
        float(high), seen, fits,
    )  # fmt: skip


def crossing(lags: Array, logs: Array) -> tuple[float, float]:
    """Return the last lag at which half of the first is left, and the next; inf without one."""
    held = np.flatnonzero(logs >= logs[0] - np.log(2))
    last = int(held[-1])
    return float(lags[last]), float(lags[last + 1]) if last + 1 < len(lags) else np.inf


def median_range(decays: Iterable[Decay]) -> tuple[float, float, float]:
    """Return the median, lowest and highest half-life over seeds.

    Where no exponential fits, the lower bound stands for the half-life; the highest is inf where
    one of the curves never fell below half.
    """
    every = list(decays)
    low = [one.half_life if one.fits else one.low for one in every]
    high = [one.half_life if one.fits else one.high for one in every]
    return float(np.median(low)), float(np.min(low)), float(np.max(high))
