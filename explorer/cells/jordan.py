"""The network that remembers what it said (Jordan 1986, ICS report 8604)."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from explorer.activations import TANH, Activation, activation
from explorer.cells.base import Cell
from explorer.cells.records import BackStep, Factor, Step
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class Jordan(Cell):
    """A network whose next state is made from its previous *output*, never from its state.

    ``W_hh`` (H, O) carries the output back: the W_yh of the literature. O is H unless ``narrowed``.
    """

    W_hy: Array  # (O, H)
    b_y: Array  # (O,)
    activation: Activation | str = TANH

    name = "Jordan"
    drives = ("h",)
    gates = ()
    slots = ("h", "y")
    fed = "y"
    equations = {
        "h": r"h_t = \varphi(W_{xh} x_t + b_{xh} + W_{yh} y_{t-1} + b_{hh})",
        "y": r"y_t = W_{hy} h_t + b_y",
    }
    arithmetic = {"h": "phi(x_h + h_h)", "y": "y_h + b_y"}
    meaning = {"h": "hidden state", "y": "own output"}
    variant = (
        "Only the output comes back, through W_yh (here W_hh); it is linear, and the state units "
        "do not remember by themselves."
    )
    source = "Jordan 1986"

    def __post_init__(self):
        super().__post_init__()
        object.__setattr__(self, "activation", activation(self.activation))

    @property
    def O(self) -> int:  # noqa: E743
        """Number of outputs."""
        return self.b_y.shape[0]

    @property
    def widths(self):
        return {"h": self.H, "y": self.O}

    @property
    def ranges(self):
        return {"h": self.activation.range, "y": None}

    @classmethod
    def own_init(cls, rng, D, H):
        bound = 1.0 / np.sqrt(H)
        return {"W_hy": rng.uniform(-bound, bound, (H, H)), "b_y": rng.uniform(-bound, bound, H)}

    def narrowed(self, outputs: int) -> Self:
        """Return the network with its first ``outputs`` outputs only."""
        return replace(
            self,
            W_hh=self.W_hh[:, :outputs],
            W_hy=self.W_hy[:outputs],
            b_y=self.b_y[:outputs],
        )

    def own_numbers(self, step, unit, batch):
        # What the output's row reads; there may be fewer outputs than units.
        return (
            {"y_h": float(self.W_hy[unit] @ self.slot(step.s, "h")[batch])}
            if (unit < self.O)
            else {}
        )

    def step(self, t, x, s):
        a_x = x @ self.W_xh.T + self.b_xh
        a_h = self.slot(s, "y") @ self.W_hh.T + self.b_hh
        h = self.activation(a_x + a_h)
        y = h @ self.W_hy.T + self.b_y
        return Step(t, x, s, {}, np.concatenate([h, y], axis=-1))

    def pull(self, step, ds):
        dy = self.slot(ds, "y")
        dh = self.slot(ds, "h") + dy @ self.W_hy
        da = dh * self.activation.slope(self.slot(step.s, "h"))
        ds_prev = np.concatenate([np.zeros_like(da), da @ self.W_hh], axis=-1)
        return BackStep(step.t, ds, ds_prev, da, da, {"y": dy})

    def factors(self, step, back):
        return {
            "W_xh": (Factor(back.da_x, step.x),),
            "W_hh": (Factor(back.da_h, self.slot(step.s_prev, "y")),),
            "b_xh": (Factor(back.da_x),),
            "b_hh": (Factor(back.da_h),),
            "W_hy": (Factor(back.own["y"], self.slot(step.s, "h")),),
            "b_y": (Factor(back.own["y"]),),
        }
