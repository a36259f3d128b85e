"""Read patterns and the encoder-decoder: exact gradients, and paths where they must be."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import CELLS
from explorer.readout import Readout
from explorer.wiring.codec import EncoderDecoder, chosen
from explorer.wiring.sequence_map import SequenceMap
from explorer.wiring.stack import Stack
from tests.cells.numerics import TINY, assert_close
from tests.wiring.test_stack import NAMES, TORCH

T, B, D, H, O = 5, 2, 3, 4, 2  # noqa: E741
PATTERNS = [("every", "every"), ("every", "last"), ("first", "every"), ("first", "last")]


def drawn(name, rng, hears="every", speaks="every", **shape):
    stack = Stack.init(CELLS[name], rng, D, H, **shape)
    return SequenceMap(stack, Readout.init(rng, stack.width, O), hears, speaks)


def codec(name, rng, depth=1):
    encoder = Stack.init(CELLS[name], rng, D, H, depth=depth)
    decoder = Stack.init(CELLS[name], rng, O, H, depth=depth)
    return EncoderDecoder(encoder, decoder, Readout.init(rng, decoder.width, O))


def check_along(network, run, xs, rng):
    """Compare the whole gradient with complex differences along random directions."""
    trace = run(network, xs)
    dy = rng.standard_normal(trace.y.shape)
    gradient = trace.pull(dy)
    for _ in range(2):
        way = network.map(lambda array: rng.standard_normal(array.shape))
        dxs = rng.standard_normal(gradient.dx.shape)
        moved = network.map(lambda w, d: w + 1j * TINY * d, way)
        x = xs.astype(complex)
        x[: len(dxs)] += 1j * TINY * dxs
        slope = np.sum(dy * run(moved, x).y).imag / TINY
        pairs = zip(gradient.dnetwork.named().values(), way.named().values(), strict=True)
        ours = sum(np.sum(g * d) for g, d in pairs) + np.sum(gradient.dx * dxs)
        assert_close(np.array(ours), np.array(slope), 1e-11)


@pytest.mark.parametrize(("hears", "speaks"), PATTERNS)
@pytest.mark.parametrize("shape", [{}, {"depth": 2, "directions": 2}], ids=["plain", "deep both"])
@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_of_every_pattern_is_exact(name, shape, hears, speaks, rng):
    network = drawn(name, rng, hears, speaks, **shape)
    check_along(network, lambda net, xs: net.run(xs), rng.standard_normal((T, B, D)), rng)


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_of_every_encoder_decoder_is_exact(name, depth, rng):
    told = rng.standard_normal((3, B, O))
    check_along(codec(name, rng, depth), lambda net, xs: net.run(xs, told),
                rng.standard_normal((T, B, D)), rng)  # fmt: skip


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("name", TORCH)
def test_an_encoder_decoder_equals_torch(name, depth, rng):
    network = codec(name, rng, depth)
    xs, told = rng.standard_normal((T, B, D)), rng.standard_normal((3, B, O))
    modules = []
    for stack in (network.encoder, network.decoder):
        module = TORCH[name](stack.D, H, depth, dtype=torch.float64)
        with torch.no_grad():
            for k, layer in enumerate(stack.layers):
                for theirs, ours in NAMES.items():
                    array = torch.tensor(getattr(layer.forward, ours))
                    getattr(module, f"{theirs}_l{k}").copy_(array)
        modules.append(module)
    x, V, b = (
        torch.tensor(a, requires_grad=True) for a in (xs, network.readout.W_hy, network.readout.b_y)
    )
    _, state = modules[0](x)
    out, _ = modules[1](torch.tensor(told), state)
    y = out @ V.mT + b
    trace = network.run(xs, told)
    assert_close(trace.y, y.detach().numpy(), 1e-12, "y")
    dy = rng.standard_normal(trace.y.shape)
    (y * torch.tensor(dy)).sum().backward()
    gradient = trace.pull(dy)
    assert_close(gradient.dx, x.grad.numpy(), 1e-12, "dx")
    assert_close(gradient.dnetwork.readout.W_hy, V.grad.numpy(), 1e-12, "W_hy")
    assert_close(gradient.dnetwork.readout.b_y, b.grad.numpy(), 1e-12, "b_y")
    for part, module in zip(("encoder", "decoder"), modules, strict=True):
        for k, layer in enumerate(getattr(gradient.dnetwork, part).layers):
            for theirs, ours in NAMES.items():
                wanted = getattr(module, f"{theirs}_l{k}").grad.numpy()
                assert_close(getattr(layer.forward, ours), wanted, 1e-12, f"{part} {theirs}_l{k}")


@pytest.mark.parametrize("name", CELLS)
def test_one_input_is_heard_and_then_silence(name, rng):
    network = drawn(name, rng, hears="first")
    xs = rng.standard_normal((1, B, D))
    trace = network.run(xs, T)
    assert trace.y.shape == (T, B, O)
    assert not trace.body.x[1:].any()
    assert trace.pull(np.ones_like(trace.y)).dx.shape == (1, B, D)


@pytest.mark.parametrize("name", CELLS)
def test_one_output_is_read_where_each_direction_ends(name, rng):
    network = drawn(name, rng, speaks="last", directions=2)
    trace = network.run(rng.standard_normal((T, B, D)))
    ends = [film.slot("h")[-1] for film in trace.body.films[0]]
    np.testing.assert_array_equal(trace.y[0], network.readout(np.concatenate(ends, axis=-1)))
    assert len(trace.y) == 1


@pytest.mark.parametrize("name", CELLS)
def test_left_alone_the_decoder_reads_what_it_chose(name, rng):
    # A clock must go on from step to step; two layers, and answers large enough to depend on it.
    network = codec(name, rng, depth=2).map(lambda array: 3 * array)
    trace = network.answer(rng.standard_normal((T, 20, D)), 9)
    told = trace.decoded.x
    assert not told[0].any()
    np.testing.assert_array_equal(told[1:], chosen(trace.y[:-1]))


def test_what_does_not_fit_is_said(rng):
    network = codec("GRU", rng)
    with pytest.raises(ValueError, match="the same layers on both sides"):
        replace(network, encoder=Stack.init(CELLS["LSTM"], rng, D, H))
    with pytest.raises(ValueError, match="the same layers on both sides"):
        replace(network, encoder=Stack.init(CELLS["GRU"], rng, D, H, directions=2))
    with pytest.raises(ValueError, match="a decoder that reads its 2 outputs"):
        replace(network, decoder=Stack.init(CELLS["GRU"], rng, D, H))
    with pytest.raises(ValueError, match="told of shape"):
        network.run(np.zeros((T, B, D)), np.zeros((0, B, O)))
    with pytest.raises(ValueError, match="T >= 1"):
        network.answer(np.zeros((T, B, D)), 0)
    with pytest.raises(ValueError, match="one step for each input"):
        drawn("GRU", rng).run(np.zeros((T, B, D)), 3)
    with pytest.raises(ValueError, match="a read-out of 4 hidden units"):
        SequenceMap(network.encoder, Readout.init(rng, H + 1, O))
