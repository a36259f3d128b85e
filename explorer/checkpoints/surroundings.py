"""What stands around a recurrent layer in a file: embeddings, read-outs, and what is not applied.

A file of weights names no order of computation. What is assumed here follows from shapes, from
the names before the dots, and from the order in which modules were made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from explorer.checkpoints.layers import Found, readouts
from explorer.checkpoints.parts import OPTIMISER, Shape, optimiser, part
from explorer.checkpoints.quarantine import Contents
from explorer.readout import Readout
from explorer.shapes import Array

# Searched for, without a .* in front: names come from visitors and may be long.
ASIDE = re.compile(r"att(?:entio)?n|norm|embed|\bln|\bbn|value|critic", re.IGNORECASE)
OUTPUT = re.compile(
    r"head\Z|out|(?:\A|_)(?:dec|class|pred)|(?:\A|_)(?:fc\d*|logits)\Z", re.IGNORECASE
)  # in the last part of a name
STATE = re.compile(
    r"(init\w*|h_?0|c_?0|[hc]x|(h|c|s|hidden|cell|state)_?(0|init|start|zero)\w*)", re.IGNORECASE
)
SHARD = re.compile(r"(\d{1,5})-of-(\d{1,5})")  # in the last part of a path


def shared(one: str, other: str) -> int:
    """Return how many names before the dots two paths share, counted from the left."""
    count = 0
    for mine, theirs in zip(one.split(".")[:-1], other.split(".")[:-1], strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def places(contents: Contents) -> dict[str, int]:
    """Return where each array stands in the file."""
    return {name: k for k, name in enumerate(contents.shapes)}


def embeddings(contents: Contents, found: Found, modules: Sequence[Found]) -> dict[str, Array]:
    """Return the tables (V, D) whose rows could be a layer's inputs, "" for none; the likely first.

    An embedding has no bias; it is called one, or stands before the layer.
    """
    spot, tables = places(contents), {}
    start = min((spot.get(name, 0) for name in found.used), default=0)
    likely = []
    for key, W in contents.arrays.items():
        bias = f"{key.removesuffix('weight')}bias"
        if part(key) or W.ndim != 2 or W.shape[1] != found.D or key in found.used:
            continue
        called = "emb" in key.lower()
        if (bias in contents.shapes and key.endswith("weight") and not called) or len(W) < 2:
            continue
        name = key.removesuffix(".weight")
        tables[name] = W
        mine = shared(key, found.prefix)
        foreign = any(one.D == found.D and shared(key, one.prefix) > mine for one in modules)
        early = spot[key] < start or not contents.ordered
        if not foreign and (called or (early and len(W) != W.shape[1])):
            likely.append((not called, -mine, spot[key], name))
    return ordered(tables, min(likely)[-1] if likely else "")


def heads(contents: Contents, found: Found, modules: Sequence[Found]) -> dict[str, Readout | None]:
    """Return the linear layers that could read a layer's output, "" for none; the likely first."""
    spot = places(contents)
    tables = embeddings(contents, found, modules)
    read_in = next(iter(tables))
    candidates = {
        name: Readout(*pair)
        for name, pair in readouts(contents.arrays, found.width).items()
        if f"{name}.weight" not in found.used and name not in found.used
    }
    candidates |= tied(contents, found, tables)
    likely = []
    for name, readout in candidates.items():
        key = next(k for k in (f"{name}.weight", name, f"{name}.bias") if k in spot)
        reader = owner(key, found.width, modules, contents)
        mine = reader in (found.prefix, *found.members[-1:])
        if name == read_in or ASIDE.search(name) or not mine:
            continue
        late = spot[key] > max((spot.get(own, 0) for own in found.used), default=0)
        called = OUTPUT.search(name.rpartition(".")[2]) is not None
        if late or called or not contents.ordered or len(readout.b_y) != found.D:
            likely.append(
                (
                    not late and contents.ordered,
                    not called,
                    -shared(key, found.prefix),
                    spot[key],
                    name,
                )
            )
    named: dict[str, Readout | None] = dict(candidates)
    return ordered(named, min(likely)[-1] if likely else "")


def tied(contents: Contents, found: Found, tables: Mapping[str, Array]) -> dict[str, Readout]:
    """Return the read-outs of which a file holds the bias alone: their weight is the embedding's.

    safetensors stores arrays that share memory once.
    """
    made = {}
    for key, b in contents.arrays.items():
        weight = f"{key.removesuffix('bias')}weight"
        if part(key) or b.ndim != 1 or not key.endswith(".bias") or weight in contents.shapes:
            continue
        for W in tables.values():
            if W is not None and W.shape == (len(b), found.width):
                made[key.removesuffix(".bias")] = Readout(
                    W.astype(np.float64), b.astype(np.float64)
                )
                break
    return made


def owner(key: str, width: int, modules: Sequence[Found], contents: Contents) -> str:
    """Return the prefix of the module that a linear layer most likely reads, "" if open.

    It is the one with which it shares most of its path; among several, the last one made before
    it, as far as the file keeps that order.
    """
    spot, ranks = places(contents), {}
    for one in modules:
        if one.members or one.width != width:
            continue
        last = max((spot.get(name, 0) for name in one.used), default=0)
        before = last < spot[key]
        made = (before, last if before else -last) if contents.ordered else (False, 0)
        ranks[one.prefix] = (shared(key, one.prefix), *made)
    best = [prefix for prefix, rank in ranks.items() if rank == max(ranks.values())]
    # Modules that stand on top of each other are read at the top.
    chains = [one.members for one in modules if one.members and set(best) <= {*one.members}]
    if len(best) > 1:
        return chains[0][-1] if chains else ""
    return best[0] if best else ""


def ordered(found: Mapping[str, object], first: str) -> dict:
    """Return the candidates with "" for none, the likely one first."""
    whole = {**found, "": None}
    return {first: whole[first], **whole}


def unused(contents: Contents, applied: Sequence[str]) -> dict[str, str]:
    """Return the arrays of a file that a picture does not apply, and what each seems to be."""
    bases = {
        name.rpartition(".")[0]
        for name in contents.shapes
        if name.endswith(("running_mean", "num_batches_tracked"))
    }
    return {
        name: role(name, shape, contents.kinds.get(name, ""), bases)
        for name, shape in contents.shapes.items()
        if name not in applied
    }


def role(name: str, shape: Shape, kind: str, batch_norms: set[str]) -> str:
    """Return what an array seems to be, by its name and shape."""
    leaf, low = name.rpartition(".")[2], name.lower()
    if OPTIMISER.search(name):
        return "of the optimiser"
    if kind in ("quantised", "sparse", "complex numbers", "without numbers"):
        return kind
    if part(name):
        return "another recurrent layer"
    if name.rpartition(".")[0] in batch_norms:
        return "batch normalisation"
    if re.search(r"norm|\bln_?\w?\b|\bbn_?\w?\b", low):
        return "normalisation"
    if re.search(r"att(entio)?n|in_proj|q_proj|k_proj|v_proj", low):
        return "attention"
    if STATE.fullmatch(leaf):
        return "initial state"
    if leaf.endswith("mask"):
        return "mask"
    if "emb" in low:
        return "embedding"
    if len(shape) > 2:
        return "convolution or other filter"
    return "linear layer" if leaf in ("weight", "bias") else "array"


def summary(found: Mapping[str, str], limit: int = 4) -> str:
    """Return what is not applied in one phrase, by the modules it stands in."""
    groups: dict[tuple[str, str], int] = {}
    for name, role in found.items():
        if role != "of the optimiser":
            home = name.rpartition(".")[0] if role != "initial state" else name
            spot = (home or name, role)
            groups[spot] = groups.get(spot, 0) + 1
    said = [f"{home} ({role})" for home, role in list(groups)[:limit]]
    more = len(groups) - len(said)
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def shard(name: str) -> str:
    """Return a sentence where the name of a file says that it is one of several."""
    found = SHARD.search(name.rpartition("/")[2])
    if found is None or int(found[2]) < 2:
        return ""
    return f"By its name this file is part {int(found[1])} of {int(found[2])} of a model."


def of_model(found: Mapping[str, str]) -> list[str]:
    """Return the names among unused arrays that belong to the model, not to its training."""
    return [name for name in found if not optimiser(name)]
