"""Networks of torch, read back: states and gradients are torch's own, whatever the module."""

import io

import numpy as np
import pytest
import torch

from explorer.cells import CELLS
from explorer.checkpoints import inspection, layers, networks, quarantine, safetensors, state_dicts
from explorer.readout import Readout
from explorer.wiring.stack import Layer, Stack
from explorer.wiring.stack_films import StackGradient, StackTrace

T, B, D, H = 7, 2, 3, 5
MODULES = {
    "tanh": (torch.nn.RNN, {}),
    "relu": (torch.nn.RNN, {"nonlinearity": "relu"}),
    "LSTM": (torch.nn.LSTM, {}),
    "projected": (torch.nn.LSTM, {"proj_size": 2}),
    "GRU": (torch.nn.GRU, {}),
}


def made(name, depth, both, bias, dtype=torch.float64):
    """Return a module of torch with drawn weights."""
    torch.manual_seed(depth + 10 * both + 100 * bias)
    kind, settings = MODULES[name]
    settings = settings | {"num_layers": depth, "bidirectional": both, "bias": bias}
    return kind(D, H, **settings).to(dtype)


def arrays_of(module):
    """Return the state dict of a module as arrays."""
    return {key: value.detach().numpy() for key, value in module.state_dict().items()}


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "bare"])
@pytest.mark.parametrize("both", [False, True], ids=["one_way", "both_ways"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("name", MODULES)
def test_states_and_gradients_are_those_of_torch(name, depth, both, bias):
    module = made(name, depth, both, bias)
    ((found,), remarks) = layers.recurrent(arrays_of(module))
    assert not remarks
    ours = networks.imported(found, name if name == "relu" else "tanh")
    rng = np.random.default_rng(depth)
    xs = rng.standard_normal((T, B, D))
    x = torch.tensor(xs, requires_grad=True)
    y, _ = module(x)
    weight = rng.standard_normal(tuple(y.shape))
    (y * torch.tensor(weight)).sum().backward()
    trace = StackTrace.of(ours.stack, xs)
    np.testing.assert_allclose(ours.handed_on(trace.h), y.detach().numpy(), rtol=0, atol=1e-12)
    gradient = StackGradient.of(trace, ours.at_states(weight))
    np.testing.assert_allclose(gradient.dx, x.grad.numpy(), rtol=0, atol=1e-12)
    named = ours.gradient(gradient.dstack)
    for key, value in ours.gradient_of_projection(trace.h, weight).items():
        named[key] = named[key] + value
    theirs = {key: value.grad.numpy() for key, value in module.named_parameters()}
    assert named.keys() == theirs.keys()
    for key, value in theirs.items():
        np.testing.assert_allclose(named[key], value, rtol=1e-11, atol=1e-12, err_msg=key)


def test_float32_agrees_as_far_as_float32_can():
    module = made("LSTM", 2, True, True, torch.float32)
    ((found,), _) = layers.recurrent(arrays_of(module))
    xs = np.random.default_rng(0).standard_normal((T, B, D)).astype(np.float32)
    trace = StackTrace.of(networks.imported(found).stack, xs.astype(np.float64))
    np.testing.assert_allclose(trace.h, module(torch.tensor(xs))[0].detach().numpy(), atol=1e-6)


@pytest.mark.parametrize("name", ["tanh", "relu", "LSTM", "GRU"])
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_ours_loads_in_torch_by_the_lines_that_we_give(name, depth, both, dtype, tmp_path):
    kind = networks.KINDS["RNN" if name in ("tanh", "relu") else name]
    settings = {"activation": "relu"} if name == "relu" else {}
    stack = Stack.init(
        kind, np.random.default_rng(1), D, H, depth=depth, directions=1 + both, **settings
    ).map(lambda array: array.astype(dtype))
    file = io.BytesIO()
    torch.save({k: torch.from_numpy(v) for k, v in state_dicts.state_dict(stack).items()}, file)
    (tmp_path / "net.pt").write_bytes(file.getvalue())
    lines = state_dicts.loading(stack, str(tmp_path / "net.pt"))
    assert len(lines.splitlines()) == 3
    scope = {}
    exec(lines, scope)
    xs = np.random.default_rng(2).standard_normal((T, B, D)).astype(dtype)
    y = scope["layer"](torch.from_numpy(xs))[0].detach().numpy()
    tolerance = 1e-12 if dtype == np.float64 else 1e-6
    np.testing.assert_allclose(StackTrace.of(stack, xs).h, y, rtol=0, atol=tolerance)


class Model(torch.nn.Module):
    """A model as people write them, with a recurrent layer somewhere inside."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(11, D)
        self.encoder = torch.nn.ModuleDict({"rnn": torch.nn.GRU(D, H, num_layers=2)})
        self.other = torch.nn.LSTMCell(4, 3)
        self.head = torch.nn.Linear(H, 2)


def checkpoint(content):
    """Save anything the way torch does."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def test_layers_are_found_inside_a_larger_checkpoint():
    torch.manual_seed(0)
    model = Model()
    optimiser = torch.optim.Adam(model.parameters())
    content = checkpoint(
        {"epoch": 3, "model": model.state_dict(), "optimizer": optimiser.state_dict(), "lr": 0.1}
    )
    assert inspection.inspect(content) == "torch"
    arrays = quarantine.opened(content)
    found, remarks = layers.recurrent(arrays)
    assert not remarks
    assert {(f.prefix, f.kind, f.depth, f.D, f.H) for f in found} == {
        ("model.encoder.rnn.", "GRU", 2, D, H),
        ("model.other.", "LSTM", 1, 4, 3),
    }
    heads = layers.readouts(arrays, H)
    np.testing.assert_allclose(
        heads["model.head"][0], model.head.weight.detach().numpy(), rtol=0, atol=0
    )


def test_safetensors_round_trip_and_torch_writing():
    stack = Stack.init(networks.KINDS["LSTM"], np.random.default_rng(0), 3, 4, depth=2)
    arrays = state_dicts.state_dict(stack)
    back = safetensors.read(safetensors.write(arrays))
    for key, value in arrays.items():
        np.testing.assert_array_equal(back[key], value)
        assert back[key].dtype == value.dtype
    loaded = torch.load(io.BytesIO(quarantine.saved(arrays)), weights_only=True)
    assert all(np.array_equal(loaded[key].numpy(), value) for key, value in arrays.items())


def test_half_precision_is_read():
    values = torch.tensor([1.0, -2.5, 3.25e-3, 65280.0], dtype=torch.bfloat16)
    header = b'{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}'
    content = (
        len(header).to_bytes(8, "little") + header + values.view(torch.int16).numpy().tobytes()
    )
    np.testing.assert_array_equal(safetensors.read(content)["a"], values.float().numpy())


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_cell_of_ours_leaves_with_all_its_numbers(name, dtype):
    cell = CELLS[name].init(np.random.default_rng(0), D, 8).astype(dtype)
    stack = Stack((Layer(cell),))
    kept = safetensors.read(safetensors.write(state_dicts.state_dict(stack)))
    names = {ours: theirs for theirs, ours in networks.RENAMED.items()}
    assert len(kept) == len(cell.named())
    for own, array in cell.named().items():
        left = kept[f"{names.get(own, own)}_l0"]
        assert left.dtype == dtype
        np.testing.assert_array_equal(left, array)
    lines = state_dicts.loading(stack, "net.safetensors")
    assert ("load_state_dict" in lines) == (name in ("Elman", "LSTM", "GRU"))


def test_arrays_that_torch_has_no_layer_for_are_read_there_by_our_names(tmp_path, monkeypatch):
    stack = Stack((Layer(CELLS["PeepholeLSTM"].init(np.random.default_rng(0), D, H)),))
    (tmp_path / "net.pt").write_bytes(quarantine.saved(state_dicts.state_dict(stack)))
    monkeypatch.chdir(tmp_path)
    space = {}
    exec(state_dicts.loading(stack, "net.pt"), space)
    for key, array in state_dicts.state_dict(stack).items():
        np.testing.assert_array_equal(space["arrays"][key].numpy(), array)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_network_with_a_read_out_loads_in_torch_too(dtype, tmp_path):
    rng = np.random.default_rng(4)
    stack = Stack.init(networks.KINDS["GRU"], rng, D, H, depth=2, directions=2)
    readout = Readout.init(rng, 2 * H, 3)
    stack, readout = (part.map(lambda a: a.astype(dtype)) for part in (stack, readout))
    file = io.BytesIO()
    arrays = state_dicts.state_dict(stack, readout)
    torch.save({k: torch.from_numpy(v) for k, v in arrays.items()}, file)
    (tmp_path / "net.pt").write_bytes(file.getvalue())
    lines = state_dicts.loading(stack, str(tmp_path / "net.pt"), readout)
    assert len(lines.splitlines()) == 3
    scope = {}
    exec(lines, scope)
    xs = np.random.default_rng(2).standard_normal((T, B, D)).astype(dtype)
    net = scope["net"]
    y = net["head"](net["rnn"](torch.from_numpy(xs))[0]).detach().numpy()
    tolerance = 1e-12 if dtype == np.float64 else 1e-6
    ours = readout(StackTrace.of(stack, xs).h)
    np.testing.assert_allclose(ours, y, rtol=0, atol=tolerance)
    ((found,), _) = layers.recurrent(arrays)
    assert found.prefix == "rnn."
    assert list(layers.readouts(arrays, 2 * H)) == ["head"]
