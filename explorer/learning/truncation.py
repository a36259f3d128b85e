"""Truncated backpropagation through time: every loss is carried back through K steps only."""

from __future__ import annotations

import numpy as np

from explorer.gradients import GradientTrace, injected
from explorer.shapes import Array
from explorer.trace import Trace


def truncated(trace: Trace, dL_ds: Array, window: int) -> GradientTrace:
    """Carry what the loss injects at each s_t back through the K = ``window`` steps t .. t-K+1.

    Each of these steps has its share of the weight gradient; at s_{t-K} the gradient arrives and
    goes no further. A window of T is the whole gradient, a window of 1 knows no past at all.
    """
    ds, onward = carried(trace, dL_ds, window)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        back = trace.cell.pull(trace.steps, onward[1:])
    return GradientTrace(trace, ds, back.da_x, back.da_h, back.own)


def carried(trace: Trace, dL_ds: Array, window: int) -> tuple[Array, Array]:
    """Return what is there at each state and what of it goes on, (T+1, B, S) both.

    Raises
    ------
    ValueError
        When the window is less than one step.
    """
    if window < 1:
        raise ValueError(f"truncated: wanted a window of at least 1 step, got {window}.")
    direct = injected(trace, dL_ds)
    ds, onward = direct.copy(), np.zeros_like(direct)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        J = trace.cell.jacobian(trace.steps)
        # One covector for each loss that is on its way.
        covectors, since = direct[:0], np.zeros(0, np.int64)
        for t in range(trace.T, 0, -1):
            on = since - t < window
            covectors, since = covectors[on], since[on]
            if direct[t].any():
                covectors = np.concatenate([covectors, direct[t : t + 1]])
                since = np.append(since, t)
            onward[t] = covectors.sum(axis=0)
            covectors = np.matmul(covectors.swapaxes(0, 1), J[t - 1]).swapaxes(0, 1)
            ds[t - 1] += covectors.sum(axis=0)
    return ds, onward
