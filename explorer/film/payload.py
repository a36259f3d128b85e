"""A header and named arrays as one run of bytes, and back; an array may take a byte a number."""

import json
import zlib

import numpy as np

TINY = 1e-300  # magnitudes below this are drawn grey: the end of what a log axis can tell


class Blobs:
    """Raw arrays in the order they were added, each padded to eight bytes."""

    def __init__(self):
        self.parts, self.index, self.size = [], {}, 0

    def add(self, name, array, **notes):
        """Add an array under a name, with what else must be known to read it."""
        raw = np.ascontiguousarray(array).tobytes()
        self.index[name] = {
            "dtype": array.dtype.name,
            "shape": array.shape,
            "at": self.size,
            **notes,
        }
        self.parts.append(raw + bytes(-len(raw) % 8))
        self.size += len(raw) + (-len(raw) % 8)


def written(header: dict, blobs: Blobs) -> bytes:
    """Write header length (4, little-endian), JSON header with its version, aligned arrays."""
    body = b"".join(blobs.parts)
    whole = header | {"blobs": blobs.index}
    whole["version"] = f"{zlib.crc32(body, zlib.crc32(_json(whole))):08x}"
    return _joined(_json(whole), body)


def numbered(payload: bytes, serial: int) -> bytes:
    """Return packed bytes with a serial number: a browser ignores what is older than it shows."""
    start = 4 + int.from_bytes(payload[:4], "little")
    return _joined(b'{"serial":%d,' % serial + payload[5:start].rstrip(), payload[start:])


def read_header(payload: bytes) -> dict:
    """Read the JSON header of packed bytes."""
    length = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + length])


def unpack(payload: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Give header and arrays of packed bytes, quantised arrays restored to floats."""
    header = read_header(payload)
    base = 4 + int.from_bytes(payload[:4], "little")
    arrays = {}
    for name, blob in header["blobs"].items():
        dtype = np.dtype(blob["dtype"]).newbyteorder("<")
        count = int(np.prod(blob["shape"], dtype=np.int64))
        raw = np.frombuffer(payload, dtype, count, base + blob["at"]).reshape(blob["shape"])
        arrays[name] = restored(raw, blob) if "low" in blob else raw
    return header, arrays


def squeezed(values, scale):
    """Values as uint8, and how to read them.

    0..250 are linear (or log10) between low and high, above that stand the odd ones.
    """
    log = scale == "log"
    with np.errstate(divide="ignore", invalid="ignore"):
        level = (
            np.where(np.abs(values) >= TINY, np.log10(np.abs(values)), -np.inf) if log else values
        )
    plain = np.isfinite(values) & np.isfinite(level)
    seen = level[plain]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    # Halves, because high - low may overflow where each of them does not.
    span = (high / 2 - low / 2) or 0.5
    codes = np.full(values.shape, 255, np.uint8)
    codes[plain] = np.rint((seen / 2 - low / 2) / span * 250).astype(np.uint8)
    codes[np.isposinf(values)] = 251
    codes[np.isneginf(values)] = 252
    if log:
        codes[np.abs(values) < TINY] = 253
    return codes, {"low": low, "span": span, "log": log}


def restored(codes, blob):
    """Floats from what ``squeezed`` gave, in steps of a 250th of the range."""
    plain = np.where(codes > 250, 0, codes)
    level = (blob["low"] / 2 + plain / 250 * blob["span"]) * 2
    level = 10.0 ** np.minimum(level, 308.25) if blob["log"] else level
    for code, value in ((251, np.inf), (252, -np.inf), (253, 0.0), (255, np.nan)):
        level = np.where(codes == code, value, level)
    return level


def _joined(text, body):
    text += b" " * (-(4 + len(text)) % 8)
    return len(text).to_bytes(4, "little") + text + body


def _json(header):
    return json.dumps(header, separators=(",", ":"), allow_nan=False, default=_number).encode()


def _number(value):
    """Numbers of NumPy's own types, which json does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"header: wanted plain values, got {type(value).__name__}; convert it first.")
