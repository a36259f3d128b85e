"""The program that opens one foreign file, in a process of its own with bounded memory and time.

It reads the file from its input and writes the arrays that a page can use as safetensors; in the
metadata stands what else the file holds.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from explorer.checkpoints import safetensors
from explorer.checkpoints.parts import needed
from explorer.checkpoints.refused import MANY, UNPACKED, Refused
from explorer.shapes import Array

SECONDS = 20
MEMORY = 1_000_000_000  # bytes beyond what the libraries take
SAID = 3  # exit status with a sentence
FLOATS = ("F64", "F32", "F16", "BF16")
LISTED = 2000  # arrays of which the page hears without their numbers


def tensors(found: Any, closed: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield every tensor in nested dictionaries and lists with its path; note foreign objects."""
    import torch

    rest, seen = [("", found, 0)], 0
    while rest:
        path, value, depth = rest.pop()
        seen += 1
        # Shared references can make a small file an endless tree.
        if seen > 10 * MANY or depth > 16:
            raise Refused("The file nests its contents too deeply.", "Save the state dict alone.")
        if isinstance(value, torch.Tensor):
            yield path, value
        elif isinstance(value, Mapping):
            inside = [(f"{path}.{key}" if path else f"{key}", part) for key, part in value.items()]
            rest.extend((name, part, depth + 1) for name, part in reversed(inside))
        elif isinstance(value, list | tuple):
            parts = [(f"{path}.{k}", part, depth + 1) for k, part in enumerate(value)]
            rest.extend(reversed(parts))
        elif isinstance(kind := getattr(type(value), "path", None), str):
            closed[text(path)] = text(kind)


def text(path: str) -> str:
    """Return a name as plain, bounded text."""
    return path.encode("utf-8", "replace").decode()[: safetensors.LONGEST_NAME]


def unread(tensor: Any) -> str:
    """Return why a tensor of torch is no dense array of numbers, "" where it is one."""
    import torch

    if tensor.is_quantized:
        return "quantised"
    if tensor.is_complex():
        return "complex numbers"
    if tensor.is_meta:
        return "without numbers"
    return "" if tensor.layout == torch.strided else "sparse"


def of_torch(content: bytes) -> bytes:
    """Open a checkpoint with torch, and answer with its arrays."""
    try:
        import torch
    except ImportError:
        raise Refused(
            "PyTorch is not installed here.", "Only .safetensors can be read without it."
        ) from None
    from explorer.checkpoints.placeholders import load, never

    bound()
    closed: dict[str, str] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    kinds: dict[str, str] = {}
    kept: dict[str, Any] = {}
    found = load(content)
    for path, tensor in tensors(found, closed):
        name, flaw = text(path), unread(tensor)
        if len(kept) > MANY:
            raise Refused(f"The file holds more than {MANY} arrays.")
        shapes[name] = tuple(tensor.shape)
        kinds[name] = flaw or ("F32" if tensor.is_floating_point() else f"{tensor.dtype}"[6:])
        if not flaw:
            kept[name] = tensor

    if not shapes and closed:
        raise never(next(iter(closed.values())))

    def floats(name: str) -> Array:
        tensor = kept[name].detach()
        double = tensor.dtype == torch.float64
        return np.array(tensor.to(torch.float64 if double else torch.float32).contiguous())

    return answer(shapes, kinds, closed, floats)


def of_safetensors(content: bytes) -> bytes:
    """Read a safetensors file, and answer with its arrays."""
    bound()
    entries, _, base = safetensors.header(content)

    def floats(name: str) -> Array:
        values = safetensors.array(entries[name], content, base)
        return values.astype(np.float64 if values.dtype == np.float64 else np.float32)

    shapes = {name: entry.shape for name, entry in entries.items()}
    kinds = {
        name: "quantised" if entry.dtype[:2] == "F8" else entry.dtype
        for name, entry in entries.items()
    }
    return answer(shapes, kinds, {}, floats)


def answer(
    shapes: dict[str, tuple[int, ...]],
    kinds: dict[str, str],
    closed: dict[str, str],
    floats: Callable[[str], Array],
) -> bytes:
    """Return the arrays that a page can use, and a list of all that there is."""
    if not shapes:
        raise Refused("The file holds no tensors.", "Save model.state_dict() with torch.save.")
    arrays, size = {}, 0
    for name in needed(shapes):
        if kinds[name][:1] not in "FB" and not name.endswith("_mask"):
            continue
        size += int(np.prod(shapes[name], dtype=np.float64)) * 8
        if size > UNPACKED:
            raise Refused("The file would unpack to more than can be read here.")
        arrays[name] = floats(name)
    listed = [[name, list(shapes[name]), kinds[name]] for name in shapes][:LISTED]
    about = {"listed": listed, "closed": list(closed.items())[:200], "count": len(shapes)}
    return safetensors.write(arrays, {"about": json.dumps(about)})


def write(content: bytes) -> bytes:
    """Save arrays that come as safetensors the way torch does."""
    import torch

    file = io.BytesIO()
    arrays = safetensors.read(content)
    torch.save({key: torch.from_numpy(values) for key, values in arrays.items()}, file)
    return file.getvalue()


def bound() -> None:
    """Limit memory to what is taken already and so much more, where the system knows limits."""
    try:
        import resource

        pages = int(open("/proc/self/statm").read().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        return


def limit_time() -> None:
    """Limit the time on the processor, and leave no image of the memory after a crash."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


TASKS = {"torch": of_torch, "safetensors": of_safetensors, "write": write}


def main() -> int:
    """Do the task that the command line names."""
    limit_time()
    try:
        done = TASKS[sys.argv[1]](sys.stdin.buffer.read())
    except Refused as refusal:
        print(refusal.found, file=sys.stderr)
        return SAID
    except MemoryError:
        print("The file needs more than 1 GB of memory to open.", file=sys.stderr)
        return SAID
    sys.stdout.buffer.write(done)
    return 0


if __name__ == "__main__":
    sys.exit(main())
