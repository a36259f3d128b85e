"""Long short-term memory with forget gates (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

from dataclasses import dataclass

import numpy as np

from explorer.activations import sigmoid
from explorer.cells import lstm_film
from explorer.cells.pointwise import PointwiseCell


@dataclass(frozen=True, eq=False)
class LSTM(PointwiseCell):
    """A protected memory ``c`` that is scaled by f, written by i ⊙ g and read through o."""

    name = "LSTM"
    drives = ("i", "f", "g", "o")
    summed = True
    gates = ("i", "f", "g", "o")
    slots = ("h", "c")
    equations = {
        "i": r"i_t = \sigma(W_{xi} x_t + W_{hi} h_{t-1} + b_i)",
        "f": r"f_t = \sigma(W_{xf} x_t + W_{hf} h_{t-1} + b_f)",
        "g": r"g_t = \tanh(W_{xg} x_t + W_{hg} h_{t-1} + b_g)",
        "o": r"o_t = \sigma(W_{xo} x_t + W_{ho} h_{t-1} + b_o)",
        "c": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        "h": r"h_t = o_t \odot \tanh(c_t)",
    }
    arithmetic = {
        "i": "sigmoid(x_i + h_i)",
        "f": "sigmoid(x_f + h_f)",
        "g": "tanh(x_g + h_g)",
        "o": "sigmoid(x_o + h_o)",
        "c": "f * c_prev + i * g",
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
    variant = (
        "With forget gate, without peepholes; the same map as torch.nn.LSTM (two bias vectors)."
    )
    source = "Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000"
    keep = "f"
    write = "i"

    @property
    def ranges(self):
        return {"i": (0, 1), "f": (0, 1), "g": (-1, 1), "o": (0, 1), "h": (-1, 1), "c": None}

    def box(self, x):
        if self.surgery:
            return None
        # No drive exceeds this while |h| <= 1, so |c| <= i + f |c| keeps c within i / (1 - f).
        highest = self.W_xh @ x + self.b_xh + self.b_hh + np.abs(self.W_hh).sum(axis=1)
        with np.errstate(over="ignore", divide="ignore"):
            i, f = sigmoid(highest.reshape(4, -1)[:2])
            edge = np.concatenate([np.ones(self.H), i / (1 - f)])
        return (-edge, edge) if np.isfinite(edge).all() else None

    def update(self, t, a_x, a_h, s_prev):
        _, c_prev = s_prev
        a = a_x + a_h
        i, f, _, o = sigmoid(a)
        g = np.tanh(a[2])
        i, f, g, o = self.held(t, i=i, f=f, g=g, o=o)
        c = f * c_prev + i * g
        return (o * np.tanh(c), c), (i, f, g, o)

    def update_vjp(self, step, ds):
        (i, f, g, o), (free_i, free_f, free_g, free_o) = step.gates, step.free
        (_, c_prev), (_, c), (dh, dc) = step.s_prev, step.s, ds
        tanh_c = np.tanh(c)
        dc = dc + dh * (o * (1 - tanh_c * tanh_c))
        da = (
            dc * (g * i * (1 - i) * free_i),
            dc * (c_prev * f * (1 - f) * free_f),
            dc * (i * (1 - g * g) * free_g),
            dh * (tanh_c * o * (1 - o) * free_o),
        )
        return da, da, (0.0, dc * f)

    def forward(self, xs, s0):
        return lstm_film.forward(self, xs, s0)

    def backward(self, steps, ds):
        return lstm_film.backward(self, steps, ds)
