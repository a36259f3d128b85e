"""Stacks in one direction and in both: equal to torch.nn, and exact for every cell."""

import numpy as np
import pytest
import torch

from explorer import CELLS, Trace
from explorer.wiring.stack import Layer, Stack
from explorer.wiring.stack_films import StackGradient, StackTrace
from tests.cells.numerics import TINY, assert_close

TORCH = {"Elman": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}
NAMES = {"weight_ih": "W_xh", "weight_hh": "W_hh", "bias_ih": "b_xh", "bias_hh": "b_hh"}
T, B, D, H = 7, 3, 4, 5


def torch_of(name, stack):
    """Give the torch.nn layer with the weights of a stack."""
    layers, first = stack.layers, stack.layers[0]
    both = first.backward is not None
    module = TORCH[name](D, first.forward.H, len(layers), bidirectional=both, dtype=torch.float64)
    with torch.no_grad():
        for k, layer in enumerate(layers):
            for cell, end in zip(layer.cells, ("", "_reverse"), strict=False):
                for theirs, ours in NAMES.items():
                    array = torch.tensor(getattr(cell, ours))
                    getattr(module, f"{theirs}_l{k}{end}").copy_(array)
    return module


def nested(stack, f):
    """Build something for each direction of each layer."""
    return tuple(tuple(f(cell) for cell in layer.cells) for layer in stack.layers)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("name", TORCH)
def test_states_and_gradients_equal_those_of_torch(name, depth, directions, rng):
    stack = Stack.init(CELLS[name], rng, D, H, depth=depth, directions=directions)
    module = torch_of(name, stack)
    xs = rng.standard_normal((T, B, D))
    s0 = nested(stack, lambda cell: rng.standard_normal((B, cell.S)))
    slots = len(CELLS[name].slots)
    flat = np.stack([s for layer in s0 for s in layer])  # (lanes, B, S)
    windows = [torch.tensor(part, requires_grad=True) for part in np.split(flat, slots, axis=-1)]
    x = torch.tensor(xs, requires_grad=True)
    out, ends = module(x, tuple(windows) if slots > 1 else windows[0])
    ends = torch.cat(ends if slots > 1 else (ends,), dim=-1)

    trace = StackTrace.of(stack, xs, s0)
    assert_close(trace.h, out.detach().numpy(), 1e-12, "h")
    assert_close(np.stack([s for layer in trace.last for s in layer]), ends.detach().numpy(), 1e-12)

    dh = rng.standard_normal(trace.h.shape)
    last = nested(stack, lambda cell: rng.standard_normal((B, cell.S)))
    weights = np.stack([s for layer in last for s in layer])
    ((out * torch.tensor(dh)).sum() + (ends * torch.tensor(weights)).sum()).backward()
    gradient = StackGradient.of(trace, dh, last)
    assert_close(gradient.dx, x.grad.numpy(), 1e-12, "dx")
    starts = np.concatenate([window.grad.numpy() for window in windows], axis=-1)
    assert_close(np.stack([s for layer in gradient.ds0 for s in layer]), starts, 1e-12, "ds0")
    for k, layer in enumerate(gradient.dstack.layers):
        for cell, end in zip(layer.cells, ("", "_reverse"), strict=False):
            for theirs, ours in NAMES.items():
                wanted = getattr(module, f"{theirs}_l{k}{end}").grad.numpy()
                assert_close(getattr(cell, ours), wanted, 1e-12, f"{theirs}_l{k}{end}")


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_of_every_cell_equals_complex_differences(name, directions, rng):
    stack = Stack.init(CELLS[name], rng, 2, 2, depth=2, directions=directions)
    xs = rng.standard_normal((4, 2, 2))
    trace = StackTrace.of(stack, xs)
    dh = rng.standard_normal(trace.h.shape)
    gradient = StackGradient.of(trace, dh)
    for _ in range(3):
        # All weights and inputs move at once, each along its own random number.
        way = stack.map(lambda array: rng.standard_normal(array.shape))
        dxs = rng.standard_normal(xs.shape)
        moved = stack.map(lambda w, d: w + 1j * TINY * d, way)
        slope = np.sum(dh * StackTrace.of(moved, xs + 1j * TINY * dxs).h).imag / TINY
        pairs = zip(gradient.dstack.named().values(), way.named().values(), strict=True)
        ours = sum(np.sum(g * d) for g, d in pairs) + np.sum(gradient.dx * dxs)
        assert_close(np.array(ours), np.array(slope), 1e-11, name)


@pytest.mark.parametrize("name", CELLS)
def test_a_second_layer_is_the_upper_cell_run_over_the_lower_states(name, rng):
    stack = Stack.init(CELLS[name], rng, D, H, depth=2)
    xs = rng.standard_normal((T, B, D))
    lower = Trace.of(stack.layers[0].forward, xs)
    upper = Trace.of(stack.layers[1].forward, lower.slot("h")[1:])
    np.testing.assert_array_equal(StackTrace.of(stack, xs).films[1][0].s, upper.s)


@pytest.mark.parametrize("name", CELLS)
def test_the_backward_direction_is_the_sequence_reversed(name, rng):
    stack = Stack.init(CELLS[name], rng, D, H, directions=2)
    xs = rng.standard_normal((T, B, D))
    turned = Trace.of(stack.layers[0].backward, xs[::-1])
    trace = StackTrace.of(stack, xs)
    np.testing.assert_array_equal(trace.films[0][1].s, turned.s)
    np.testing.assert_array_equal(trace.h[..., -turned.slot("h").shape[-1] :],
                                  turned.slot("h")[1:][::-1])  # fmt: skip
    np.testing.assert_array_equal(trace.last[0][1], turned.s[-1])


def test_gradient_arithmetic_goes_through_every_layer(rng):
    stack = Stack.init(CELLS["GRU"], rng, D, H, depth=2, directions=2)
    assert len(stack.named()) == 16
    assert "layers.1.backward.W_hh" in stack.named()
    stepped = stack.map(lambda w, g: w - 0.1 * g, stack)
    assert stepped.norm() == pytest.approx(0.9 * stack.norm())
    assert stepped.size == stack.size


def test_what_does_not_fit_is_said(rng):
    cell = CELLS["Elman"].init
    with pytest.raises(ValueError, match="wanted layer 2 to read 5 numbers"):
        Stack((Layer(cell(rng, D, H)), Layer(cell(rng, D, H))))
    with pytest.raises(ValueError, match="at least one layer"):
        Stack(())
    with pytest.raises(ValueError, match="read the same inputs"):
        Layer(cell(rng, D, H), cell(rng, D + 1, H))
    with pytest.raises(ValueError, match="1 or 2 directions"):
        Stack.init(CELLS["Elman"], rng, D, H, directions=3)
