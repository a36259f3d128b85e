"""Names of arrays in a checkpoint: which belong to recurrent layers, and which may be of use."""

from __future__ import annotations

import re
from collections.abc import Mapping

Shape = tuple[int, ...]

NAME = r"(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l(\d{1,4}))?(_reverse)?"
PART = re.compile(rf"(.*?){NAME}")
# What torch's utilities make of an array: weight_norm, spectral_norm, prune, and weight drop.
SUFFIXED = re.compile(rf"(.*?)({NAME})_(g|v|u|orig|mask|raw)")
PARAMETRISED = re.compile(rf"(.*?)parametrizations\.({NAME})\.(.+)")
# Searched for, without a .* in front: names come from visitors and may be long.
OPTIMISER = re.compile(
    r"(?:\A|[._])(?:optim|opt_state|scheduler|(?:exp_avg|exp_avg_sq|max_exp_avg_sq|"
    r"momentum_buffer|square_avg|acc_delta|grad_scaler|scaler_state_dict)(?:\Z|[._]))",
    re.IGNORECASE,
)
LARGEST_TABLE = 2_000_000  # numbers


def part(key: str) -> tuple[str, str, int, int] | None:
    """Return prefix, name, layer and direction of a recurrent layer's array, None for others."""
    found = PART.fullmatch(key)
    if found is None:
        return None
    prefix, name, layer, reverse = found.groups()
    return prefix, name, int(layer or 0), int(bool(reverse))


def piece(key: str) -> tuple[str, str, str] | None:
    """Return prefix, name and role of an array from which a recurrent one is computed."""
    found = SUFFIXED.fullmatch(key)
    if found is None:
        found = PARAMETRISED.fullmatch(key)
    return None if found is None else (found[1], found[2], found[6])


def widths(shapes: Mapping[str, Shape]) -> set[int]:
    """Return the numbers of inputs and of outputs that recurrent layers in a file may have."""
    found: set[int] = set()
    for key, shape in shapes.items():
        named = part(key) or piece(key)
        if named is None or len(shape) != 2:
            continue
        if "weight_hr" in named[1]:
            found |= {shape[0], 2 * shape[0]}
        else:
            found |= {shape[1], 2 * shape[1]}
    return found


def needed(shapes: Mapping[str, Shape]) -> list[str]:
    """Return the arrays of a file that may be of use: layers, and tables that fit to them."""
    wide, found = widths(shapes), []
    for key, shape in shapes.items():
        size = 1
        for number in shape:
            size *= number
        if part(key) or piece(key):
            found.append(key)
        elif optimiser(key) or size > LARGEST_TABLE:
            continue
        elif (len(shape) == 2 and shape[1] in wide) or (len(shape) == 1 and key.endswith("bias")):
            found.append(key)
    return found


def optimiser(key: str) -> bool:
    """Tell whether an array belongs to an optimiser, not to the model."""
    return OPTIMISER.search(key) is not None
