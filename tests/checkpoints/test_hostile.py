"""Whatever file arrives: a sentence, never code that runs, never a crash of the app."""

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.cells import LSTM
from explorer.checkpoints import inspection, layers, networks, quarantine, safetensors, state_dicts
from explorer.checkpoints.refused import ACCEPTED, Refused
from explorer.wiring.stack import Stack


class Hostile:
    """An object whose unpickling would run a command."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def saved(content, **settings):
    """Save anything the way torch does."""
    file = io.BytesIO()
    torch.save(content, file, **settings)
    return file.getvalue()


def packed(entries, method=zipfile.ZIP_STORED):
    """Return a zip archive of these entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as pack:
        for name, content in entries.items():
            pack.writestr(name, content)
    return file.getvalue()


@pytest.fixture(scope="module")
def good():
    """Give a file that can be read, in both forms."""
    arrays = state_dicts.state_dict(Stack.init(LSTM, np.random.default_rng(0), 2, 3))
    return safetensors.write(arrays), saved({k: torch.tensor(v) for k, v in arrays.items()})


def test_code_in_a_pickle_never_runs(tmp_path):
    mark = tmp_path / "ran"
    content = saved({"weight_ih_l0": Hostile(mark)})
    assert inspection.inspect(content) == "torch"
    with pytest.raises(Refused, match="never opened: save") as refusal:
        quarantine.opened(content)
    assert str(refusal.value).endswith(ACCEPTED)
    assert not mark.exists()
    for bare in (
        pickle.dumps(Hostile(mark)),
        saved(Hostile(mark), _use_new_zipfile_serialization=False),
    ):
        with pytest.raises(Refused, match="pickle"):
            inspection.inspect(bare)
    assert not mark.exists()


def test_a_whole_model_is_refused_with_the_cure():
    with pytest.raises(Refused, match="state_dict"):
        quarantine.opened(saved(torch.nn.LSTM(2, 3)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 50, "cut off or damaged"),
        (b"\x89HDF\r\n\x1a\n" + b"\0" * 50, "Keras"),
        (packed({"config.json": "{}", "model.weights.h5": b""}), "Keras"),
        (packed({"a.txt": "hello"}), "no checkpoint of PyTorch"),
        (packed({"x/data.pkl": b"", "x/code/a.py": b""}), "TorchScript"),
        (packed({"x/data.pkl": b"\0" * 10**6}, zipfile.ZIP_DEFLATED), "compressed"),
        (b"epoch,loss\n1,0.5\n" * 20, "text file"),
        (b"\0" * 60_000_000, "60 MB"),
        (bytes(range(256)), "damaged or of a kind"),
    ],
)
def test_other_files_are_named(content, said):
    with pytest.raises(Refused, match=said) as refusal:
        inspection.inspect(content)
    assert "\n" not in str(refusal.value)


def test_a_bomb_is_not_unpacked():
    bomb = packed({"x/data.pkl": b"\0" * 300_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1_000_000
    with pytest.raises(Refused, match="unpack to more"):
        inspection.inspect(bomb)


def test_shared_references_are_no_endless_tree():
    tree = {"a": torch.zeros(1)}
    for _ in range(40):
        tree = {"a": tree, "b": tree}
    with pytest.raises(Refused, match="too deeply"):
        quarantine.opened(saved(tree))


def test_every_cut_of_a_safetensors_file_is_said(good):
    content, _ = good
    for length in range(0, len(content), 7):
        with pytest.raises(Refused):
            safetensors.read(content[:length])


@given(data=st.data())
def test_no_change_of_a_safetensors_file_breaks_anything(good, data):
    content = bytearray(good[0])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.one_of(st.integers(0, 400), st.integers(0, len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    try:
        arrays = safetensors.read(bytes(content))
        found, _ = layers.recurrent(arrays)
        for one in found:
            networks.imported(one)
    except Refused:
        pass


@given(st.binary(max_size=300))
def test_no_bytes_break_the_inspection(content):
    try:
        kind = inspection.inspect(content)
        if kind == "safetensors":
            safetensors.read(content)
    except Refused:
        pass


FIELDS = st.sampled_from(["dtype", "shape", "data_offsets"])
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner),
)


@given(st.dictionaries(st.sampled_from(["a", "__metadata__", "weight_ih_l0"]), ANYTHING))
def test_no_header_breaks_the_reader(header):
    text = json.dumps(header).encode()
    try:
        safetensors.read(len(text).to_bytes(8, "little") + text + b"\0" * 64)
    except Refused:
        pass


@pytest.mark.parametrize("seed", range(6))
def test_damaged_checkpoints_end_in_a_sentence(good, seed):
    rng = np.random.default_rng(seed)
    content = bytearray(good[1])
    if seed < 2:
        content = content[: int(rng.integers(100, len(content)))]
    else:
        for place in rng.integers(0, len(content), 12 * seed):
            content[place] ^= 1 << int(rng.integers(8))
    try:
        if inspection.inspect(bytes(content)) == "torch":
            layers.recurrent(quarantine.opened(bytes(content)))
    except Refused:
        pass


WIDE = {"weight_ih_l0": np.zeros((4000, 2)), "weight_hh_l0": np.zeros((4000, 1000))}


def arrays(**changes):
    """Return the arrays of an LSTM with some of them changed or, as None, left out."""
    whole = state_dicts.state_dict(Stack.init(LSTM, np.random.default_rng(0), 2, 3)) | changes
    return {key: value for key, value in whole.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight_hh_l0": None}, "weight_hh_l0 is missing"),
        ({"weight_hh_l0": np.zeros((12, 5))}, "wanted 1, 3 or 4 times"),
        ({"weight_ih_l0": np.zeros(12)}, "to be a matrix"),
        ({"bias_ih_l0": np.zeros(5)}, "of shape"),
        ({"weight_ih_l0": np.full((12, 2), np.nan)}, "not finite"),
        ({"weight_ih_l9": np.zeros((12, 3))}, "10 layers"),
        ({"weight_ih_l1": np.zeros((12, 3))}, "weight_hh_l1 is missing"),
        (
            WIDE,
            "1000 units",
        ),
    ],
)
def test_what_does_not_fit_is_said(changes, said):
    found, remarks = layers.recurrent(arrays(**changes))
    assert not found
    assert len(remarks) == 1
    assert said in remarks[0]


def test_a_file_without_recurrent_layers_is_said():
    with pytest.raises(Refused, match="no recurrent layer"):
        layers.recurrent({"conv.weight": np.zeros((2, 2))})
