"""Whatever kind of file arrives, and whatever its header says: one sentence and a cure."""

import io
import json
import pickle
import subprocess
import sys
import tarfile
import threading
import time
import zipfile

import numpy as np
import pytest
import torch

from explorer.checkpoints import inspection, quarantine, safetensors
from explorer.checkpoints.refused import ACCEPTED, Refused
from explorer.checkpoints.study import opened
from explorer.checkpoints.turns import Turns


def zipped(*names):
    """Return a zip archive with entries of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        for name in names:
            pack.writestr(name, b"x")
    return file.getvalue()


def tarred():
    """Return a tar archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as pack:
        pack.addfile(tarfile.TarInfo("model.ckpt"), io.BytesIO(b""))
    return file.getvalue()


def array_file():
    """Return an array as NumPy saves it, and an archive of one."""
    one, many = io.BytesIO(), io.BytesIO()
    np.save(one, np.zeros(3))
    np.savez(many, a=np.zeros(3))
    return one.getvalue(), many.getvalue()


INDEX = json.dumps({
    "metadata": {"total_size": 9},
    "weight_map": {"conv.weight": "model-1.safetensors", "rnn.weight_ih_l0": "model-2.safetensors"},
}).encode()  # fmt: skip
# ModelProto: ir_version 8, producer "pytorch", a graph of three bytes, one operator set.
ONNX = b"\x08\x08\x12\x07pytorch\x3a\x03\x0a\x01a\x42\x02\x10\x11"
LEGACY = io.BytesIO()
torch.save({"a": torch.zeros(2)}, LEGACY, _use_new_zipfile_serialization=False)
KINDS = {
    "ONNX": (ONNX, "ONNX model", "state dict"),
    "SavedModel": (b"\x08\x01\x12\x03\x0a\x01a", "SavedModel of TensorFlow", "state_dict"),
    "TensorFlow checkpoint": (
        bytes(30) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "TensorFlow checkpoint", "state_dict",
    ),
    "TensorFlow Lite": (b"\x1c\0\0\0TFL3" + bytes(20), "TensorFlow Lite", "state dict"),
    "Keras .h5": (b"\x89HDF\r\n\x1a\n" + bytes(9), "HDF5", "state_dict"),
    "Keras zip": (zipped("config.json", "model.weights.h5"), "Keras", "state_dict"),
    "Stable-Baselines3": (zipped("data", "policy.pth"), "Stable-Baselines3", "policy.pth"),
    "TorchScript": (zipped("a/data.pkl", "a/code/x.py"), "TorchScript", "torch.jit.load"),
    "torch.export": (zipped("serialized_exported_program.json"), "torch.export", "state_dict"),
    "a zip with a checkpoint": (zipped("run/best.pt"), "zip archive", "Unzip it"),
    "NumPy array": (array_file()[0], "NumPy array", "a file of yours"),
    "NumPy archive": (array_file()[1], "NumPy arrays", "torch.save"),
    "index of shards": (INDEX, "several files", "model-2.safetensors"),
    "JSON": (b'{"hidden_size": 3}', "JSON", "weights"),
    "GGUF": (b"GGUF\x03\0\0\0", "GGUF", "original"),
    "pickle": (pickle.dumps({"a": 1}), "pickle", "state_dict"),
    "before 1.6": (LEGACY.getvalue(), "before 1.6", "torch.save"),
    "tar": (tarred(), "tar archive", "Unpack"),
    "gzip": (b"\x1f\x8b\x08" + bytes(9), "gzip", "Unpack"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(9), "image", "weights"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(9), "image", "weights"),
    "Flax": (b"\x81\xa6params\x80", "Flax", "torch"),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS", "git lfs pull"),
    "web page": (b"<!DOCTYPE html><html></html>", "web page", "Download"),
    "text": (b"epoch,loss\n1,0.5\n", "text file", "weights"),
    "nothing": (b"", "empty", "again"),
    "noise": (bytes(range(256)) * 2, "kind that is not known", "again"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_are_named_with_the_cure(kind):
    content, found, cure = KINDS[kind]
    with pytest.raises(Refused) as refusal:
        inspection.inspect(content)
    said = str(refusal.value)
    assert found in said
    assert cure in said.removesuffix(ACCEPTED)
    assert "\n" not in said


# ---- headers of safetensors ----------------------------------------------------------------------


def made(header, data=b"\0" * 8):
    """Return a safetensors file with this header, a text or what becomes JSON."""
    text = header if isinstance(header, str) else json.dumps(header)
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "little") + raw + data


def about(dtype="F32", shape=(2,), offsets=(0, 8), **more):
    """Return what a header says of one array."""
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets} | more


NUMBER = "9" * 5000
PLAIN = json.dumps(about())
HEADERS = {
    "dtype a list": {"a": about([])},
    "dtype a dict": {"a": about({})},
    "dtype unknown": {"a": about("F99")},
    "shape a dict": {"a": about(shape={})},
    "shape of nothing by much": {"a": about(shape=[0, 5 * 10**7, 5 * 10**7, 9], offsets=[0, 0])},
    "a negative": {"a": about(shape=[-2])},
    "a float": {"a": about(shape=[2.0])},
    "a boolean": {"a": about(shape=[2, True])},
    "offsets reversed": {"a": about(offsets=[8, 0])},
    "offsets a dict": {"a": about(offsets={})},
    "three offsets": {"a": about(offsets=[0, 8, 8])},
    "more than the file": {"a": about(shape=[4], offsets=[0, 16])},
    "too little": {"a": about(shape=[1], offsets=[0, 4])},
    "not from the start": {"a": about(shape=[1], offsets=[4, 8])},
    "a gap": {"a": about(shape=[1], offsets=[0, 4]), "b": about("U8", [1], [7, 8])},
    "the same bytes": {"a": about(), "b": about()},
    "an overlap": {"a": about(), "b": about(shape=[1], offsets=[4, 8])},
    "too many axes": {"a": about(shape=[1] * 9)},
    "something besides": {"a": about(more=1)},
    "an array": [1],
    "a number": "7",
    "text for an array": {"a": "F32"},
    "metadata nested": {"__metadata__": {"a": {}}, "b": about()},
    "metadata a list": {"__metadata__": [], "b": about()},
    "a key twice": f'{{"a":{PLAIN},"a":{PLAIN}}}',
    "NaN": '{"a":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}',
    "5,000 digits": f'{{"a":{{"dtype":"F32","shape":[{NUMBER}],"data_offsets":[0,8]}}}}',
    "a layer of 5,000 digits": {f"weight_ih_l{NUMBER}": about()},
    "a lone surrogate": f'{{"\\ud800":{PLAIN}}}',
    "a raw surrogate": f'{{"\ud800":{PLAIN}}}',
    "deep": "[" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("flaw", HEADERS)
def test_a_header_that_cannot_be_true_is_one_sentence(flaw):
    with pytest.raises(Refused) as refusal:
        safetensors.read(made(HEADERS[flaw]))
    said = str(refusal.value)
    said.encode()
    assert "\n" not in said
    assert len(said) < 600


def test_a_layer_number_of_many_digits_is_no_layer():
    arrays = {"weight_ih_l" + "9" * 300: np.zeros((4, 2)), "weight_hh_l0": np.zeros((4, 4))}
    with pytest.raises(Refused, match="weight_ih"):
        opened("a.safetensors", safetensors.write(arrays))


def test_arrays_over_the_same_bytes_cost_nothing():
    size = 4_000_000
    header = {f"a{k}": about("F32", [size // 4], [0, size]) for k in range(40)}
    content = made(header, bytes(size))
    start = time.perf_counter()
    with pytest.raises(Refused, match="overlap"):
        safetensors.read(content)
    assert time.perf_counter() - start < 0.2


# ---- the queue -----------------------------------------------------------------------------------


def test_two_of_ten_have_a_place_at_a_time_in_the_order_of_arrival():
    turns, now, most, order = Turns(2), [], [], []

    def visitor(k):
        with turns.taken():
            now.append(k)
            most.append(len(now))
            order.append(k)
            time.sleep(0.03)
            now.remove(k)

    threads = [threading.Thread(target=visitor, args=(k,)) for k in range(10)]
    for thread in threads:
        thread.start()
        time.sleep(0.002)
    for thread in threads:
        thread.join()
    assert max(most) == 2
    assert len(order) == 10
    # Two that get their places at once may change sides.
    assert all(abs(place - k) <= 1 for place, k in enumerate(order))


def test_who_waits_too_long_or_behind_too_many_is_told():
    turns = Turns(1, patience=0.05, longest=1)
    with turns.taken(), pytest.raises(Refused, match="Try again"), turns.taken():
        pass
    with turns.taken():  # the place is free again
        pass


def test_one_who_leaves_gives_up_the_place_in_the_line():
    turns = Turns(1)

    def leave(ahead):
        raise KeyError(ahead)

    with turns.taken(), pytest.raises(KeyError), turns.taken(leave):
        pass
    with turns.taken():
        pass


def test_the_process_that_opens_files_has_one_gigabyte():
    lines = (
        "from explorer.checkpoints.reader_process import bound, limit_time\n"
        "import resource\n"
        "bound(); limit_time()\n"
        "assert resource.getrlimit(resource.RLIMIT_CPU)[0] == 20\n"
        "kept = bytearray(700_000_000)\n"
        "try: bytearray(500_000_000)\n"
        "except MemoryError: print('bounded')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, check=True, cwd=quarantine.ROOT
    )
    assert done.stdout.strip() == b"bounded"


def test_a_file_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(quarantine, "SECONDS", 0.01)
    with pytest.raises(Refused, match=r"more than .* seconds"):
        quarantine.opened(safetensors.write({"weight_ih_l0": np.zeros((4, 2))}))
