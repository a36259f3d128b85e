"""A look at an uploaded file from outside, before anything opens it."""

from __future__ import annotations

import io
import json
import zipfile

from explorer.checkpoints.refused import LARGEST, MANY, UNPACKED, Refused

SAVE = "save model.state_dict() with torch.save"
LOAD = f"Load it where it comes from and {SAVE}."
KERAS = f"Keras orders its arrays differently: copy the weights into a torch layer and {SAVE}."
UNPACK = "Unpack it and bring the .pt or .safetensors file inside."
NUMBERS = "A table of numbers is an input: choose “a file of yours” under “It reads”."

# What a file begins with: what that is, and what to do.
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "This is an HDF5 file, as Keras saves it (.h5).", KERAS),
    (b"GGUF", "This is a GGUF file, as llama.cpp uses it.", "Bring the original checkpoint."),
    (b"ggml", "This is a GGML file, as llama.cpp uses it.", "Bring the original checkpoint."),
    (b"lmgg", "This is a GGML file, as llama.cpp uses it.", "Bring the original checkpoint."),
    (b"\x93NUMPY", "This is a NumPy array (.npy).", NUMBERS),
    (b"\x1f\x8b", "This is a file compressed by gzip.", UNPACK),
    (b"BZh", "This is a file compressed by bzip2.", UNPACK),
    (b"\xfd7zXZ\x00", "This is a file compressed by xz.", UNPACK),
    (b"\x28\xb5\x2f\xfd", "This is a file compressed by zstd.", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "This is a 7z archive.", UNPACK),
    (b"Rar!", "This is a RAR archive.", UNPACK),
    (b"\x89PNG", "This is an image (PNG).", "Bring the file of the weights."),
    (b"\xff\xd8\xff", "This is an image (JPEG).", "Bring the file of the weights."),
    (b"GIF8", "This is an image (GIF).", "Bring the file of the weights."),
    (b"RIFF", "This is an image, a sound or a video (RIFF).", "Bring the file of the weights."),
    (b"%PDF", "This is a PDF document.", "Bring the file of the weights."),
    (b"PAR1", "This is a Parquet table.", NUMBERS),
    (b"MATLAB", "This is a file of MATLAB.", f"Load its arrays in torch and {SAVE}."),
    (b"SQLite format 3", "This is an SQLite database.", "Bring the file of the weights."),
    (b"version https://git-lfs", "This is a pointer of Git LFS, not the file itself.",
     "Fetch it with `git lfs pull`, or download it on the web."),
)  # fmt: skip
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"  # the number that torch wrote before 1.6

# What stands in a zip archive by the ends of its names: what that is, and what to do.
ENTRIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("model.weights.h5",), "This is a model of Keras (.keras).", KERAS),
    (("policy.pth", "policy.optimizer.pth", "pytorch_variables.pth"),
     "This is an agent of Stable-Baselines3, a zip with its policy inside.",
     "Unzip it and bring policy.pth."),
    (("serialized_exported_program.json", "models/model.json"),
     "This is a program of torch.export (.pt2).", LOAD),
    (("word/document.xml", "xl/workbook.xml"), "This is a document of an office program.",
     "Bring the file of the weights."),
)  # fmt: skip


def inspect(content: bytes) -> str:
    """Return "torch" or "safetensors", whatever the file is called.

    Raises
    ------
    Refused
        When it is neither, is too large, or would unpack to too much.
    """
    if not content:
        raise Refused("The file is empty.", "Download or save it again.")
    if len(content) > LARGEST:
        raise Refused(
            f"The file has {len(content) / 1e6:.0f} MB.",
            "Save only the recurrent layer and what stands around it.",
        )
    for start, found, cure in SIGNATURES:
        if content.startswith(start):
            raise Refused(found, cure)
    if content.startswith(b"PK"):
        return archive(content)
    if content[8:9] == b"{" and int.from_bytes(content[:8], "little") < LARGEST:
        return "safetensors"
    raise Refused(*other(content))


def other(content: bytes) -> tuple[str, str]:
    """Return what a file is that has no plain signature, and what to do."""
    if content.startswith(LEGACY):
        return (
            "This is a checkpoint of PyTorch before 1.6, a bare pickle.",
            "Load it with torch.load, and torch.save what it holds again.",
        )
    if content[:1] == b"\x80" and content[1:2] in b"\x02\x03\x04\x05" and content[1:2]:
        return (
            "This is a bare pickle (as pickle or joblib write it); a pickle can carry code and is "
            "not opened.",
            LOAD,
        )
    if content[4:8] == b"TFL3":
        return "This is a model of TensorFlow Lite.", "Bring the original weights as a state dict."
    if content[257:262] == b"ustar":
        return "This is a tar archive.", UNPACK
    if content[-8:] == b"\x57\xfb\x80\x8b\x24\x75\x47\xdb":
        return "This is the index of a TensorFlow checkpoint (.index).", KERAS
    if content[:1] in b"\x81\x82\x83\x84" and content[2:3].isalpha():
        return (
            "This is a msgpack file, as Flax saves it.",
            f"Copy its arrays into torch and {SAVE}.",
        )
    fields = message(content)
    if {1, 7} <= fields:
        return (
            "This is an ONNX model, whose graph is not read here.",
            "Bring the state dict of the PyTorch model that it was exported from.",
        )
    if fields == {1, 2}:
        return "This is a SavedModel of TensorFlow (.pb).", KERAS
    return text(content)


def text(content: bytes) -> tuple[str, str]:
    """Return what a text is, and what to do; else that the file is unknown."""
    start = content[:4000].decode("utf-8", "replace")
    if sum(sign.isprintable() or sign.isspace() for sign in start) <= 0.95 * len(start):
        return "The file is damaged or of a kind that is not known here.", "Save it again."
    start = start.lstrip("\ufeff \t\r\n")
    if start[:1] == "<":
        return (
            "This is a web page, perhaps one that asks for a login.",
            "Download the file itself.",
        )
    if start[:1] == "{":
        return described(content)
    return "This is a text file, whatever its name says.", "Bring the file of the weights."


def described(content: bytes) -> tuple[str, str]:
    """Return what a JSON text is: the index of a model in several files, or settings."""
    try:
        names = json.loads(content.decode("utf-8", "replace"))["weight_map"]
        files = [str(f) for key, f in names.items() if "weight_hh" in key or "weight_ih" in key]
        files = list(dict.fromkeys(files or map(str, names.values())))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "This is a JSON text, not the weights.", "Bring the file of the weights."
    return (
        "This is the index of a model that stands in several files (shards).",
        f"Bring the one with the recurrent layer: {', '.join(files[:3])[:200]}.",
    )


def message(content: bytes) -> set[int]:
    """Return the field numbers of a protocol buffer, {} where it cannot be one (ONNX is one)."""
    at, fields, end = 0, set(), len(content)
    while at < end and len(fields) < 40:
        tag, at = varint(content, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            _, at = varint(content, at)
        elif kind == 2:
            size, at = varint(content, at)
            at += size
        else:
            return set()
        if not 1 <= number <= 25 or at > end:
            return set()
        fields.add(number)
        if at - 1 > end:
            return set()
    return fields


def varint(content: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins there and where the next begins, past the end if cut."""
    value = 0
    for k, byte in enumerate(content[at : at + 10]):
        value |= (byte & 127) << 7 * k
        if byte < 128:
            return value, at + k + 1
    return 0, len(content) + 1


def archive(content: bytes) -> str:
    """Look into a zip archive, which a checkpoint of PyTorch is, without unpacking it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            entries = pack.infolist()
    except Exception:  # a damaged directory breaks zipfile in many ways
        raise Refused(
            "The file is cut off or damaged: its end is missing.", "Download or save it again."
        ) from None
    names = [entry.filename for entry in entries]
    for ends, found, cure in ENTRIES:
        if any(name.endswith(ends) for name in names):
            raise Refused(found, cure)
    pickled = any(name.endswith("/data.pkl") or name == "data.pkl" for name in names)
    if not pickled and names and all(name.endswith(".npy") for name in names):
        raise Refused(
            "This is an archive of NumPy arrays (.npz).",
            "Save them with torch.save({name: torch.tensor(array), ...}).",
        )
    if not pickled:
        inside = next(
            (name for name in names if name.endswith((".pt", ".pth", ".safetensors"))), ""
        )
        raise Refused(
            "This is a zip archive, but no checkpoint of PyTorch.",
            f"Unzip it and bring {inside[-80:]}." if inside else "",
        )
    if any("/code/" in name or name.startswith("code/") for name in names):
        raise Refused(
            "This is a TorchScript archive, which carries code and is not opened.",
            "Load it with torch.jit.load and save its state_dict() with torch.save.",
        )
    if len(entries) > MANY or sum(entry.file_size for entry in entries) > UNPACKED:
        raise Refused("The file would unpack to more than can be read here.")
    # PyTorch stores its numbers as they are; what is compressed was made by something else.
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise Refused(
            "This archive is compressed, which checkpoints of PyTorch are not.",
            "Load it with torch.load, and torch.save what it holds again.",
        )
    return "torch"
