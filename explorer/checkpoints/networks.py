"""From torch's arrays to a network of ours: the layouts agree, so this is a renaming."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.cells import GRU, LSTM, Cell, Elman
from explorer.checkpoints.layers import Found, label
from explorer.shapes import Array
from explorer.wiring.stack import Layer, Stack

KINDS: dict[str, type[Cell]] = {"RNN": Elman, "LSTM": LSTM, "GRU": GRU}
RENAMED = {"weight_ih": "W_xh", "weight_hh": "W_hh", "bias_ih": "b_xh", "bias_hh": "b_hh"}


@dataclass(frozen=True, eq=False)
class Imported:
    """A network read from torch: our stack, and what each of its directions projects by.

    An LSTM that hands on h = W_hr m with m = o ⊙ tanh(c) is the plain LSTM of state m whose
    recurrent matrix is W_hh W_hr, and whose readers see W_x W_hr: the same numbers, and every
    picture of an LSTM holds for it. (Projection: Sak, Senior & Beaufays 2014.)
    """

    found: Found
    stack: Stack
    projections: tuple[tuple[Array | None, ...], ...]

    def handed_on(self, h: Array) -> Array:
        """Return what torch calls the output (T, B, P·directions) for the top's hidden states."""
        return projected(h, self.projections[-1])

    def at_states(self, dy: Array) -> Array:
        """Return the gradient at the top's hidden states for one at what torch hands on."""
        wide = [self.found.P] * self.found.directions
        parts = np.split(dy, np.cumsum(wide)[:-1], axis=-1)
        return np.concatenate(
            [
                part if W is None else part @ W
                for part, W in zip(parts, self.projections[-1], strict=True)
            ],
            axis=-1,
        )

    def gradient(self, dstack: Stack) -> dict[str, Array]:
        """Return the gradient of our stack as that of torch's own arrays, by torch's names."""
        named: dict[str, Array] = {}
        rows: list[list[Any]] = [
            [None if W is None else np.zeros_like(W) for W in Ws] for Ws in self.projections
        ]
        for k, layer in enumerate(dstack.layers):
            for way, d in enumerate(layer.cells):
                part, end = self.found.parts[k][way], label(k, way)
                W, below = self.projections[k][way], self.projections[k - 1] if k else ()
                dW_xh = d.W_xh
                if any(P is not None for P in below):
                    blocks = np.split(d.W_xh, len(below), axis=1)
                    own = np.split(part["weight_ih"], len(below), axis=1)
                    for j in range(len(below)):
                        rows[k - 1][j] += own[j].T @ blocks[j]
                    dW_xh = np.concatenate(
                        [block @ P.T for block, P in zip(blocks, below, strict=True)], axis=1
                    )
                named[f"weight_ih{end}"] = dW_xh
                named[f"weight_hh{end}"] = d.W_hh if W is None else d.W_hh @ W.T
                if W is not None:
                    rows[k][way] += part["weight_hh"].T @ d.W_hh
                named |= {
                    f"{name}{end}": bias
                    for name, bias in (("bias_ih", d.b_xh), ("bias_hh", d.b_hh))
                    if name in part
                }
        for k, Ws in enumerate(rows):
            named |= {f"weight_hr{label(k, way)}": W for way, W in enumerate(Ws) if W is not None}
        return named

    def gradient_of_projection(self, h: Array, dy: Array) -> dict[str, Array]:
        """Return what the loss at the outputs adds to the gradient of the top's projections."""
        k, found = self.found.depth - 1, {}
        hs = np.split(h, self.found.directions, axis=-1)
        parts = np.split(dy, self.found.directions, axis=-1)
        for way, W in enumerate(self.projections[-1]):
            if W is not None:
                found[f"weight_hr{label(k, way)}"] = np.einsum("tbp,tbh->ph", parts[way], hs[way])
        return found


def projected(h: Array, projections: tuple[Array | None, ...]) -> Array:
    """Return the hidden states of a layer as it hands them on, direction by direction."""
    parts = np.split(h, len(projections), axis=-1)
    return np.concatenate(
        [part if W is None else part @ W.T for part, W in zip(parts, projections, strict=True)],
        axis=-1,
    )


def imported(found: Found, activation: str = "tanh") -> Imported:
    """Return a module of torch as a network of ours, in float64.

    ``activation`` is that of an nn.RNN, tanh or relu: its state dict does not tell.
    """
    layers, projections = [], []
    for parts in found.parts:
        below = projections[-1] if projections else ()
        cells = tuple(cell_of(found.kind, part, below, activation) for part in parts)
        layers.append(Layer(*cells))
        projections.append(tuple(part.get("weight_hr") for part in parts))
    return Imported(found, Stack(tuple(layers)), tuple(projections))


def cell_of(
    kind: str, part: dict[str, Array], below: tuple[Array | None, ...], activation: str
) -> Cell:
    """Return one direction of one layer as a cell, projections folded into its matrices."""
    arrays = {ours: part[theirs] for theirs, ours in RENAMED.items() if theirs in part}
    rows = len(arrays["W_xh"])
    arrays = {"b_xh": np.zeros(rows), "b_hh": np.zeros(rows)} | arrays
    if any(P is not None for P in below):
        blocks = np.split(arrays["W_xh"], len(below), axis=1)
        arrays["W_xh"] = np.concatenate(
            [block @ P for block, P in zip(blocks, below, strict=True)], axis=1
        )
    if "weight_hr" in part:
        arrays["W_hh"] = arrays["W_hh"] @ part["weight_hr"]
    cell = KINDS[kind](**arrays)
    if "activation" in type(cell).__dataclass_fields__:
        return replace(cell, activation=activation)
    return cell
