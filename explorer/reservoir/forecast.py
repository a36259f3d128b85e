"""Continuing a series: taught with the true past, then left alone with its own output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.reservoir.network import Reservoir
from explorer.reservoir.ridge import Fit, ridge
from explorer.series import lorenz, mackey_glass
from explorer.shapes import Array
from explorer.trace import Trace

WASHOUT = 300


@dataclass(frozen=True)
class Scaling:
    """How a series is made fit for tanh units, and how an output is read in its own unit."""

    squeezed: Callable[[Array], Array]
    restored: Callable[[Array], Array]


def unsqueezed(u: Array) -> Array:
    """Return 1 + artanh(u), kept finite where a wild output leaves (-1, 1)."""
    return 1.0 + np.arctanh(np.clip(np.nan_to_num(u, nan=1.0), -0.9999, 0.9999))


LORENZ = np.array([[0.0, 0.0, 23.5], [20.0, 25.0, 25.0]])  # centre and size of x, y, z
SCALINGS = {
    "mackey-glass": Scaling(lambda x: np.tanh(x - 1.0), unsqueezed),  # as in Jaeger 2001
    "lorenz": Scaling(lambda x: (x - LORENZ[0]) / LORENZ[1], lambda u: u * LORENZ[1] + LORENZ[0]),
}


def squeezed_series(name: str, rng: np.random.Generator, steps: int, tau: float = 17.0) -> Array:
    """Return a series (steps, O) as the reservoir reads it.

    Raises
    ------
    ValueError
        When there is no series of that name.
    """
    if name not in SCALINGS:
        raise ValueError(f"series: wanted one of {', '.join(SCALINGS)}, got {name!r}.")
    raw = mackey_glass(rng, steps, tau)[:, None] if name == "mackey-glass" else lorenz(rng, steps)
    return SCALINGS[name].squeezed(raw)


@dataclass(frozen=True, eq=False)
class Taught:
    """A reservoir that has heard the true series: its run, and the read-out solved from it."""

    reservoir: Reservoir
    series: Array  # (T+1, O): input at step t is series[t], the target series[t+1]
    trace: Trace
    fit: Fit
    end: int  # the last step of the training data


def taught(reservoir: Reservoir, series: Array, train: int, strength: float) -> Taught:
    """Force the true series (T+1, O) on a reservoir, and solve for the read-out once.

    The first steps are washed out, ``train`` follow for the solve, the rest is held out.
    """
    trace = reservoir.driven(series[:-1])
    h, end = trace.slot("h")[1:, 0], min(WASHOUT + train, len(series) - 1)
    fit = ridge(h[WASHOUT:end], series[1:][WASHOUT:end], strength)
    return Taught(reservoir, series, trace, fit, end)


@dataclass(frozen=True, eq=False)
class Forecast:
    """A continuation beside the truth, (S, O) each in the units of the network.

    ``spread`` (O,) is the standard deviation of the series that was taught.
    """

    truth: Array
    outputs: Array
    states: Array  # (S, N)
    spread: Array

    @property
    def error(self) -> Array:
        """Root mean squared error over the outputs (S,), in standard deviations of the series."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.sqrt(np.mean(((self.outputs - self.truth) / self.spread) ** 2, axis=1))

    def horizon(self, threshold: float) -> int:
        """Return for how many steps the error stays within the threshold."""
        with np.errstate(invalid="ignore"):
            beyond = ~(self.error <= threshold)
        return int(np.argmax(beyond)) if beyond.any() else len(beyond)


def forecast(taught: Taught, steps: int) -> Forecast:
    """Let a taught reservoir continue the series from the end of its training data."""
    end, series = taught.end, taught.series
    outputs, states = taught.reservoir.free(
        taught.fit.readout, taught.trace.s[end], series[end][None], steps
    )
    truth = series[end + 1 : end + 1 + steps]
    return Forecast(
        truth, outputs[: len(truth), 0], states[: len(truth), 0], series[: end + 1].std(axis=0)
    )


def nrmse(
    taught: Taught, scaling: Scaling, ahead: int = 84, starts: int = 50, every: int = 42
) -> float:
    """Return the error after ``ahead`` free steps in standard deviations, over many starts.

    The starts follow each other in the held-out part; in the units of the series itself. For
    Mackey-Glass and 84 steps this is the NRMSE84 of Jaeger 2001.
    """
    at = taught.end + every * np.arange(starts)
    at = at[at + ahead < len(taught.series)]
    if not len(at):
        raise ValueError(
            "nrmse: wanted held-out data longer than the forecast, got none; teach less."
        )
    outputs, _ = taught.reservoir.free(
        taught.fit.readout, taught.trace.s[at, 0], taught.series[at], ahead
    )
    found, true = scaling.restored(outputs[-1]), scaling.restored(taught.series[at + ahead])
    with np.errstate(over="ignore", invalid="ignore"):
        variance = scaling.restored(taught.series).var(axis=0)
        return float(np.sqrt(np.mean((found - true) ** 2 / variance)))
