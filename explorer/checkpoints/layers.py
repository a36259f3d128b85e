"""The recurrent layers in a heap of tensors, found by the names that torch gives their arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.checkpoints.refused import Refused
from explorer.shapes import Array

PART = re.compile(r"^(.*?)(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l(\d+))?(_reverse)?$")
KINDS = {1: "RNN", 3: "GRU", 4: "LSTM"}  # by how many blocks of H rows the matrices have
DEEPEST, WIDEST = 8, 512


@dataclass(frozen=True, eq=False)
class Found:
    """One recurrent module: what it is and its arrays, ``parts[layer][direction][name]``."""

    prefix: str
    kind: str
    D: int
    H: int
    P: int  # length of the hidden state: H, or less where an LSTM projects it
    parts: tuple[tuple[dict[str, Array], ...], ...]

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.parts)

    @property
    def directions(self) -> int:
        """1, or 2 where it reads both ways."""
        return len(self.parts[0])

    @property
    def said(self) -> str:
        """What it is, in a line."""
        more = [f"{self.depth} layers"] if self.depth > 1 else []
        more += ["both directions"] if self.directions == 2 else []
        more += [f"projected to {self.P}"] if self.projected else []
        more += [] if "bias_ih" in self.parts[0][0] else ["without bias"]
        where = self.prefix.rstrip(".") or "the file itself"
        return ", ".join([f"{where}: {self.kind}, {self.D} inputs, {self.H} units", *more])

    @property
    def projected(self) -> bool:
        """Whether an LSTM hands on a projection of its state."""
        return "weight_hr" in self.parts[0][0]


def recurrent(arrays: Mapping[str, Array]) -> tuple[list[Found], list[str]]:
    """Return the recurrent modules among tensors, and one sentence for each that is not usable.

    Raises
    ------
    Refused
        When there is none at all.
    """
    heaps: dict[str, dict[tuple[int, int], dict[str, Array]]] = {}
    for key, array in arrays.items():
        part = PART.match(key)
        if part:
            prefix, name, layer, reverse = part.groups()
            spot = (int(layer or 0), int(bool(reverse)))
            heaps.setdefault(prefix, {}).setdefault(spot, {})[name] = array
    if not heaps:
        some = ", ".join(list(arrays)[:3])
        raise Refused(
            f"The file holds {len(arrays)} tensors ({some[:120]} …) but no recurrent layer: none "
            "is called weight_ih_l0 or the like, as those of nn.RNN, nn.LSTM and nn.GRU are."
        )
    found, remarks = [], []
    for prefix, heap in heaps.items():
        try:
            found.append(module(prefix, heap))
        except ValueError as trouble:
            remarks.append(f"{prefix.rstrip('.') or 'The layer'} cannot be used: {trouble}")
    return found, remarks


def module(prefix: str, heap: dict[tuple[int, int], dict[str, Array]]) -> Found:
    """Return one module after checking that its arrays are complete and fit each other."""
    depth = 1 + max(layer for layer, _ in heap)
    directions = 1 + max(way for _, way in heap)
    if depth > DEEPEST:
        raise ValueError(f"it has {depth} layers, more than the {DEEPEST} shown here.")
    first = heap.get((0, 0), {})
    for name in ("weight_ih", "weight_hh"):
        if name not in first:
            raise ValueError(f"its {name}_l0 is missing.")
    rows, D = matrix(first["weight_ih"], "weight_ih_l0")
    _, P = matrix(first["weight_hh"], "weight_hh_l0")
    H = matrix(first["weight_hr"], "weight_hr_l0")[1] if "weight_hr" in first else P
    kind = KINDS.get(rows // H) if H and rows % H == 0 else None
    if kind is None or ("weight_hr" in first and kind != "LSTM"):
        raise ValueError(
            f"weight_ih_l0 has {rows} rows for {H} units; wanted 1, 3 or 4 times as many."
        )
    if H > WIDEST:
        raise ValueError(f"it has {H} units, more than the {WIDEST} shown here.")
    bias, parts = "bias_ih" in first, []
    for layer in range(depth):
        wide = D if layer == 0 else P * directions
        parts.append(
            tuple(
                checked(heap.get((layer, way), {}), label(layer, way), rows, wide, H, P, bias)
                for way in range(directions)
            )
        )
    return Found(prefix, kind, D, H, P, tuple(parts))


def checked(
    part: dict[str, Array], where: str, rows: int, D: int, H: int, P: int, bias: bool
) -> dict[str, Array]:
    """Return the arrays of one direction of one layer in float64, complete and finite."""
    wanted = {"weight_ih": (rows, D), "weight_hh": (rows, P)}
    if bias:
        wanted |= {"bias_ih": (rows,), "bias_hh": (rows,)}
    if P != H or "weight_hr" in part:
        wanted["weight_hr"] = (P, H)
    arrays = {}
    for name, shape in wanted.items():
        if name not in part:
            raise ValueError(f"its {name}{where} is missing.")
        if part[name].shape != shape:
            raise ValueError(f"wanted {name}{where} of shape {shape}, got {part[name].shape}.")
        if not np.isfinite(part[name]).all():
            raise ValueError(f"its {name}{where} holds values that are not finite (NaN or Inf).")
        arrays[name] = part[name].astype(np.float64)
    return arrays


def matrix(array: Array, name: str) -> tuple[int, int]:
    """Return the shape of a matrix."""
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"wanted {name} to be a matrix, got shape {array.shape}.")
    return array.shape


def label(layer: int, way: int) -> str:
    """Return the ending by which torch names a layer and its direction."""
    return f"_l{layer}" + ("_reverse" if way else "")


def readouts(arrays: Mapping[str, Array], width: int) -> dict[str, tuple[Array, Array]]:
    """Return the linear layers that can read a state of this width: name, then weight and bias."""
    found = {}
    for key, W in arrays.items():
        if key.endswith("weight") and W.ndim == 2 and W.shape[1] == width and 0 < len(W) <= 4096:
            b = arrays.get(f"{key.removesuffix('weight')}bias", np.zeros(len(W)))
            if b.shape == (len(W),) and np.isfinite(W).all() and np.isfinite(b).all():
                name = key.removesuffix("weight").rstrip(".") or "weight"
                found[name] = (W.astype(np.float64), b.astype(np.float64))
    return found
