"""torch opens foreign files in a process of its own: whatever is in them stays there.

Run as a program, it reads one file from its input and writes its arrays as safetensors. Memory
and time are bounded, nothing touches the disk, and a crash ends this process, not the app.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints import safetensors
from explorer.checkpoints.refused import MANY, UNPACKED, Refused
from explorer.shapes import Array

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
MEMORY = 8_000_000_000  # address space, most of which torch's own libraries take
SAID = 3  # exit status with a sentence


def opened(content: bytes) -> dict[str, Array]:
    """Return every tensor of a checkpoint by its path, read by torch with ``weights_only=True``.

    Raises
    ------
    Refused
        When torch is not there, refuses the file, crashes over it or takes too long.
    """
    return safetensors.read(asked("read", content))


def saved(arrays: Mapping[str, Array]) -> bytes:
    """Return arrays as a state dict that ``torch.load`` reads."""
    return asked("write", safetensors.write(arrays))


def asked(task: str, content: bytes) -> bytes:
    """Let another process do one task, and return what it writes."""
    command = [sys.executable, "-m", "explorer.checkpoints.quarantine", task]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        raise Refused("The file took too long to open.") from None
    if done.returncode == SAID:
        raise Refused(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    if done.returncode:
        raise Refused("The file is damaged: PyTorch could not open it.")
    return done.stdout


def tensors(found: Any) -> Iterator[tuple[str, Any]]:
    """Yield every tensor in nested dictionaries and lists with its path; the rest is left out."""
    import torch

    rest, seen = [("", found, 0)], 0
    while rest:
        path, value, depth = rest.pop()
        seen += 1
        # Shared references can make a small file an endless tree.
        if seen > 10 * MANY or depth > 16:
            raise Refused("The file nests its contents too deeply.")
        if isinstance(value, torch.Tensor):
            yield path, value
        elif isinstance(value, Mapping):
            inside = [(f"{path}.{key}" if path else f"{key}", part) for key, part in value.items()]
            rest.extend((name, part, depth + 1) for name, part in reversed(inside))
        elif isinstance(value, list | tuple):
            rest.extend((f"{path}.{k}", part, depth + 1) for k, part in enumerate(value))


def plain(tensor: Any) -> Array | None:
    """Return a tensor as an array of floats; None for one that is no dense array of numbers."""
    import torch

    if tensor.layout != torch.strided or tensor.is_complex() or tensor.is_quantized:
        return None
    double = tensor.dtype == torch.float64
    return np.array(tensor.detach().to(torch.float64 if double else torch.float32).contiguous())


def read(content: bytes) -> bytes:
    """Open a checkpoint with torch and return its tensors as safetensors."""
    try:
        import torch
    except ImportError:
        raise Refused("PyTorch is not installed here, so only .safetensors can be read.") from None
    import pickle

    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise Refused(
            "The file holds more than tensors (objects or code), which is never opened: save "
            "model.state_dict() instead of the model."
        ) from None
    except Exception:  # a damaged file breaks torch in any way it likes
        raise Refused("The file is damaged: PyTorch could not open it.") from None
    arrays: dict[str, Array] = {}
    size = 0
    for path, tensor in tensors(found):
        size += tensor.numel() * 8
        if size > UNPACKED or len(arrays) > MANY:
            raise Refused("The file would unpack to more than can be read here.")
        array = plain(tensor)
        if array is not None:
            arrays[path] = array
    if not arrays:
        raise Refused("The file holds no tensors.")
    return safetensors.write(arrays)


def write(content: bytes) -> bytes:
    """Save arrays that come as safetensors the way torch does."""
    import torch

    file = io.BytesIO()
    arrays = safetensors.read(content)
    torch.save({key: torch.from_numpy(values) for key, values in arrays.items()}, file)
    return file.getvalue()


def bounded() -> None:
    """Give this process a limit of memory, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Do the task that the command line names."""
    bounded()
    task = {"read": read, "write": write}[sys.argv[1]]
    try:
        sys.stdout.buffer.write(task(sys.stdin.buffer.read()))
    except Refused as refusal:
        print(refusal.found, file=sys.stderr)
        return SAID
    return 0


if __name__ == "__main__":
    sys.exit(main())
