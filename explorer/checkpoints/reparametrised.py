"""Arrays that a file holds in pieces: weight_norm, spectral_norm, pruning, weight drop.

Each piece-wise array is computed as the module does in evaluation mode.
(Weight normalisation: Salimans & Kingma 2016; spectral: Miyato et al. 2018; weight drop: Merity,
Keskar & Socher 2018.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from explorer.checkpoints.parts import part, piece
from explorer.shapes import Array


@dataclass(eq=False)
class Composed:
    """Arrays by their plain names, the names in the file that each came from, and remarks."""

    arrays: dict[str, Array]
    sources: dict[str, tuple[str, ...]]
    notes: dict[str, list[str]] = field(default_factory=dict)  # by the prefix of the layer
    flaws: dict[str, str] = field(default_factory=dict)  # by the plain name


def composed(arrays: Mapping[str, Array]) -> Composed:
    """Return the arrays of a file with those in pieces put together."""
    found = Composed(
        {key: array for key, array in arrays.items() if piece(key) is None},
        {key: (key,) for key in arrays},
    )
    heaps: dict[tuple[str, str], dict[str, str]] = {}
    for key in arrays:
        named = piece(key)
        if named:
            heaps.setdefault(named[:2], {})[named[2]] = key
    for (prefix, name), keys in heaps.items():
        # weight drop leaves the layer itself one level below, with a stale copy of the array.
        inner = f"{prefix}module."
        below = any((spot := part(k)) and spot[0] == inner for k in arrays)
        home = inner if "raw" in keys and below else prefix
        plain = f"{home}{name}"
        try:
            array, used, way = put_together({role: arrays[key] for role, key in keys.items()}, name)
        except ValueError as flaw:
            if plain not in found.arrays:
                found.flaws[plain] = str(flaw)
            continue
        note = f"{name} is {way}."
        if plain in found.arrays:
            note = f"{note[:-1]}; the plain array of that name is a left-over and is not used."
        found.notes.setdefault(home, []).append(note)
        found.arrays[plain] = array
        found.sources[plain] = tuple(keys[role] for role in used)
    return found


def put_together(pieces: dict[str, Array], name: str) -> tuple[Array, tuple[str, ...], str]:
    """Return an array, the roles of the pieces it came from, and how.

    Raises
    ------
    ValueError
        When the file does not say how the pieces make the array, or they do not fit.
    """
    roles = pieces.keys()
    if {"orig", "mask"} <= roles:
        whole, mask = pieces["orig"], pieces["mask"]
        fits(whole.shape == mask.shape, name)
        share = 1 - np.count_nonzero(mask) / max(mask.size, 1)
        how = f"the stored array times its pruning mask, which sets {share:.0%} of it to 0"
        return whole.astype(np.float64) * mask, ("orig", "mask"), how
    for whole, u, v in (("orig", "u", "v"), ("original", "0._u", "0._v")):
        if {whole, u, v} <= roles:
            W = pieces[whole].astype(np.float64)
            fits(W.ndim == 2 and W.shape == (pieces[u].size, pieces[v].size), name)
            norm = float(pieces[u].ravel() @ W @ pieces[v].ravel())
            return W / norm, (whole, u, v), "divided by its spectral norm, as in evaluation mode"
    for g, v in (("g", "v"), ("original0", "original1")):
        if {g, v} <= roles:
            length, way = pieces[g].astype(np.float64), pieces[v].astype(np.float64)
            return normed(length, way, name), (g, v), "computed from its weight normalisation"
    if "raw" in roles:
        whole = pieces["raw"].astype(np.float64)
        return whole, ("raw",), "the array before weight drop, as in evaluation mode"
    raise ValueError(
        f"its {name} is stored in pieces ({', '.join(sorted(roles))[:60]}) and the file does not "
        "say how they make the array: before saving, call "
        f'torch.nn.utils.parametrize.remove_parametrizations(layer, "{name}") or prune.remove.'
    )


def normed(g: Array, v: Array, name: str) -> Array:
    """Return the array of length g in the direction v; along which axes, the shape of g says."""
    if g.ndim == 0:
        return g * v / np.sqrt(np.sum(v * v))
    fits(g.ndim == v.ndim and all(a in (1, b) for a, b in zip(g.shape, v.shape, strict=True)), name)
    axes = tuple(k for k in range(v.ndim) if g.shape[k] == 1 and v.shape[k] != 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return g * v / np.sqrt(np.sum(v * v, axis=axes, keepdims=True))


def fits(right: bool, name: str) -> None:
    """Raise ValueError where the pieces of an array do not fit each other."""
    if not right:
        raise ValueError(f"the pieces of its {name} have shapes that do not fit.")
