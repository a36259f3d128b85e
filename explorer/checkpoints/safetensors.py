"""The safetensors format: a header of JSON and raw numbers; nothing in it can run.

Format: Hugging Face, https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.checkpoints.refused import MANY, UNPACKED, Refused
from explorer.shapes import Array

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4",
    "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
    "C64": "<c8", "F8_E4M3": "u1", "F8_E5M2": "u1",
}  # fmt: skip
UNREAD = ("C64", "F8_E4M3", "F8_E5M2")  # listed, but NumPy has no such floats or nothing uses them
NAMES = {np.dtype("<f8"): "F64", np.dtype("<f4"): "F32"}
LONGEST_HEADER = 2_000_000
LONGEST_NAME = 400
DAMAGED = "The header of the safetensors file is damaged"
CURE = "Save the file again with safetensors.torch.save_file, or download it again."


@dataclass(frozen=True)
class Entry:
    """What a header says of one array."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read(content: bytes, wanted: Callable[[str], bool] = lambda key: True) -> dict[str, Array]:
    """Return the arrays of a file by their keys, only those that are wanted.

    Raises
    ------
    Refused
        When the header cannot be read, is too large or says more than the file holds.
    """
    entries, _, base = header(content)
    return {
        key: array(entry, content, base)
        for key, entry in entries.items()
        if entry.dtype not in UNREAD and wanted(key)
    }


def header(content: bytes) -> tuple[dict[str, Entry], dict[str, str], int]:
    """Return what the header says of each array, its metadata, and where the numbers begin.

    Everything is checked before a number is copied: the arrays stand side by side, without gap or
    overlap, and fill the file to its end.
    """
    if len(content) > UNPACKED:
        raise Refused("The file is larger than can be read here.")
    size = int.from_bytes(content[:8], "little") if len(content) >= 8 else 0
    if not 2 <= size <= min(len(content) - 8, LONGEST_HEADER):
        raise Refused(
            "The file is cut off, or it is no safetensors file: its header is missing.", CURE
        )
    try:
        found = json.loads(
            content[8 : 8 + size].decode("utf-8"), object_pairs_hook=once, parse_constant=refuse
        )
    except (ValueError, RecursionError):
        raise Refused(f"{DAMAGED}: it is no JSON.", CURE) from None
    if not isinstance(found, dict):
        raise Refused(f"{DAMAGED}: it is no JSON object.", CURE)
    metadata = found.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise Refused(f"{DAMAGED}: its metadata are no plain texts.", CURE)
    if len(found) > MANY:
        raise Refused(f"The file names {len(found)} arrays, more than the {MANY} read here.")
    entries = {key: entry(key, about) for key, about in found.items()}
    at = 0
    for one in sorted(entries.values(), key=lambda entry: (entry.begin, entry.end)):
        if one.begin != at:
            flaw = "overlap" if one.begin < at else "leave a gap"
            raise Refused(f"{DAMAGED}: by its offsets the arrays {flaw}.", CURE)
        at = one.end
    if 8 + size + at != len(content):
        raise Refused(
            f"{DAMAGED}: its arrays take {at} bytes, but {len(content) - 8 - size} follow.", CURE
        )
    return entries, metadata, 8 + size


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these pairs; a key that stands twice makes it ambiguous."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def refuse(constant: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


def entry(key: str, about: Any) -> Entry:
    """Return what the header says of one array after checking that it can be true."""
    if len(key) > LONGEST_NAME or any("\ud800" <= sign <= "\udfff" for sign in key):
        raise Refused(f"{DAMAGED}: the name of an array is too long or no text.", CURE)
    damaged = Refused(f"{DAMAGED}: what it says of the array {key[:80]} cannot be true.", CURE)
    if not isinstance(about, dict) or about.keys() != {"dtype", "shape", "data_offsets"}:
        raise damaged
    name, shape, offsets = about["dtype"], about["shape"], about["data_offsets"]
    if not (isinstance(name, str) and isinstance(shape, list) and isinstance(offsets, list)):
        raise damaged
    numbers = [*shape, *offsets]
    if len(shape) > 8 or len(offsets) != 2:
        raise damaged
    if not all(type(number) is int and 0 <= number <= UNPACKED for number in numbers):
        raise damaged
    if name not in DTYPES:
        raise Refused(
            f"The array {key[:80]} holds numbers of the type {name[:20]}, which is not read here.",
            "Convert it to float32 before saving.",
        )
    count, room = 1, 1
    for number in shape:
        count *= number
        room *= max(number, 1)
    begin, end = offsets
    # NumPy cannot shape even nothing into more than it could address.
    if room > 10**12 or end - begin != count * np.dtype(DTYPES[name]).itemsize:
        raise damaged
    return Entry(name, tuple(shape), begin, end)


def array(entry: Entry, content: bytes, base: int) -> Array:
    """Return a copy of one array."""
    dtype = np.dtype(DTYPES[entry.dtype])
    count = (entry.end - entry.begin) // dtype.itemsize
    raw = np.frombuffer(content, dtype, count, base + entry.begin).reshape(entry.shape)
    if entry.dtype == "BF16":  # the upper half of a float32
        return (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(raw.dtype.newbyteorder("="))


def write(arrays: Mapping[str, Array], metadata: Mapping[str, str] | None = None) -> bytes:
    """Return float64 and float32 arrays, and texts about them, as a safetensors file."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    parts, at = [], 0
    for key, values in arrays.items():
        # ascontiguousarray alone would make a vector of a single number.
        values = np.ascontiguousarray(values).reshape(np.shape(values))
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
