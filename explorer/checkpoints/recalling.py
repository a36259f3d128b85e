"""An associative memory in torch: the lines that load its arrays and recall as the page did."""

from __future__ import annotations

from dataclasses import fields
from string import Template

import numpy as np

from explorer.checkpoints.state_dicts import reads
from explorer.memory.begun import Begun, Classic, Continuous, Dense, Modern

NOTHING = {np.dtype("f8"): "1e-10", np.dtype("f4"): "1e-5"}
"""What is taken for the rounding of a sum that is zero, by the precision of the numbers."""

RECALLS: dict[type[Begun], str] = {
    Classic: """\
W, patterns = arrays["W"], arrays["patterns"]

def recall(x):  # every state, flip by flip; x: (N,) of -1 and 1
    film = [x]
    for units in arrays["order"].long().tolist():  # one sweep, in the order of the page
        for unit in units:
            if (W[unit] @ x) * x[unit] < -$nothing:
                x = x.clone()
                x[unit] = -x[unit]
                film.append(x)
    return torch.stack(film)

film = recall(arrays["start"])
energy = -0.5 * torch.einsum("ki,ij,kj->k", film, W, film)
overlap = film @ patterns.T / film.shape[1]
""",
    Dense: """\
patterns = arrays["patterns"]

def energy(x):
    return -len(x) * ((patterns @ x / len(x)).clamp(min=0) ** $power).sum()

def recall(x):  # the state after each sweep; x: (N,) of -1 and 1
    film = [x]
    for units in arrays["order"].long().tolist():  # one sweep, in the order of the page
        for unit in units:
            other = x.clone()
            other[unit] = -other[unit]
            if energy(x) - energy(other) > $nothing:
                x = other
        film.append(x)
    return torch.stack(film)

film = recall(arrays["start"])
overlap = film @ patterns.T / film.shape[1]
""",
    Continuous: """\
W, patterns = arrays["W"], arrays["patterns"]

def recall(u):  # what the units say, step by step; u: (N,), what they hold
    film = [torch.tanh($gain * u)]
    for _ in range($steps):
        u = u + $dt * (W @ film[-1] - u)
        film.append(torch.tanh($gain * u))
    return torch.stack(film)

film = recall(arrays["start"])
overlap = film @ patterns.T / film.shape[1]
""",
    Modern: """\
attention = torch.nn.functional.scaled_dot_product_attention
patterns = arrays["patterns"]

def recall(x):  # the state after each update; x: (N,), the query; the patterns are keys and values
    film = [x]
    for _ in range($updates):
        x = attention(x[None], patterns, patterns, scale=$beta)[0]
        film.append(x)
    return torch.stack(film)

film = recall(arrays["start"])
overlap = film @ patterns.T / film.shape[1]
""",
}


def recalling(memory: Begun, file: str) -> str:
    """Return the lines that load an exported memory in torch and let it recall."""
    settings = {field.name: getattr(memory, field.name) for field in fields(memory)}
    nothing = NOTHING[memory.start.dtype]
    recall = Template(RECALLS[type(memory)]).substitute(settings, nothing=nothing)
    imports, load = reads(file)
    return f"{imports}\narrays = {load}\n{recall}"
