"""torch.load with ``weights_only=True``; foreign objects become empty stand-ins and stay closed."""

from __future__ import annotations

import io
from typing import Any

from explorer.checkpoints.refused import Refused

# Names of functions that run commands or code: a file that calls one is no checkpoint.
DANGEROUS = (
    "os", "posix", "nt", "sys", "subprocess", "shutil", "socket", "pty", "commands", "runpy",
    "importlib", "ctypes", "webbrowser", "code", "builtins.eval", "builtins.exec",
    "builtins.compile", "builtins.open", "builtins.__import__", "__builtin__.eval",
    "__builtin__.exec",
)  # fmt: skip
MOST = 200  # kinds of foreign objects in a file


class Closed:
    """An empty object in the place of one whose class is not known; nothing of it is kept."""

    path = ""

    def __new__(cls, *args: Any, **kwargs: Any) -> Closed:
        return object.__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


def never(path: str) -> Refused:
    """Return the refusal of a file because of an object in it."""
    if path.endswith("ScriptObject"):
        return Refused(
            "The file holds packed weights (torch.ScriptObject), as quantised layers have them.",
            "Save the state dict of the model before it was quantised.",
        )
    return Refused(
        f"The file holds more than tensors ({path[:120]}), which is never opened:",
        "save model.state_dict() instead of the model.",
    )


def load(content: bytes) -> Any:
    """Return what a checkpoint holds: tensors, plain containers and, closed, foreign objects.

    Raises
    ------
    Refused
        When the file is damaged or names code that would run commands.
    """
    import pickle

    import torch
    from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

    try:
        paths = sorted(get_unsafe_globals_in_checkpoint(io.BytesIO(content)))[: MOST + 1]
    except Exception:  # a damaged file breaks torch in any way it likes
        raise damaged() from None
    bad = [p for p in paths if p in DANGEROUS or p.split(".")[0] in DANGEROUS]
    if bad or len(paths) > MOST:
        raise never(bad[0] if bad else paths[0])
    closed: list[Any] = [(type("Closed", (Closed,), {"path": path}), path) for path in paths]
    try:
        with safe_globals(closed):
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as trouble:
        if paths:
            raise never(paths[0]) from None
        if "global" in str(trouble).lower():
            raise never("objects or code") from None
        raise damaged() from None
    except Exception:
        raise (never(paths[0]) if paths else damaged()) from None


def damaged() -> Refused:
    """Return the refusal of a file that torch cannot open."""
    return Refused("The file is damaged: PyTorch could not open it.", "Download or save it again.")
