"""Files of other kinds: what was found, and what to do."""

import argparse
import io
import json
import tarfile
import zipfile

import numpy as np
import pytest
import torch

from explorer.checkpoints import inspection, quarantine
from explorer.checkpoints.layers import recurrent
from explorer.checkpoints.refused import ACCEPTED, Refused
from explorer.checkpoints.study import opened


def packed(*names):
    """Return a zip archive of empty files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        for name in names:
            pack.writestr(name, b"")
    return file.getvalue()


def saved(content, **settings):
    """Save anything the way torch does."""
    file = io.BytesIO()
    torch.save(content, file, **settings)
    return file.getvalue()


def field(number, content):
    """Return one field of a protocol buffer."""
    size, head = len(content), b""
    while size > 127:
        head, size = head + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + head + bytes([size]) + content


def onnx():
    """Return a model of ONNX with one node, as torch.onnx writes it: version, producer, graph."""
    graph = field(1, field(4, b"LSTM")) + field(2, b"main_graph")
    return b"\x08\x08" + field(2, b"pytorch") + field(7, graph) + field(8, b"\x10\x11")


def tar():
    """Return a tar archive of one file."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as pack:
        pack.addfile(tarfile.TarInfo("weights.pt"), io.BytesIO())
    return file.getvalue()


def npz():
    """Return an archive of NumPy arrays."""
    file = io.BytesIO()
    np.savez(file, weight_ih_l0=np.zeros((4, 2)))
    return file.getvalue()


INDEX = {"weight_map": {"rnn.weight_hh_l0": "model-2.safetensors", "head": "model-1.safetensors"}}


@pytest.mark.parametrize(
    ("content", "found", "cure"),
    [
        (b"", "empty", "again"),
        (onnx(), "ONNX", "state dict"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "Keras", "state_dict"),
        (packed("config.json", "model.weights.h5"), "Keras", "state_dict"),
        (packed("data", "policy.pth", "policy.optimizer.pth"), "policy inside", "policy.pth"),
        (packed("x/data.pkl", "x/code/a.py"), "TorchScript", "torch.jit.load"),
        (packed("deep/net.pt"), "zip archive", "bring deep/net.pt"),
        (json.dumps(INDEX).encode(), "several files", "model-2.safetensors"),
        (b'{"hidden": 3}', "JSON", "weights"),
        (b"GGUF\x03\0\0\0" + b"\0" * 50, "GGUF", "original checkpoint"),
        (npz(), "NumPy arrays", "torch.save"),
        (tar(), "tar archive", "Unpack"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "gzip", "Unpack"),
        (b"<!DOCTYPE html><html>", "web page", "Download"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS", "git lfs pull"),
        (b"epoch,loss\n1,0.5\n", "text file", "weights"),
        (saved({"a": torch.zeros(1)}, _use_new_zipfile_serialization=False), "before 1.6", "save"),
        (bytes(range(256)), "not known here", "again"),
    ],
)
def test_a_file_of_another_kind_is_named_with_the_cure(content, found, cure):
    with pytest.raises(Refused) as refusal:
        inspection.inspect(content)
    said = str(refusal.value)
    assert found in said
    assert cure in said.removesuffix(ACCEPTED)
    assert said.endswith(ACCEPTED)
    assert "\n" not in said


def test_options_and_a_loss_beside_a_state_dict_do_not_stand_in_the_way():
    lstm = torch.nn.LSTM(3, 4)
    more = {"args": argparse.Namespace(lr=0.1), "criterion": torch.nn.CrossEntropyLoss()}
    found = quarantine.contents(saved({"model": lstm.state_dict(), "epoch": 3} | more))
    ((module,), _) = recurrent(found.arrays)
    assert (module.kind, module.D, module.H) == ("LSTM", 3, 4)
    assert set(found.closed) >= {"args", "criterion"}
    assert "Namespace" in found.closed["args"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: saved(torch.nn.LSTM(2, 3)), "state_dict"),
        (lambda: saved({"a": argparse.Namespace(lr=1)}), "Namespace"),
        (lambda: saved({"epoch": 3}), "no tensors"),
        (
            lambda: saved({"a": torch.quantize_per_tensor(torch.zeros(3), 0.1, 0, torch.qint8)}),
            "quantised",
        ),
        (lambda: saved({"conv.weight": torch.zeros(2, 2)}), "no recurrent layer"),
    ],
    ids=["model", "options", "nothing", "quantised", "no layer"],
)
@pytest.mark.filterwarnings("ignore:.*quantize")
def test_a_checkpoint_without_a_layer_is_named_with_what_it_holds(content, said):
    with pytest.raises(Refused, match=said) as refusal:
        opened("net.pt", content())
    assert "\n" not in str(refusal.value)
