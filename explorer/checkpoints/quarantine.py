"""Foreign files are opened in a process of their own: whatever is in them stays there.

Memory and time are bounded, nothing touches the disk, a crash ends that process and not the app,
and over all visitors two files are opened at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from explorer.checkpoints import inspection, safetensors
from explorer.checkpoints.reader_process import SAID, SECONDS
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.turns import Turns
from explorer.shapes import Array

ROOT = Path(__file__).resolve().parents[2]
TURNS = Turns()


def alone(ahead: int) -> None:
    """Tell nobody about the wait."""


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds: the arrays that can be of use, and a list of all there is."""

    arrays: Mapping[str, Array]
    shapes: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, str] = field(default_factory=dict)  # F32, I64, ..., quantised, sparse
    closed: Mapping[str, str] = field(default_factory=dict)  # foreign objects by their paths
    count: int = 0  # of all arrays, the listed ones and the others
    ordered: bool = True  # as the modules were made; safetensors sorts by name

    @classmethod
    def of(cls, arrays: Mapping[str, Array]) -> Contents:
        """Return what holds these arrays alone."""
        shapes = {key: array.shape for key, array in arrays.items()}
        return cls(arrays, shapes, dict.fromkeys(arrays, "F64"), count=len(arrays))


def contents(content: bytes, waiting: Callable[[int], None] = alone) -> Contents:
    """Return what a checkpoint or a safetensors file holds, by the paths of its arrays.

    Raises
    ------
    Refused
        When it is neither, or cannot be opened within the bounds.
    """
    task = inspection.inspect(content)
    answer = asked(task, content, waiting)
    arrays = safetensors.read(answer)
    about = json.loads(safetensors.header(answer)[1]["about"])
    return Contents(
        arrays,
        {name: tuple(shape) for name, shape, _ in about["listed"]},
        {name: kind for name, _, kind in about["listed"]},
        dict(about["closed"]),
        about["count"],
        task == "torch",
    )


def opened(content: bytes) -> dict[str, Array]:
    """Return the arrays of a file that can be of use."""
    return dict(contents(content).arrays)


def saved(arrays: Mapping[str, Array]) -> bytes:
    """Return arrays as a state dict that ``torch.load`` reads."""
    return asked("write", safetensors.write(arrays))


def asked(task: str, content: bytes, waiting: Callable[[int], None] = alone) -> bytes:
    """Let another process do one task, and return what it writes."""
    command = [sys.executable, "-m", "explorer.checkpoints.reader_process", task]
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with TURNS.taken(waiting):
        try:
            done = subprocess.run(
                command, input=content, capture_output=True, timeout=SECONDS, check=False,
                cwd=ROOT, env=os.environ | single,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Refused(f"The file took more than {SECONDS} seconds to open.") from None
    if done.returncode == SAID:
        raise Refused(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    if done.returncode:
        raise Refused(
            "The file is damaged, or needs more memory or time than there is: it could not be "
            "opened.",
            "Download or save it again.",
        )
    return done.stdout
