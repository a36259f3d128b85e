"""Cells that live in the tests only, each asking something of the base that no shipped cell asks.

They go through the very contract of the shipped cells, so the base keeps room for their kind.
"""

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.pointwise import PointwiseCell


@dataclass(frozen=True, eq=False)
class Leaky(PointwiseCell):
    """A direct path whose slope is a plain number: the leak is a setting, not an array."""

    leak: float = 0.3

    name = "Leaky"
    drives = ("n",)
    summed = True
    gates = ("n",)
    equations = {
        "n": r"n_t = \tanh(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",
        "h": r"h_t = (1 - \alpha) h_{t-1} + \alpha n_t",
    }
    variant = "The leak is fixed."
    source = "Jaeger 2001"

    @property
    def ranges(self):
        return {"n": (-1, 1), "h": (-1, 1)}

    def update(self, t, a_x, a_h, s_prev):
        (h_prev,), n = s_prev, np.tanh(a_x[0] + a_h[0])
        return ((1 - self.leak) * h_prev + self.leak * n,), (n,)

    def update_vjp(self, step, ds):
        (dh,), (n,) = ds, step.gates
        da = (dh * (self.leak * (1 - n * n)),)
        return da, da, (dh * (1 - self.leak),)


@dataclass(frozen=True, eq=False)
class Constant(PointwiseCell):
    """A rule all of whose slopes are plain numbers: the linear network, written the short way."""

    name = "Constant"
    drives = ("h",)
    summed = True
    gates = ()
    equations = {"h": r"h_t = W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh}"}
    variant = "Linear."
    source = "Tests 2025"

    @property
    def ranges(self):
        return {"h": None}

    def update(self, t, a_x, a_h, s_prev):
        return (a_x[0] + a_h[0],), ()

    def update_vjp(self, step, ds):
        return ds, ds, (0.0,)


SPECIMENS: tuple[type[Cell], ...] = (Leaky, Constant)
