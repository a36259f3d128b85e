"""The recurrent layers in a heap of tensors, found by the names that torch gives their arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.checkpoints.parts import part
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.reparametrised import Composed, composed
from explorer.shapes import Array

KINDS = {1: "RNN", 3: "GRU", 4: "LSTM"}  # by how many blocks of H rows the matrices have
DEEPEST, WIDEST = 8, 512


@dataclass(frozen=True, eq=False)
class Found:
    """One recurrent module: what it is and its arrays, ``parts[layer][direction][name]``.

    ``used`` names the arrays of the file that it was made of, ``notes`` say how where it was not
    a plain copy. A stack of modules names these in ``members``.
    """

    prefix: str
    kind: str
    D: int
    H: int
    P: int  # length of the hidden state: H, or less where an LSTM projects it
    parts: tuple[tuple[dict[str, Array], ...], ...]
    used: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.parts)

    @property
    def directions(self) -> int:
        """1, or 2 where it reads both ways."""
        return len(self.parts[0])

    @property
    def width(self) -> int:
        """Length of what it hands on."""
        return self.P * self.directions

    @property
    def said(self) -> str:
        """What it is, in a line."""
        biases = {name for layer in self.parts for way in layer for name in way if "bias" in name}
        more = [f"{self.depth} layers"] if self.depth > 1 else []
        more += ["both directions"] if self.directions == 2 else []
        more += [f"projected to {self.P}"] if self.projected else []
        more += [] if biases else ["without bias"]
        more += [f"only {next(iter(biases))}"] if len(biases) == 1 else []
        where = self.prefix.rstrip(".") or "the file itself"
        if self.members:
            first, last = self.members[0].rstrip("."), self.members[-1].rstrip(".")
            where = f"{first} to {last} as one stack"
        sizes = dict.fromkeys(layer[0]["weight_hh"].shape[0] for layer in self.parts)
        blocks = {kind: count for count, kind in KINDS.items()}[self.kind]
        units = " and ".join(f"{rows // blocks}" for rows in sizes)
        return ", ".join([f"{where}: {self.kind}, {self.D} inputs, {units} units", *more])

    @property
    def projected(self) -> bool:
        """Whether an LSTM hands on a projection of its state."""
        return "weight_hr" in self.parts[0][0]


def recurrent(
    arrays: Mapping[str, Array], kinds: Mapping[str, str] | None = None
) -> tuple[list[Found], list[str]]:
    """Return the recurrent modules among tensors, and one sentence for each that is not usable.

    Parameters
    ----------
    arrays
        The tensors by their names in the file.
    kinds
        The type of each array that the file holds, also of those that cannot be read.

    Raises
    ------
    Refused
        When there is none at all.
    """
    kinds = kinds or {}
    whole = composed(arrays)
    heaps: dict[str, dict[tuple[int, int], dict[str, Array]]] = {}
    for key in [*whole.arrays, *whole.flaws, *kinds]:
        named = part(key)
        if named:
            prefix, name, layer, way = named
            heap = heaps.setdefault(prefix, {})
            if key in whole.arrays:
                heap.setdefault((layer, way), {})[name] = whole.arrays[key]
    if not heaps:
        raise none_found(kinds or dict.fromkeys(arrays, ""))
    found, remarks = [], []
    for prefix, heap in heaps.items():
        try:
            found.append(module(prefix, heap, whole, kinds))
        except ValueError as trouble:
            remarks.append(f"{prefix.rstrip('.') or 'The layer'} cannot be used: {trouble}")
    return found, remarks


def none_found(kinds: Mapping[str, str]) -> Refused:
    """Return the refusal of a file without recurrent layers."""
    some = ", ".join(list(kinds)[:3])
    if "quantised" in kinds.values() or any("_packed_params" in key for key in kinds):
        return Refused(
            f"The file holds quantised tensors ({some[:120]} …), which are not read here.",
            "Save the state dict of the model before it was quantised.",
        )
    if any("recurrent_kernel" in key for key in kinds):
        return Refused(
            f"The file holds arrays under the names of Keras or Flax ({some[:120]} …).",
            "Copy them into a layer of torch and save its state_dict().",
        )
    return Refused(
        f"The file holds {len(kinds)} tensors ({some[:120]} …) but no recurrent layer: none "
        "is called weight_ih_l0 or the like, as those of nn.RNN, nn.LSTM and nn.GRU are."
    )


def module(
    prefix: str,
    heap: dict[tuple[int, int], dict[str, Array]],
    whole: Composed | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Found:
    """Return one module after checking that its arrays are complete and fit each other."""
    whole = whole or Composed({}, {})
    lacking = lacks(prefix, whole, kinds or {})
    if not heap:
        raise ValueError(lacking("weight_ih_l0"))
    depth = 1 + max(layer for layer, _ in heap)
    directions = 1 + max(way for _, way in heap)
    if depth > DEEPEST:
        raise ValueError(f"it has {depth} layers, more than the {DEEPEST} shown here.")
    first = heap.get((0, 0), {})
    for name in ("weight_ih", "weight_hh"):
        if name not in first:
            raise ValueError(lacking(f"{name}_l0"))
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
    parts = []
    for layer in range(depth):
        wide = D if layer == 0 else P * directions
        shapes = {"weight_ih": (rows, wide), "weight_hh": (rows, P)}
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if "weight_hr" in first:
            shapes["weight_hr"] = (P, H)
        parts.append(
            tuple(
                checked(heap.get((layer, way), {}), label(layer, way), shapes, lacking)
                for way in range(directions)
            )
        )
    names = [key for key in whole.arrays if (spot := part(key)) and spot[0] == prefix]
    used = tuple(source for name in names for source in whole.sources[name])
    return Found(prefix, kind, D, H, P, tuple(parts), used, tuple(whole.notes.get(prefix, ())))


def lacks(prefix: str, whole: Composed, kinds: Mapping[str, str]) -> Callable[[str], str]:
    """Return what says why an array of a module is not there."""

    def why(name: str) -> str:
        for key in (f"{prefix}{name}", f"{prefix}{name.removesuffix('_l0')}"):
            if key in whole.flaws:
                return whole.flaws[key]
            if key in kinds and key not in whole.arrays:
                return (
                    f"its {name} is of a type that is no array of floats ({kinds[key]}): save it "
                    "as float32, before any quantisation."
                )
        return f"its {name} is missing."

    return why


def checked(
    part: dict[str, Array],
    where: str,
    shapes: dict[str, tuple[int, ...]],
    lacking: Callable[[str], str],
) -> dict[str, Array]:
    """Return the arrays of one direction of one layer in float64, complete and finite.

    A bias that is not there is none: the sum of a layer's two may stand in one array.
    """
    arrays = {}
    for name, shape in shapes.items():
        if name not in part:
            why = lacking(f"{name}{where}")
            if "bias" in name and why.endswith("is missing."):
                continue
            raise ValueError(why)
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
        if part(key) is None and W.ndim == 2 and W.shape[1] == width and 0 < len(W) <= 4096:
            b = arrays.get(f"{key.removesuffix('weight')}bias", np.zeros(len(W)))
            if b.shape == (len(W),) and np.isfinite(W).all() and np.isfinite(b).all():
                name = key.removesuffix("weight").rstrip(".") or "weight"
                found[name] = (W.astype(np.float64), b.astype(np.float64))
    return found
