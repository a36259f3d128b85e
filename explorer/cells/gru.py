"""The gated recurrent unit as frameworks compute it: the reset gate acts after the product."""

from dataclasses import dataclass

import numpy as np

from explorer.activations import sigmoid
from explorer.cells.pointwise import PointwiseCell
from explorer.cells.records import FOREVER, Clamp


@dataclass(frozen=True, eq=False)
class GRU(PointwiseCell):
    """One gate blends old and new, another decides how much of the past the new one sees."""

    name = "GRU"
    drives = ("r", "z", "n")
    gates = ("r", "z", "n")
    equations = {
        "r": r"r_t = \sigma(W_{xr} x_t + b_{xr} + W_{hr} h_{t-1} + b_{hr})",
        "z": r"z_t = \sigma(W_{xz} x_t + b_{xz} + W_{hz} h_{t-1} + b_{hz})",
        "n": r"n_t = \tanh(W_{xn} x_t + b_{xn} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
        "h": r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    }
    arithmetic = {
        "r": "sigmoid(x_r + h_r)",
        "z": "sigmoid(x_z + h_z)",
        "n": "tanh(x_n + r * h_n)",
        "h": "(1 - z) * n + z * h_prev",
    }
    meaning = {"r": "reset gate", "z": "update gate", "n": "candidate", "h": "hidden state"}
    variant = "Reset after the product, z keeps the past; the same map as torch.nn.GRU."
    source = "Cho et al. 2014, in the reset-after form of the cuDNN library"
    keep = "z"

    @property
    def ranges(self):
        return {"r": (0, 1), "z": (0, 1), "n": (-1, 1), "h": (-1, 1)}

    @property
    def still(self):
        # Where z is nearly 1 every state all but rests; h = n(h) has the same roots and no others.
        if any(clamp.gate == "z" for clamp in self.surgery):
            return self
        return self.clamped(*self.surgery, Clamp("z", 0.0, 0, FOREVER))

    def update(self, t, a_x, a_h, s_prev):
        (h_prev,) = s_prev
        r, z = sigmoid(a_x[:2] + a_h[:2])
        r, z = self.held(t, r=r, z=z)
        (n,) = self.held(t, n=np.tanh(a_x[2] + r * a_h[2]))
        return (n + z * (h_prev - n),), (r, z, n)

    def update_vjp(self, step, ds):
        (r, z, n), (free_r, free_z, free_n) = step.gates, step.free
        (h_prev,), (dh,) = step.s_prev, ds
        da_n = dh * ((1 - z) * (1 - n * n) * free_n)
        da_z = dh * ((h_prev - n) * z * (1 - z) * free_z)
        da_r = da_n * (step.a_h[2] * r * (1 - r) * free_r)
        return (da_r, da_z, da_n), (da_r, da_z, da_n * r), (dh * z,)
