"""The matrices that gradients are multiplied by on their way back."""

from __future__ import annotations

import numpy as np

from explorer.gradients import GradientTrace
from explorer.shapes import Array
from explorer.trace import Trace


def jacobians(trace: Trace) -> Array:
    """Return J[t] = ∂s_{t+1}/∂s_t for every step, (T, B, S, S)."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return trace.cell.jacobian(trace.steps)


def norm_bound(gradients: GradientTrace, batch: int = 0) -> Array:
    """Bound |dL/ds_t| (T+1,) from above by the last norm times the largest singular values passed.

    Holds when the loss looks at the last state only. That a spectral radius is below 1 bounds
    nothing; the largest singular value does (Pascanu, Mikolov & Bengio 2013).
    """
    trace = gradients.trace
    start = np.linalg.norm(gradients.ds[-1, batch])
    J = jacobians(trace)[:, batch]
    within = np.isfinite(J).all(axis=(1, 2))
    largest = np.full(trace.T, np.nan)
    if within.any():
        largest[within] = np.linalg.svd(J[within], compute_uv=False)[:, 0]
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return start * np.concatenate([[1.0], np.cumprod(largest[::-1])])[::-1]


def direct_path(gradients: GradientTrace, slot: str, batch: int = 0) -> Array | None:
    """Return what |dL/d(slot)_t| (T,) would be past every matrix; None without such a path.

    For the memory of an LSTM this is the product of forget gates. It starts one step before the
    end, where the loss on the hidden state first reaches the memory.
    """
    trace = gradients.trace
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        kept = trace.cell.direct(trace.steps).get(slot)
        if kept is None:
            return None
        passed = np.cumprod(kept[:-1, batch][::-1], axis=0)[::-1]
        passed = np.concatenate([passed, np.ones((1, trace.cell.H))])
        return np.linalg.norm(gradients.slot(slot)[-2, batch] * passed, axis=1)
