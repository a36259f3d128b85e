"""The peer of our films: a torch loop that writes every step in full and retains every tensor.

It is what a careful user would write, with the norms of all steps taken at once after the loop. It
retains a little more than ours hand out (the loss gradient at each gate); ``torch_tight`` retains
exactly as much and is the fastest that we could make eager torch.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.linalg import vector_norm

from tests.bench.torch_tight import share


def drives(w: dict[str, Tensor], x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
    return x @ w["W_xh"].T + w["b_xh"], h @ w["W_hh"].T + w["b_hh"]


# Each step returns the new slots, what else it retains, and the drive whose share of W_hh counts.


def elman(w, x, h):
    a_x, a_h = drives(w, x, h)
    a = a_x + a_h
    return (torch.tanh(a),), (a,), a


def lstm(w, x, h, c):
    a_x, a_h = drives(w, x, h)
    a = a_x + a_h
    a_i, a_f, a_g, a_o = a.chunk(4, 1)
    i, f, g, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
    c = f * c + i * g
    return (o * torch.tanh(c), c), (a, i, f, g, o), a


def peephole_lstm(w, x, h, c):
    a_x, a_h = drives(w, x, h)
    a = a_x + a_h
    a_i, a_f, a_g, a_o = a.chunk(4, 1)
    i, f = torch.sigmoid(a_i + w["p_i"] * c), torch.sigmoid(a_f + w["p_f"] * c)
    g = torch.tanh(a_g)
    c = f * c + i * g
    o = torch.sigmoid(a_o + w["p_o"] * c)
    return (o * torch.tanh(c), c), (a, i, f, g, o), a


def gru(w, x, h):
    a_x, a_h = drives(w, x, h)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = a_x.chunk(3, 1), a_h.chunk(3, 1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return ((1 - z) * n + z * h,), (a_x, a_h, r, z, n), a_h


def original_gru(w, x, h):
    H = h.shape[1]
    a_x, a_rz = x @ w["W_xh"].T + w["b_xh"], h @ w["W_hh"][: 2 * H].T + w["b_hh"][: 2 * H]
    r, z = torch.sigmoid(a_x[:, : 2 * H] + a_rz).chunk(2, 1)
    a_n = (r * h) @ w["W_hh"][2 * H :].T + w["b_hh"][2 * H :]
    n = torch.tanh(a_x[:, 2 * H :] + a_n)
    return ((1 - z) * n + z * h,), (a_x, a_rz, a_n, r, z, n), a_rz


STEPS: dict[str, Callable[..., tuple]] = {
    "Elman": elman,
    "LSTM": lstm,
    "PeepholeLSTM": peephole_lstm,
    "GRU": gru,
    "OriginalGRU": original_gru,
}


def films(name: str, w: dict[str, Tensor], xs: Tensor, s0: Tensor, dL_ds: Tensor) -> dict:
    """Run forwards and backwards; return summed gradients and the norms of every step."""
    for leaf in (*w.values(), xs):
        leaf.grad = None
    H = w["W_hh"].shape[1]
    slots, records, past = s0.split(H, 1), [], []
    for x in xs:
        past.append(slots[0])
        slots, inner, drive = STEPS[name](w, x, *slots)
        for tensor in (*slots, *inner):
            tensor.retain_grad()
        records.append((slots, inner, drive))
    s = torch.stack([torch.cat(slots, 1) for slots, _, _ in records])
    (s * dL_ds).sum().backward()
    with torch.no_grad():
        kept = zip(*((*slots, *inner) for slots, inner, _ in records), strict=True)
        norms = [
            vector_norm(torch.stack([tensor.grad for tensor in signal]), dim=(1, 2))
            for signal in kept
        ]
        da_h = torch.stack([drive.grad for _, _, drive in records])
        shares = share(da_h, torch.stack(past))
    return {"dcell": {k: leaf.grad for k, leaf in w.items()}, "norms": norms, "shares": shares}


def agreement(ours, theirs: dict) -> float:
    """Return the largest relative difference of the summed gradients and the norm of dL/dh."""
    pairs = [(a, theirs["dcell"][k].numpy()) for k, a in ours.dcell.named().items()]
    dh = ours.slot("h")[1:]
    pairs.append((np.linalg.norm(dh.reshape(len(dh), -1), axis=1), theirs["norms"][0].numpy()))
    return max(float(np.abs(a - b).max() / max(np.abs(a).max(), 1e-300)) for a, b in pairs)
