"""The safetensors format: a header of JSON and raw numbers; nothing in it can run.

Format: Hugging Face, https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.checkpoints.refused import LARGEST, MANY, UNPACKED, Refused
from explorer.shapes import Array

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4",
    "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?",
}  # fmt: skip
NAMES = {np.dtype("<f8"): "F64", np.dtype("<f4"): "F32"}
LONGEST_HEADER = 2_000_000


def read(content: bytes) -> dict[str, Array]:
    """Return the arrays of a file by their keys.

    Raises
    ------
    Refused
        When the header cannot be read, is too large or says more than the file holds.
    """
    if len(content) > UNPACKED:
        raise Refused("The file is larger than can be read here.")
    size = int.from_bytes(content[:8], "little") if len(content) >= 8 else 0
    if not 2 <= size <= min(len(content) - 8, LONGEST_HEADER):
        raise Refused("The file is cut off, or it is no safetensors file: its header is missing.")
    try:
        header = json.loads(content[8 : 8 + size].decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("The header of the safetensors file is damaged.") from None
    if not isinstance(header, dict):
        raise Refused("The header of the safetensors file is damaged.")
    header.pop("__metadata__", None)
    if len(header) > MANY:
        raise Refused(f"The file names {len(header)} arrays, more than the {MANY} read here.")
    return {key: array(key, about, content, 8 + size) for key, about in header.items()}


def array(key: str, about: Any, content: bytes, base: int) -> Array:
    """Return one array after checking that what the header says of it can be true."""
    damaged = Refused("The header of the safetensors file does not fit what follows it.")
    try:
        name, shape, (start, end) = about["dtype"], about["shape"], about["data_offsets"]
        numbers = [*shape, start, end]
    except (TypeError, KeyError, ValueError):
        raise damaged from None
    if not all(type(number) is int and 0 <= number <= LARGEST for number in numbers):
        raise damaged
    if name not in DTYPES:
        raise Refused("The file holds numbers of a type that is not read here.")
    dtype, count = np.dtype(DTYPES[name]), 1
    for number in shape:
        count *= number
    if len(shape) > 8 or end - start != count * dtype.itemsize or base + end > len(content):
        raise damaged
    raw = np.frombuffer(content, dtype, count, base + start).reshape(shape)
    if name == "BF16":  # the upper half of a float32
        return (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(raw.dtype.newbyteorder("="))


def write(arrays: Mapping[str, Array]) -> bytes:
    """Return float64 and float32 arrays as a safetensors file."""
    header, parts, at = {}, [], 0
    for key, values in arrays.items():
        values = np.ascontiguousarray(values)
        values = values.astype(values.dtype.newbyteorder("<"))
        if values.dtype not in NAMES:
            raise ValueError(
                f"{key}: wanted float64 or float32, got {values.dtype}; convert it with astype."
            )
        parts.append(values.tobytes())
        spot = [at, at := at + len(parts[-1])]
        header[key] = {
            "dtype": NAMES[values.dtype],
            "shape": list(values.shape),
            "data_offsets": spot,
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)
