"""The films in torch as tight as eager torch allows, with exactly the information of ours.

The input projection of all steps is one product, unbound once; multiply-adds are fused; norms are
computed after the loop, for all steps at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer import Cell

torch.set_num_threads(1)


@dataclass(frozen=True, eq=False)
class Films:
    """What the peer hands over, named as in our films."""

    s: list[tuple[Tensor, ...]]  # the slots of s_1 .. s_T
    gates: list[tuple[Tensor, ...]]
    ds: Tensor  # (T, B, S)
    dx: Tensor
    da_x: Tensor
    da_h: Tensor
    norm: Tensor  # (T,)
    shares: dict[str, Tensor]
    dcell: dict[str, Tensor]


def weights(cell: Cell, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """Return a cell's arrays as torch leaves."""
    return {k: torch.tensor(a, dtype=dtype, requires_grad=True) for k, a in cell.named().items()}


def kept(tensor: Tensor) -> Tensor:
    """Ask autograd to leave this tensor's gradient behind."""
    tensor.retain_grad()
    return tensor


# Each loop returns the slots, the gates and the summed drives of every step; where the drive from
# the past has a gradient of its own (GRU), the last entry holds those drives.


def elman(w, a_x, h):
    W = w["W_hh"].T
    states, drives = [], []
    for x in a_x:
        drives.append(a := kept(x + torch.addmm(w["b_hh"], h, W)))
        h = kept(torch.tanh(a))
        states.append((h,))
    return states, [], drives, drives


def lstm(w, a_x, h, c):
    W = w["W_hh"].T
    states, gates, drives = [], [], []
    for x in a_x:
        drives.append(a := kept(x + torch.addmm(w["b_hh"], h, W)))
        a_i, a_f, a_g, a_o = a.chunk(4, 1)
        i, f, g, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
        c = kept(torch.addcmul(f * c, i, g))
        h = kept(o * torch.tanh(c))
        states.append((h, c))
        gates.append((i, f, g, o))
    return states, gates, drives, drives


def peephole_lstm(w, a_x, h, c):
    W, p_i, p_f, p_o = w["W_hh"].T, w["p_i"], w["p_f"], w["p_o"]
    states, gates, drives = [], [], []
    for x in a_x:
        drives.append(a := kept(x + torch.addmm(w["b_hh"], h, W)))
        a_i, a_f, a_g, a_o = a.chunk(4, 1)
        i = torch.sigmoid(torch.addcmul(a_i, p_i, c))
        f = torch.sigmoid(torch.addcmul(a_f, p_f, c))
        g = torch.tanh(a_g)
        c = kept(torch.addcmul(f * c, i, g))
        o = torch.sigmoid(torch.addcmul(a_o, p_o, c))
        h = kept(o * torch.tanh(c))
        states.append((h, c))
        gates.append((i, f, g, o))
    return states, gates, drives, drives


def gru(w, a_x, h):
    W, sizes = w["W_hh"].T, (2 * h.shape[1], h.shape[1])
    states, gates, drives = [], [], []
    for x in a_x:
        drives.append(a := kept(torch.addmm(w["b_hh"], h, W)))
        (x_rz, x_n), (h_rz, h_n) = x.split(sizes, 1), a.split(sizes, 1)
        r, z = torch.sigmoid(x_rz + h_rz).chunk(2, 1)
        n = torch.tanh(torch.addcmul(x_n, r, h_n))
        h = kept(torch.lerp(n, h, z))
        states.append((h,))
        gates.append((r, z, n))
    return states, gates, None, drives


def original_gru(w, a_x, h):
    sizes = (2 * h.shape[1], h.shape[1])
    (W_rz, W_n), (b_rz, b_n) = w["W_hh"].T.split(sizes, 1), w["b_hh"].split(sizes)
    states, gates = [], []
    for x in a_x:
        x_rz, x_n = x.split(sizes, 1)
        r, z = torch.sigmoid(x_rz + torch.addmm(b_rz, h, W_rz)).chunk(2, 1)
        n = torch.tanh(x_n + torch.addmm(b_n, r * h, W_n))
        h = kept(torch.lerp(n, h, z))
        states.append((h,))
        gates.append((r, z, n))
    return states, gates, None, None


LOOPS: dict[str, Callable[..., tuple]] = {
    "Elman": elman,
    "LSTM": lstm,
    "PeepholeLSTM": peephole_lstm,
    "GRU": gru,
    "OriginalGRU": original_gru,
}
"""From the name of a cell's class to its loop; a cell without one is left out of the comparison."""


def films(name: str, w: dict[str, Tensor], xs: Tensor, s0: Tensor, dL_ds: Tensor) -> Films:
    """Run forwards and backwards, and compute every norm that our films hand out."""
    for leaf in (*w.values(), xs):
        leaf.grad = None
    H = w["W_hh"].shape[1]
    injected = dL_ds.split(H, 2)
    slots = s0.split(H, 1)
    # The whole (T, B, G·H) drive from the input retains one gradient, so its steps need none.
    a_x = kept(torch.nn.functional.linear(xs, w["W_xh"], w["b_xh"]))
    states, gates, _, drives = LOOPS[name](w, a_x.unbind(0), *slots)
    by_slot = list(zip(*states, strict=True))
    roots = [s for slot in by_slot for s in slot]
    torch.autograd.backward(roots, [d for slot in injected for d in slot.unbind(0)])
    with torch.no_grad():
        ds = torch.cat([torch.stack([s.grad for s in slot]) for slot in by_slot], 2)
        da_x = a_x.grad
        da_h = da_x if drives is None else torch.stack([a.grad for a in drives])
        h = torch.cat([slots[0][None], torch.stack(by_slot[0])])
        norm = torch.linalg.vector_norm(ds, dim=(1, 2))
        shares = {
            "W_xh": share(da_x, xs),
            "W_hh": recurrent_share(name, da_h, h[:-1], gates, H),
            "b_xh": torch.linalg.vector_norm(da_x.sum(1), dim=1),
            "b_hh": torch.linalg.vector_norm(da_h.sum(1), dim=1),
        }
        if name == "PeepholeLSTM":
            c = torch.cat([slots[1][None], torch.stack(by_slot[1])])
            da_i, da_f, _, da_o = da_h.chunk(4, 2)
            for p, da, seen in (("p_i", da_i, c[:-1]), ("p_f", da_f, c[:-1]), ("p_o", da_o, c[1:])):
                shares[p] = torch.linalg.vector_norm((da * seen).sum(1), dim=1)
    dcell = {k: leaf.grad for k, leaf in w.items()}
    return Films(states, gates, ds, xs.grad, da_x, da_h, norm, shares, dcell)


def recurrent_share(name, da_h, h, gates, H):
    """Return |dL_t/dW_hh| (T,); the original GRU's last rows see r ⊙ h in place of h."""
    if name != "OriginalGRU":
        return share(da_h, h)
    r = torch.stack([gate[0] for gate in gates])
    first, last = da_h.split((2 * H, H), 2)
    return torch.hypot(share(first, h), share(last, r * h))


def share(left: Tensor, right: Tensor) -> Tensor:
    """Return the norm of each step's Σ_b left_b ⊗ right_b without forming it."""
    if left.shape[1] == 1:
        norm = torch.linalg.vector_norm
        return norm(left, dim=(1, 2)) * norm(right, dim=(1, 2))
    gram = torch.bmm(left, left.mT) * torch.bmm(right, right.mT)
    return gram.sum((1, 2)).clamp_min(0).sqrt()


def agreement(ours, theirs: Films) -> float:
    """Return the largest relative difference between our GradientTrace and the peer's films."""
    ds = autograd_ds(ours)
    pairs = [
        (ours.trace.s[1:], torch.stack([torch.cat(s, 1) for s in theirs.s]).detach()),
        (ds, theirs.ds),
        (np.linalg.norm(ds.reshape(len(ds), -1), axis=1), theirs.norm),
        (ours.dx, theirs.dx),
        (ours.da_x, theirs.da_x),
        (ours.da_h, theirs.da_h),
    ]
    for k, gate in enumerate(ours.trace.gates.values()):
        pairs.append((gate, torch.stack([step[k] for step in theirs.gates]).detach()))
    pairs += [(ours.shares[k], theirs.shares[k]) for k in theirs.shares]
    pairs += [(array, theirs.dcell[k]) for k, array in ours.dcell.named().items()]
    return max(float(np.abs(a - b.numpy()).max() / max(np.abs(a).max(), 1e-300)) for a, b in pairs)


def autograd_ds(ours) -> np.ndarray:
    """Return our ds_1 .. ds_T as autograd counts them.

    We take the gradient at the state vector [h; c], its two halves side by side. Autograd computes
    h_t from c_t, so its gradient at c_t holds the way through h_t as well.
    """
    ds = ours.ds[1:].copy()
    if "c" in ours.cell.slots:
        H, o, tanh_c = ours.cell.H, ours.trace.gates["o"], np.tanh(ours.trace.slot("c")[1:])
        ds[..., H:] += ds[..., :H] * o * (1 - tanh_c**2)
        if hasattr(ours.cell, "p_o"):
            ds[..., H:] += ours.da_h[..., 3 * H :] * ours.cell.p_o
    return ds
