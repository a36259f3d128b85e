"""Where torch has no layer, the lines that go with a file take the very step of the cell."""

import inspect

import numpy as np
import pytest
import torch

from explorer.activations import ACTIVATIONS, LOGISTIC
from explorer.cells import CELLS, LSTM, Elman
from explorer.cells.records import Clamp
from explorer.checkpoints import state_dicts
from explorer.checkpoints.stepping import step_lines
from explorer.controls.weights_home import npz
from explorer.readout import Readout
from explorer.reservoir.units import LeakyUnits
from explorer.trace import Trace
from explorer.wiring.codec import EncoderDecoder
from explorer.wiring.stack import Layer, Stack

D, H, T = 3, 8, 12
SQUASHED = {**ACTIVATIONS, "logistic": LOGISTIC}
MADE = {
    name: kind.init(np.random.default_rng(1), D, H, recurrent="gaussian")
    for name, kind in CELLS.items()
} | {
    f"{kind.__name__} {name}": kind.init(
        np.random.default_rng(1), D, H, recurrent="gaussian", activation=activation, **own
    )
    for kind, own in ((Elman, {}), (LeakyUnits, {"leak": 0.3}))
    for name, activation in SQUASHED.items()
}  # fmt: skip


def loaded(body, folder, readout=None):
    """Write a network as .npz, run the lines that load it, and return what they define."""
    path = folder / "net.npz"
    path.write_bytes(npz(state_dicts.state_dict(body, readout)))
    space = {}
    exec(state_dicts.loading(body, str(path), readout), space)
    return space


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", MADE)
def test_a_step_that_is_written_out_is_the_step_of_the_cell(name, dtype, tmp_path):
    cell = MADE[name].astype(dtype)
    stack = Stack((Layer(cell),))
    readout = Readout.init(np.random.default_rng(2), H, 2).map(lambda a: a.astype(dtype))
    lines = step_lines(stack, readout)
    assert lines
    space = loaded(stack, tmp_path, readout) if state_dicts.layer_of(stack) is None else {}
    if not space:  # torch has a layer; the lines would do as well
        arrays = state_dicts.state_dict(stack, readout)
        space = {"torch": torch, "arrays": {k: torch.from_numpy(v) for k, v in arrays.items()}}
        exec(lines, space)
    xs = np.random.default_rng(3).standard_normal((T, 1, D)).astype(dtype)
    trace = Trace.of(cell, xs)
    s = [torch.zeros(H, dtype=space["arrays"]["head.weight"].dtype) for _ in cell.slots]
    clocked = "t" in inspect.signature(space["step"]).parameters
    tolerance = 1e-12 if dtype == np.float64 else 1e-5
    for t, x in enumerate(torch.from_numpy(xs[:, 0])):
        s = space["step"](*[t + 1] * clocked, x, *s)
        s = s if isinstance(s, tuple) else (s,)
        wanted = trace.s[t + 1, 0]
        np.testing.assert_allclose(torch.cat(s).numpy(), wanted, rtol=0, atol=tolerance)
        y = space["read"](s[cell.slots.index("h")]).numpy()
        h = trace.slot("h")[t + 1, 0]
        np.testing.assert_allclose(y, readout(h), rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    "body",
    [
        Stack((Layer(MADE["PeepholeLSTM"].clamped(Clamp("f", 0.5, 0, 99))),)),
        Stack.init(CELLS["PeepholeLSTM"], np.random.default_rng(0), D, H, depth=2),
        Stack.init(CELLS["PeepholeLSTM"], np.random.default_rng(0), D, H, directions=2),
    ],
    ids=["held", "deep", "both ways"],
)
def test_what_one_step_cannot_say_is_left_to_its_arrays(body, tmp_path):
    space = loaded(body, tmp_path)
    assert "step" not in space
    for key, array in state_dicts.state_dict(body).items():
        np.testing.assert_array_equal(space["arrays"][key].numpy(), array)


@pytest.mark.parametrize("kind", CELLS)
def test_an_encoder_and_decoder_of_any_cell_leaves_with_all_its_numbers(kind, tmp_path):
    rng = np.random.default_rng(0)
    readout = Readout.init(rng, H, 4)
    encoder, decoder = (Stack.init(CELLS[kind], rng, wide, H) for wide in (D, 4))
    body = EncoderDecoder(encoder, decoder, readout)
    arrays = state_dicts.state_dict(body, readout)
    assert sum(array.size for array in arrays.values()) == body.size
    space = loaded(body, tmp_path, readout)
    known = kind in ("Elman", "LSTM", "GRU")
    assert ("net" in space) == known
    found = space["net"].state_dict() if known else space["arrays"]
    assert set(found) == set(arrays)
    for key, array in arrays.items():
        np.testing.assert_array_equal(found[key].numpy(), array)


def test_the_lines_name_what_the_file_holds():
    stack = Stack((Layer(LSTM.init(np.random.default_rng(0), D, H)),))
    for ending in state_dicts.LOADS:
        assert f'"net{ending}"' in state_dicts.loading(stack, f"net{ending}")
