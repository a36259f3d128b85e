"""Cells that live in the tests only, each asking something of the base that no shipped cell asks.

They go through the very contract of the shipped cells, so the base keeps room for their kind.
"""

from dataclasses import dataclass

import numpy as np

from explorer.cells.base import Cell
from explorer.cells.pointwise import PointwiseCell
from explorer.cells.records import BackStep, Factor, Step
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Leaky(PointwiseCell):
    """A direct path whose slope is a plain number: the leak is a setting, not an array."""

    leak: float = 0.3

    name = "Leaky"
    drives = ("n",)
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


@dataclass(frozen=True, eq=False)
class Clockwork(PointwiseCell):
    """A masked matrix, and a rule that depends on the time: a group moves when its clock ticks."""

    periods: tuple[int, ...] = (1, 2, 4)

    name = "Clockwork"
    drives = ("n",)
    gates = ("m", "n")
    equations = {
        "m": r"m_t = [\tau \mid t]",
        "n": r"n_t = \tanh(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",
        "h": r"h_t = m_t \odot n_t + (1 - m_t) \odot h_{t-1}",
    }
    variant = "Each group sees itself and the slower ones."
    source = "Koutník et al. 2014"

    @property
    def ranges(self):
        return {"m": (0, 1), "n": (-1, 1), "h": (-1, 1)}

    @property
    def clocks(self) -> Array:
        """The period of each unit."""
        return np.array(self.periods)[np.arange(self.H) * len(self.periods) // self.H]

    @property
    def mask(self):
        return (self.clocks[:, None] <= self.clocks[None, :]).astype(self.W_hh.real.dtype)

    def update(self, t, a_x, a_h, s_prev):
        (h_prev,), n = s_prev, np.tanh(a_x[0] + a_h[0])
        m = np.broadcast_to(t % self.clocks == 0, n.shape).astype(n.dtype)
        return (m * n + (1 - m) * h_prev,), (m, n)

    def update_vjp(self, step, ds):
        (dh,), (m, n) = ds, step.gates
        da = (dh * (m * (1 - n * n)),)
        return da, da, (dh * (1 - m),)


@dataclass(frozen=True, eq=False)
class Jordan(Cell):
    """A cell off the pointwise road, with a matrix, a drive and a slot of its own."""

    W_hy: Array  # (H, H)
    b_y: Array  # (H,)

    name = "Jordan"
    drives = ("h",)
    gates = ()
    slots = ("h", "y")
    equations = {
        "h": r"h_t = \tanh(W_{xh} x_t + b_{xh} + W_{yh} y_{t-1} + b_{hh})",
        "y": r"y_t = W_{hy} h_t + b_y",
    }
    variant = "As many outputs as hidden units; the output is linear."
    source = "Jordan 1986"

    @property
    def ranges(self):
        return {"h": (-1, 1), "y": None}

    @classmethod
    def own_init(cls, rng, D, H):
        bound = 1 / np.sqrt(H)
        return {"W_hy": rng.uniform(-bound, bound, (H, H)), "b_y": rng.uniform(-bound, bound, H)}

    def step(self, t, x, s):
        a_x = x @ self.W_xh.T + self.b_xh
        a_h = self.slot(s, "y") @ self.W_hh.T + self.b_hh
        h = np.tanh(a_x + a_h)
        y = h @ self.W_hy.T + self.b_y
        return Step(t, x, s, a_x, a_h, {}, np.concatenate([h, y], axis=-1))

    def pull(self, step, ds):
        h, dy = self.slot(step.s, "h"), self.slot(ds, "y")
        da = (self.slot(ds, "h") + dy @ self.W_hy) * (1 - h * h)
        ds_prev = np.concatenate([np.zeros_like(da), da @ self.W_hh], axis=-1)
        return BackStep(step.t, ds, ds_prev, da @ self.W_xh, da, da, {"y": dy})

    def factors(self, step, back):
        return {
            "W_xh": (Factor(back.da_x, step.x),),
            "W_hh": (Factor(back.da_h, self.slot(step.s_prev, "y")),),
            "b_xh": (Factor(back.da_x),),
            "b_hh": (Factor(back.da_h),),
            "W_hy": (Factor(back.own["y"], self.slot(step.s, "h")),),
            "b_y": (Factor(back.own["y"]),),
        }


SPECIMENS: tuple[type[Cell], ...] = (Leaky, Constant, Clockwork, Jordan)
