"""Independent witnesses: torch.nn where it has the cell, else the published equations in autograd.

Nothing here looks at our code. A witness takes one step, ``(weights, x, s, t) -> s``, on tensors;
the weights carry our names, gates are stacked in the order that PyTorch documents, and t counts
from 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

Weights = dict[str, torch.Tensor]
Witness = Callable[[Weights, torch.Tensor, torch.Tensor, int], torch.Tensor]

SETTINGS = {
    "Elman": [{}, {"activation": "relu"}, {"activation": "identity"}],
    "Leaky": [{}, {"leak": 0.6, "activation": "relu"}],
    "LeakyUnits": [{"leak": 0.3}, {"leak": 0.6, "activation": "identity"}],
    "Clockwork": [{}, {"periods": "2, 3"}],
}
"""Settings beyond the default that are cells of their own, by the name of the class."""

TORCH_NAMES = {
    "weight_ih_l0": "W_xh",
    "weight_hh_l0": "W_hh",
    "bias_ih_l0": "b_xh",
    "bias_hh_l0": "b_hh",
}


def by_layer(layer: type[torch.nn.RNNBase], slots: int, **options: str) -> Witness:
    """Return a witness that calls a torch.nn layer on a sequence of one step."""

    def step(weights: Weights, x: torch.Tensor, s: torch.Tensor, t: int) -> torch.Tensor:
        units = s.shape[1] // slots
        module = layer(x.shape[1], units, dtype=x.dtype, **options)
        named = {theirs: weights[ours] for theirs, ours in TORCH_NAMES.items()}
        windows = tuple(window[None].contiguous() for window in s.split(units, dim=1))
        state = windows if slots > 1 else windows[0]
        _, state = torch.func.functional_call(module, named, (x[None], state))
        return torch.cat(state, dim=2)[0] if slots > 1 else state[0]

    return step


def blocks(weights: Weights, name: str, gates: str) -> dict[str, torch.Tensor]:
    """Split a stacked array into one block for each gate."""
    return dict(zip(gates, weights[name].chunk(len(gates)), strict=True))


def linear(weights: Weights, x: torch.Tensor, h: torch.Tensor, t: int) -> torch.Tensor:
    """A recurrent network whose nonlinearity is left out."""
    into, over = weights["W_xh"], weights["W_hh"]
    return x @ into.mT + weights["b_xh"] + h @ over.mT + weights["b_hh"]


def peephole_lstm(weights: Weights, x: torch.Tensor, s: torch.Tensor, t: int) -> torch.Tensor:
    """Gers & Schmidhuber 2000: input and forget gate see the old memory, the output the new."""
    W, U = blocks(weights, "W_xh", "ifgo"), blocks(weights, "W_hh", "ifgo")
    b, d = blocks(weights, "b_xh", "ifgo"), blocks(weights, "b_hh", "ifgo")
    h_old, c_old = s.chunk(2, dim=1)
    net = {k: torch.nn.functional.linear(x, W[k], b[k]) + h_old @ U[k].mT + d[k] for k in "ifgo"}
    write = torch.sigmoid(net["i"] + weights["p_i"] * c_old)
    hold = torch.sigmoid(net["f"] + weights["p_f"] * c_old)
    c_new = hold * c_old + write * torch.tanh(net["g"])
    show = torch.sigmoid(net["o"] + weights["p_o"] * c_new)
    return torch.cat([show * torch.tanh(c_new), c_new], dim=1)


def original_gru(weights: Weights, x: torch.Tensor, h: torch.Tensor, t: int) -> torch.Tensor:
    """Cho et al. 2014, equations 5 to 8: the reset gate acts on the state, z keeps the past."""
    W, U = blocks(weights, "W_xh", "rzn"), blocks(weights, "W_hh", "rzn")
    b, d = blocks(weights, "b_xh", "rzn"), blocks(weights, "b_hh", "rzn")
    reset = torch.sigmoid(x @ W["r"].mT + h @ U["r"].mT + b["r"] + d["r"])
    update = torch.sigmoid(x @ W["z"].mT + h @ U["z"].mT + b["z"] + d["z"])
    candidate = torch.tanh(x @ W["n"].mT + torch.mul(reset, h) @ U["n"].mT + b["n"] + d["n"])
    return update * h + (1 - update) * candidate


def jordan(weights: Weights, x: torch.Tensor, s: torch.Tensor, t: int) -> torch.Tensor:
    """Jordan 1986: the state is fed from the previous output."""
    _, output = s.chunk(2, dim=1)
    h = torch.tanh(
        x @ weights["W_xh"].mT + weights["b_xh"] + weights["b_hh"] + output @ weights["W_hh"].mT
    )
    return torch.cat([h, h @ weights["W_hy"].mT + weights["b_y"]], dim=1)


def clockwork(weights: Weights, x: torch.Tensor, h: torch.Tensor, t: int) -> torch.Tensor:
    """Koutník et al. 2014: a module moves when t mod T_i = 0 and reads itself and slower ones."""
    H, periods = h.shape[1], (1, 2, 4, 8)
    after = []
    for unit in range(H):
        module = unit * len(periods) // H
        first = min(j for j in range(H) if j * len(periods) // H == module)
        drive = (
            x @ weights["W_xh"][unit] + weights["b_xh"][unit]
            + h[:, first:] @ weights["W_hh"][unit, first:] + weights["b_hh"][unit]
        )  # fmt: skip
        after.append(h[:, unit] if t % periods[module] else torch.tanh(drive))
    return torch.stack(after, dim=1)


def minimal_gated_unit(weights: Weights, x: torch.Tensor, h: torch.Tensor, t: int) -> torch.Tensor:
    """Zhou et al. 2016, equations 7 to 9: the one gate scales the past and blends old and new."""
    W, U = blocks(weights, "W_xh", "fn"), blocks(weights, "W_hh", "fn")
    b, d = blocks(weights, "b_xh", "fn"), blocks(weights, "b_hh", "fn")
    forget = torch.sigmoid(x @ W["f"].mT + h @ U["f"].mT + b["f"] + d["f"])
    candidate = torch.tanh(x @ W["n"].mT + torch.mul(forget, h) @ U["n"].mT + b["n"] + d["n"])
    return torch.lerp(h, candidate, forget)


def leaky(weights: Weights, x: torch.Tensor, h: torch.Tensor, t: int) -> torch.Tensor:
    """An Euler step of length 1/5 of dh/dt = -h + tanh(...), the time constant being 1."""
    rest = torch.tanh(linear(weights, x, h, t))
    return h + (rest - h) / 5


WITNESSES: dict[tuple[str, str], Witness] = {
    ("Elman", "tanh"): by_layer(torch.nn.RNN, 1),
    ("Elman", "relu"): by_layer(torch.nn.RNN, 1, nonlinearity="relu"),
    ("Elman", "identity"): linear,
    ("LSTM", ""): by_layer(torch.nn.LSTM, 2),
    ("GRU", ""): by_layer(torch.nn.GRU, 1),
    ("PeepholeLSTM", ""): peephole_lstm,
    ("OriginalGRU", ""): original_gru,
    ("Jordan", "tanh"): jordan,
    ("Clockwork", "tanh"): clockwork,
    ("MinimalGatedUnit", ""): minimal_gated_unit,
    ("Leaky", "tanh"): leaky,
}
"""From a cell's class name and activation to its witness."""


def evidence(
    witness: Witness, arrays: dict[str, np.ndarray], xs: np.ndarray, s0: np.ndarray, dL: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the states (T+1, B, S), and the gradients of Σ dL·s by name, with "x" and "s0"."""

    def leaf(array: np.ndarray) -> torch.Tensor:
        return torch.tensor(array, dtype=torch.float64, requires_grad=True)

    weights, inputs, start = {k: leaf(a) for k, a in arrays.items()}, leaf(xs), leaf(s0)
    states = [start]
    for t, x in enumerate(inputs, 1):
        states.append(witness(weights, x, states[-1], t))
    film = torch.stack(states)
    (film[1:] * torch.tensor(dL)).sum().backward()
    leaves = {**weights, "x": inputs, "s0": start}
    return film.detach().numpy(), {k: leaf.grad.numpy() for k, leaf in leaves.items()}
