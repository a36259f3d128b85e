"""The gated recurrent unit as first published: the reset gate acts before the product."""

from dataclasses import dataclass

import numpy as np

from explorer.activations import sigmoid
from explorer.cells.base import Cell
from explorer.cells.records import FOREVER, BackStep, Clamp, Factor, Step


@dataclass(frozen=True, eq=False)
class OriginalGRU(Cell):
    """A GRU whose candidate sees W_hn (r ⊙ h), so that the reset gate mixes units."""

    name = "Original GRU"
    drives = ("r", "z", "n")
    gates = ("r", "z", "n")
    equations = {
        "r": r"r_t = \sigma(W_{xr} x_t + b_{xr} + W_{hr} h_{t-1} + b_{hr})",
        "z": r"z_t = \sigma(W_{xz} x_t + b_{xz} + W_{hz} h_{t-1} + b_{hz})",
        "n": r"n_t = \tanh(W_{xn} x_t + b_{xn} + W_{hn} (r_t \odot h_{t-1}) + b_{hn})",
        "h": r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    }
    arithmetic = {
        "r": "sigmoid(x_r + h_r)",
        "z": "sigmoid(x_z + h_z)",
        "n": "tanh(x_n + h_n)",
        "h": "(1 - z) * n + z * h_prev",
    }
    meaning = {"r": "reset gate", "z": "update gate", "n": "candidate", "h": "hidden state"}
    variant = "Reset before the product, z keeps the past; PyTorch has no such layer."
    source = "Cho et al. 2014"
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

    def a_h(self, step):
        a_h = super().a_h(step)
        # The candidate reads what the reset gate has left of the past.
        n = slice(2 * self.H, None)
        a_h[..., n] = (step.gates["r"] * step.s_prev) @ self.W_hh[n].T + self.b_hh[n]
        return a_h

    def step(self, t, x, s):
        H = self.H
        a_x = x @ self.W_xh.T + self.b_xh
        a_rz = s @ self.W_hh[: 2 * H].T + self.b_hh[: 2 * H]
        with np.errstate(over="ignore"):
            rz = sigmoid(a_x[..., : 2 * H] + a_rz)
        r, z = self.held(t, r=rz[..., :H], z=rz[..., H:])
        a_n = (r * s) @ self.W_hh[2 * H :].T + self.b_hh[2 * H :]
        (n,) = self.held(t, n=np.tanh(a_x[..., 2 * H :] + a_n))
        return Step(t, x, s, {"r": r, "z": z, "n": n}, n + z * (s - n))

    def pull(self, step, ds):
        H, h = self.H, step.s_prev
        r, z, n = (step.gates[gate] for gate in self.gates)
        free_r, free_z, free_n = self.free(step)
        da_n = ds * (1 - z) * (1 - n * n) * free_n
        d_rh = da_n @ self.W_hh[2 * H :]
        da_z = ds * (h - n) * z * (1 - z) * free_z
        da_r = d_rh * h * r * (1 - r) * free_r
        da = np.concatenate([da_r, da_z, da_n], axis=-1)
        ds_prev = ds * z + d_rh * r + da[..., : 2 * H] @ self.W_hh[: 2 * H]
        return BackStep(step.t, ds, ds_prev, da, da)

    def jacobian(self, step):
        # The whole film in one product, about ten times faster than pulling unit vectors back.
        H, h = self.H, step.s_prev
        r, z, n = (step.gates[gate] for gate in self.gates)
        free_r, free_z, free_n = self.free(step)
        W_r, W_z, W_n = self.W_hh.reshape(3, H, H)
        into_n = np.matmul(W_n, (h * r * (1 - r) * free_r)[..., None] * W_r)
        into_n += W_n * r[..., None, :]
        into_n *= ((1 - z) * (1 - n * n) * free_n)[..., None]
        into_n += ((h - n) * z * (1 - z) * free_z)[..., None] * W_z
        own = np.arange(H)
        into_n[..., own, own] += z
        return into_n

    def direct(self, step):
        return {"h": step.gates["z"]}

    def factors(self, step, back):
        H, h, da = self.H, step.s_prev, back.da_h
        return {
            "W_xh": (Factor(da, step.x),),
            "W_hh": (
                Factor(da[..., : 2 * H], h),
                Factor(da[..., 2 * H :], step.gates["r"] * h),
            ),
            "b_xh": (Factor(da),),
            "b_hh": (Factor(da),),
        }
