"""A look at an uploaded file from outside, before anything opens it."""

from __future__ import annotations

import io
import zipfile

from explorer.checkpoints.refused import LARGEST, MANY, UNPACKED, Refused

KERAS = (b"\x89HDF\r\n\x1a\n",)


def inspect(content: bytes) -> str:
    """Return "torch" or "safetensors", whatever the file is called.

    Raises
    ------
    Refused
        When it is neither, is too large, or would unpack to too much.
    """
    if not content:
        raise Refused("The file is empty.")
    if len(content) > LARGEST:
        raise Refused(f"The file has {len(content) / 1e6:.0f} MB.")
    if content.startswith(KERAS):
        raise Refused("This is an HDF5 file, as Keras saves it.")
    if content.startswith(b"PK"):
        return archive(content)
    if content[:1] == b"\x80" or content[:2] == b"\x00\x00":
        raise Refused(
            "This is a bare pickle or a checkpoint of PyTorch before 1.6; a pickle can carry code "
            "and is not opened. Load it where it comes from and save its state dict again."
        )
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < LARGEST:
        return "safetensors"
    text = content[:4000].decode("utf-8", "replace")
    if sum(sign.isprintable() or sign.isspace() for sign in text) > 0.95 * len(text):
        raise Refused("This is a text file, whatever its name says.")
    raise Refused("The file is damaged or of a kind that is not known here.")


def archive(content: bytes) -> str:
    """Look into a zip archive, which a checkpoint of PyTorch is, without unpacking it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            entries = pack.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("The file is cut off or damaged: its end is missing.") from None
    names = [entry.filename for entry in entries]
    if any(name in ("config.json", "model.weights.h5") for name in names):
        raise Refused("This is a model of Keras.")
    if not any(name.endswith("/data.pkl") or name == "data.pkl" for name in names):
        raise Refused("This is a zip archive, but no checkpoint of PyTorch.")
    if any("/code/" in name or name.startswith("code/") for name in names):
        raise Refused("This is a TorchScript archive, which carries code and is not opened.")
    if len(entries) > MANY or sum(entry.file_size for entry in entries) > UNPACKED:
        raise Refused("The file would unpack to more than can be read here.")
    # PyTorch stores its numbers as they are; what is compressed was made by something else.
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise Refused("This archive is compressed, which checkpoints of PyTorch are not.")
    return "torch"
