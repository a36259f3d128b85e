"""Files as people make them: the states are those of torch on the very same file."""

import argparse
import io

import numpy as np
import pytest
import torch
from torch.nn.utils import parametrizations, prune

from explorer.checkpoints import networks, quarantine, safetensors
from explorer.checkpoints.quarantine import Contents
from explorer.checkpoints.refused import Refused
from explorer.checkpoints.study import Upload, opened
from explorer.wiring.stack_films import StackGradient, StackTrace

D, H, V, T = 3, 4, 11, 6


def saved(content):
    """Save anything the way torch does."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def found_in(arrays, name="net.pt", ordered=True):
    """Return what is found in a state dict, without the process that opens files."""
    arrays = {key: value.detach().numpy() for key, value in arrays.items()}
    shapes = {key: value.shape for key, value in arrays.items()}
    kinds = dict.fromkeys(arrays, "F32")
    return Upload.of(name, Contents(arrays, shapes, kinds, {}, len(arrays), ordered))


def agrees(found, layer, atol=1e-6):
    """Compare states, and the gradient at the inputs, with those of a module of torch."""
    xs = np.random.default_rng(0).standard_normal((T, 1, found.D)).astype(np.float32)
    x = torch.tensor(xs, requires_grad=True)
    h = layer(x)
    h.sum().backward()
    network = networks.imported(found)
    trace = StackTrace.of(network.stack, xs.astype(np.float64))
    np.testing.assert_allclose(network.handed_on(trace.h), h.detach().numpy(), atol=atol)
    gradient = StackGradient.of(trace, network.at_states(np.ones((T, 1, found.width))))
    np.testing.assert_allclose(gradient.dx, x.grad.numpy(), atol=10 * atol)


def normed(layer):
    """Apply the older weight normalisation, with lengths of their own."""
    with pytest.warns(FutureWarning):
        torch.nn.utils.weight_norm(layer, "weight_hh_l0")
    layer.weight_hh_l0_g.data *= 1.7


def normed_anew(layer):
    """Apply the newer weight normalisation, with lengths of their own."""
    parametrizations.weight_norm(layer, "weight_ih_l0")
    layer.parametrizations.weight_ih_l0.original0.data *= 1.7


PIECES = {
    "weight_norm": (normed, "weight normalisation"),
    "parametrizations.weight_norm": (normed_anew, "weight normalisation"),
    "parametrizations.spectral_norm": (
        lambda layer: parametrizations.spectral_norm(layer, "weight_hh_l0"), "spectral norm",
    ),
    "spectral_norm": (
        lambda layer: torch.nn.utils.spectral_norm(layer, "weight_hh_l0"), "spectral norm",
    ),
    "prune": (
        lambda layer: prune.random_unstructured(layer, "weight_hh_l0", 0.5), "sets 50% of it to 0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
@pytest.mark.parametrize("name", PIECES)
def test_arrays_in_pieces_are_put_together_as_torch_does(name, kind):
    torch.manual_seed(3)
    layer = kind(D, H)
    make, said = PIECES[name]
    make(layer)
    layer.eval()
    upload = found_in({f"rnn.{key}": value for key, value in layer.state_dict().items()})
    (found,) = upload.modules
    assert said in found.notes[0]
    rest = upload.unused(found)
    assert all(key.endswith(("_u", "_v")) for key in rest) or not rest
    agrees(found, lambda x: layer(x)[0])


def test_pieces_of_an_unknown_making_are_said_with_the_cure():
    layer = torch.nn.RNN(D, H)
    parametrizations.orthogonal(layer, "weight_hh_l0")
    with pytest.raises(Refused, match="does not say how they make the array"):
        found_in(layer.state_dict())


@pytest.mark.parametrize("inner", ["", "module."])
def test_weight_drop_uses_the_raw_weight_and_not_the_left_over(inner):
    layer = torch.nn.LSTM(D, H)
    arrays = {f"rnn.module.{key}": value for key, value in layer.state_dict().items()}
    arrays[f"rnn.{inner}weight_hh_l0_raw"] = arrays["rnn.module.weight_hh_l0"]
    arrays["rnn.module.weight_hh_l0"] = torch.randn(4 * H, H)
    upload = found_in(arrays)
    (found,) = upload.modules
    assert "weight drop" in found.notes[0]
    assert "left-over" in found.notes[0]
    agrees(found, lambda x: layer(x)[0])


@pytest.mark.parametrize("kind", [torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
@pytest.mark.parametrize("kept", ["bias_ih", "bias_hh"])
def test_a_single_bias_is_used_as_it_is(kind, kept):
    layer = kind(D, H)
    with torch.no_grad():
        for key, value in layer.named_parameters():
            if "bias" in key and kept not in key:
                value.zero_()
    arrays = {k: v for k, v in layer.state_dict().items() if "bias" not in k or kept in k}
    (found,) = found_in(arrays).modules
    assert f"only {kept}" in found.said
    agrees(found, lambda x: layer(x)[0])


@pytest.mark.parametrize("names", ["cells.{}", "lstm{}", "rnns.{}.module"])
def test_cells_that_fit_are_offered_as_one_stack_in_order(names):
    lower, upper = torch.nn.LSTMCell(D, H), torch.nn.LSTMCell(H, 6)
    arrays = {
        f"{names.format(k)}.{key}": value
        for k, cell in ((1, upper), (0, lower))
        for key, value in cell.state_dict().items()
    }
    upload = found_in(arrays)
    stack, *single = upload.modules
    assert stack.depth == 2
    assert "as one stack" in stack.said
    assert len(single) == 2

    def run(x):
        a = b = None
        rows = []
        for row in x:
            a = lower(row, a)
            b = upper(a[0], b)
            rows.append(b[0])
        return torch.stack(rows)

    agrees(stack, run)


def test_modules_that_do_not_fit_are_no_stack():
    arrays = {
        f"rnns.{k}.{key}": value
        for k in range(2)
        for key, value in torch.nn.LSTM(D, H).state_dict().items()
    }
    assert [found.depth for found in found_in(arrays).modules] == [1, 1]


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "model.module."])
@pytest.mark.parametrize("ordered", [True, False])
def test_an_embedding_and_a_read_out_are_known_whatever_they_are_called(prefix, ordered):
    net = torch.nn.ModuleDict({
        "encoder": torch.nn.Embedding(V, D), "rnn": torch.nn.RNN(D, H),
        "decoder": torch.nn.Linear(H, V),
    })  # fmt: skip
    upload = found_in({f"{prefix}{k}": v for k, v in net.state_dict().items()}, ordered=ordered)
    (found,) = upload.modules
    assert next(iter(upload.embeddings(found))) == f"{prefix}encoder"
    assert next(iter(upload.heads(found))) == f"{prefix}decoder"
    assert not upload.unused(found, f"{prefix}decoder", f"{prefix}encoder")


def test_equal_sizes_do_not_make_the_embedding_the_read_out():
    net = torch.nn.ModuleDict({
        "wte": torch.nn.Embedding(V, H), "rnn": torch.nn.GRU(H, H),
        "proj": torch.nn.Linear(H, V, bias=False),
    })  # fmt: skip
    upload = found_in(net.state_dict())
    (found,) = upload.modules
    assert next(iter(upload.embeddings(found))) == "wte"
    assert next(iter(upload.heads(found))) == "proj"


def test_a_read_out_tied_to_the_embedding_is_found_by_its_bias():
    E, b = torch.randn(V, H), torch.randn(V)
    arrays = {f"rnn.{key}": value for key, value in torch.nn.GRU(H, H).state_dict().items()}
    upload = found_in(arrays | {"encoder.weight": E, "decoder.bias": b}, ordered=False)
    (found,) = upload.modules
    name, readout = next(iter(upload.heads(found).items()))
    assert name == "decoder"
    np.testing.assert_array_equal(readout.W_hy, E.double().numpy())
    np.testing.assert_array_equal(readout.b_y, b.double().numpy())


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_the_read_out_of_a_decoder_is_not_the_encoders(inside, ordered):
    net = {"encoder": torch.nn.GRU(D, H), "decoder": torch.nn.GRU(D, H)}
    arrays = {f"{n}.rnn.{k}": v for n, part in net.items() for k, v in part.state_dict().items()}
    where = "decoder.fc_out" if inside else "fc_out"
    head = torch.nn.Linear(H, V).state_dict()
    upload = found_in(arrays | {f"{where}.{k}": v for k, v in head.items()}, ordered=ordered)
    first = {found.prefix: next(iter(upload.heads(found))) for found in upload.modules}
    assert first["encoder.rnn."] == ""
    # A file that sorts its names does not say which of two equal layers comes first.
    assert first["decoder.rnn."] == (where if inside or ordered else "")


EXTRAS = {
    "rnn.layernorm_i.weight": ((16,), "normalisation"),
    "h0": ((1, 1, H), "initial state"),
    "c0": ((1, 1, H), "initial state"),
    "attn.in_proj_weight": ((3 * H, H), "attention"),
    "rnn.peephole": ((H,), "array"),
    "rnn.weight_hh_l0_mask": ((16, H), "mask"),
    "conv.weight": ((2, 3, 3), "convolution"),
}


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_is_not_applied_is_named(extra):
    shape, role = EXTRAS[extra]
    arrays = {f"rnn.{key}": value for key, value in torch.nn.LSTM(D, H).state_dict().items()}
    upload = found_in(arrays | {extra: torch.ones(shape)})
    rest = upload.unused(upload.modules[0])
    assert list(rest) == [extra]
    assert role in rest[extra]


def test_one_of_several_files_says_so():
    arrays = {f"rnn.{key}": value for key, value in torch.nn.LSTM(D, H).state_dict().items()}
    assert "part 2 of 3" in found_in(arrays, "model-00002-of-00003.safetensors").remarks[0]


def test_a_state_dict_beside_objects_is_opened_and_the_objects_stay_closed():
    layer = torch.nn.LSTM(D, H)
    upload = opened("a.pt", saved({
        "state_dict": {f"rnn.{key}": value for key, value in layer.state_dict().items()},
        "criterion": torch.nn.CrossEntropyLoss(), "args": argparse.Namespace(lr=0.1),
        "best": np.float64(0.5), "epoch": 3,
    }))  # fmt: skip
    (found,) = upload.modules
    agrees(found, lambda x: layer(x)[0])
    assert upload.contents.closed["args"] == "argparse.Namespace"
    assert "CrossEntropyLoss" in upload.contents.closed["criterion"]


def in_the_way(name):
    """Return what a file holds instead of plain numbers."""
    if name == "torch.nn.modules.rnn.LSTM":
        return torch.nn.LSTM(D, H)
    weight = torch.ones(16, D, dtype=torch.int8)
    if name == "quantised":
        weight = torch.quantize_per_tensor(torch.ones(16, D), 0.1, 0, torch.qint8)
    return {"weight_ih_l0": weight, "weight_hh_l0": torch.ones(16, H)}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", ["torch.nn.modules.rnn.LSTM", "quantised", "int8"])
def test_what_stands_in_the_way_is_named(name):
    with pytest.raises(Refused, match=name):
        opened("a.pt", saved(in_the_way(name)))


def test_only_the_arrays_of_use_leave_the_process_that_opens_a_file():
    arrays = {f"rnn.{key}": value for key, value in torch.nn.GRU(D, H).state_dict().items()}
    arrays["conv.weight"] = torch.zeros(8, 3, 3, 3)
    contents = quarantine.contents(
        safetensors.write({key: value.numpy() for key, value in arrays.items()})
    )
    assert "conv.weight" not in contents.arrays
    assert contents.shapes["conv.weight"] == (8, 3, 3, 3)
    assert len(contents.arrays) == 4
