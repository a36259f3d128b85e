"""The LSTM whose gates look into the memory they guard (Gers & Schmidhuber 2000, IJCNN)."""

from dataclasses import dataclass

import numpy as np

from explorer.activations import sigmoid
from explorer.cells.layout import gate_first
from explorer.cells.pointwise import PointwiseCell
from explorer.cells.records import Factor
from explorer.shapes import Array


@dataclass(frozen=True, eq=False)
class PeepholeLSTM(PointwiseCell):
    """An LSTM with three peephole vectors: i and f see the old memory, o sees the new one."""

    p_i: Array  # (H,)
    p_f: Array  # (H,)
    p_o: Array  # (H,)

    name = "Peephole LSTM"
    drives = ("i", "f", "g", "o")
    summed = True
    gates = ("i", "f", "g", "o")
    slots = ("h", "c")
    equations = {
        "i": r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + p_i \odot c_{t-1} + b_i)",
        "f": r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + p_f \odot c_{t-1} + b_f)",
        "g": r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)",
        "c": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        "o": r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + p_o \odot c_t + b_o)",
        "h": r"h_t = o_t \odot \tanh(c_t)",
    }
    arithmetic = {
        "i": "sigmoid(x_i + h_i + p_i * c_prev)",
        "f": "sigmoid(x_f + h_f + p_f * c_prev)",
        "g": "tanh(x_g + h_g)",
        "c": "f * c_prev + i * g",
        "o": "sigmoid(x_o + h_o + p_o * c)",
        "h": "o * tanh(c)",
    }
    meaning = {
        "i": "input gate",
        "f": "forget gate",
        "g": "candidate",
        "o": "output gate",
        "c": "cell state",
        "h": "hidden state",
    }
    variant = "i and f see c_{t-1}, o sees the new c_t; one peephole weight per unit."
    source = "Gers & Schmidhuber 2000"
    keep = "f"
    write = "i"

    @property
    def ranges(self):
        return {"i": (0, 1), "f": (0, 1), "g": (-1, 1), "o": (0, 1), "h": (-1, 1), "c": None}

    @classmethod
    def own_init(cls, rng, D, H):
        bound = 1.0 / np.sqrt(H)
        return {name: rng.uniform(-bound, bound, H) for name in ("p_i", "p_f", "p_o")}

    def update(self, t, a_x, a_h, s_prev):
        _, c_prev = s_prev
        a_i, a_f, a_g, a_o = a_x + a_h
        i = sigmoid(a_i + self.p_i * c_prev)
        f = sigmoid(a_f + self.p_f * c_prev)
        i, f, g = self.held(t, i=i, f=f, g=np.tanh(a_g))
        c = f * c_prev + i * g
        (o,) = self.held(t, o=sigmoid(a_o + self.p_o * c))
        return (o * np.tanh(c), c), (i, f, g, o)

    def update_vjp(self, step, ds):
        (i, f, g, o), (free_i, free_f, free_g, free_o) = step.gates, step.free
        (_, c_prev), (_, c), (dh, dc) = step.s_prev, step.s, ds
        tanh_c = np.tanh(c)
        da_o = dh * (tanh_c * o * (1 - o) * free_o)
        dc = dc + dh * (o * (1 - tanh_c * tanh_c)) + da_o * self.p_o
        da_i = dc * (g * i * (1 - i) * free_i)
        da_f = dc * (c_prev * f * (1 - f) * free_f)
        da = da_i, da_f, dc * (i * (1 - g * g) * free_g), da_o
        return da, da, (0.0, dc * f + da_i * self.p_i + da_f * self.p_f)

    def own_factors(self, step, back):
        da_i, da_f, _, da_o = gate_first(back.da_h, self.H)
        c_prev, c = step.s_prev[..., self.H :], step.s[..., self.H :]
        return {
            "p_i": (Factor(da_i * c_prev),),
            "p_f": (Factor(da_f * c_prev),),
            "p_o": (Factor(da_o * c),),
        }
