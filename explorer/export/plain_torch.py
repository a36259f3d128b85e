"""A run as a script against PyTorch alone: weights and inputs are in it, nothing else is needed."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from textwrap import wrap

import numpy as np

from explorer.checkpoints.state_dicts import layer_of, state_dict
from explorer.recipe import Recipe
from explorer.shapes import Array
from explorer.wiring.stack import Layer, Stack

HEAD = '''\
"""The numbers of a picture made with Unrolled, computed by PyTorch alone."""

import base64

import torch


def array(letters, *shape):
    """Read float64 numbers written as base64."""
    content = bytearray(base64.b64decode(letters))
    return torch.frombuffer(content, dtype=torch.float64).reshape(shape)


def run(layer, xs):
    """Return all states, t = 0 .. T, each a tuple of its parts, which keep their gradients."""
    parts = 2 if isinstance(layer, torch.nn.LSTM) else 1
    zeros = [torch.zeros(1, 1, layer.hidden_size, dtype=xs.dtype) for _ in range(parts)]
    states = [tuple(part.requires_grad_() for part in zeros)]
    for x in xs:
        state = layer(x[None], states[-1] if parts == 2 else states[-1][0])[1]
        states.append(state if parts == 2 else (state,))
        for part in states[-1]:
            part.retain_grad()
    return states


def norm(state):
    """Return the norm of the gradient at a state; 0 where none arrives."""
    squares = [part.grad.square().sum() for part in state if part.grad is not None]
    return float(sum(squares)) ** 0.5
'''


def with_torch(networks: Mapping[str, Recipe]) -> str:
    """Return one script for those of the runs that torch has a layer for; "" where it has none.

    Held gates are no part of torch's layers, so a run with any has no such script.
    """
    parts = [part for name, recipe in networks.items() if (part := one(name, recipe))]
    return HEAD + "".join(parts) if parts else ""


def one(name: str, recipe: Recipe) -> str:
    """Return the part of a script for one run."""
    cell, xs = recipe.build(), recipe.sequence().xs
    stack = Stack((Layer(cell),))
    layer = layer_of(stack)
    if layer is None:
        return ""
    weights = "".join(
        f'    "{key}": {written(values, "    ")},\n' for key, values in state_dict(stack).items()
    )
    slots = "\n".join(
        f'print("{name}: {slot}_T =", states[-1][{k}][0, 0].tolist())'
        for k, slot in enumerate(cell.slots)
    )
    return f"""

layer = {layer}
weights = {{
{weights}}}
layer.load_state_dict(weights)
xs = {written(xs)}
states = run(layer, xs)
loss = {looked_at(recipe, len(xs))}
loss.backward()
{slots}
print("{name}: |dL/ds_t| for t = 0 .. T =", [norm(state) for state in states])
"""


def looked_at(recipe: Recipe, T: int) -> str:
    """Return the loss of a run as torch computes it from the states."""
    if recipe.loss == "every":
        return "sum(h.sum() for h, *_ in states[1:]) / layer.hidden_size**0.5"
    if recipe.loss == "unit":
        return f"states[{min(recipe.at, T)}][0][0, 0, {min(recipe.of, recipe.H) - 1}]"
    return "states[-1][0].sum() / layer.hidden_size**0.5"


def written(array: Array, indent: str = "") -> str:
    """Return an array as the call that reads it back to the last bit."""
    letters = b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode("ascii")
    lines = [f'{indent}    "{line}"' for line in wrap(letters, 84)]
    shape = ", ".join(f"{n}" for n in array.shape)
    return "\n".join(["array(", *lines]) + f", {shape}\n{indent})"
