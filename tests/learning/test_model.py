import numpy as np
import pytest
import torch

from explorer.cells import CELLS
from explorer.learning.model import Model
from explorer.learning.objectives import SquaredError

D, H, O, T, B = 2, 4, 3, 7, 5  # noqa: E741
TORCH = {"Elman": torch.nn.RNN, "LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU}


def drawn(kind, seed=0):
    rng = np.random.default_rng(seed)
    model = Model.init(rng, kind, D, H, O)
    mask = (rng.random((T, B)) < 0.5).astype(float)
    mask[-1] = 1.0
    return model, rng.standard_normal((T, B, D)), rng.standard_normal((T, B, O)), mask


def gradient(model, xs, target, mask):
    film = model.film(xs)
    value, dL_dy = SquaredError().value_and_gradient(film.y, target, mask)
    return value, *model.backprop(film, dL_dy)


@pytest.mark.parametrize("name", TORCH)
def test_the_gradient_of_a_model_is_torchs(name):
    model, xs, target, mask = drawn(CELLS[name])
    value, ours, _ = gradient(model, xs, target, mask)
    net = TORCH[name](D, H).double()
    out = torch.nn.Linear(H, O).double()
    leaves = {
        "cell.W_xh": net.weight_ih_l0, "cell.W_hh": net.weight_hh_l0, "cell.b_xh": net.bias_ih_l0,
        "cell.b_hh": net.bias_hh_l0, "readout.W_hy": out.weight, "readout.b_y": out.bias,
    }  # fmt: skip
    with torch.no_grad():
        for key, leaf in leaves.items():
            leaf.copy_(torch.tensor(model.named()[key]))
    y = out(net(torch.tensor(xs))[0])
    weights = torch.tensor(mask)
    loss = (((y - torch.tensor(target)) ** 2).mean(-1) * weights).sum() / weights.sum()
    loss.backward()
    assert value == pytest.approx(loss.item(), rel=1e-12)
    for key, leaf in leaves.items():
        np.testing.assert_allclose(ours.named()[key], leaf.grad.numpy(), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_of_every_cell_is_that_of_differences(name):
    model, xs, target, mask = drawn(CELLS[name], seed=3)
    _, ours, _ = gradient(model, xs, target, mask)
    rng, at, h = np.random.default_rng(1), model.flat(), 1e-5
    # A weight that does not exist, such as one under a mask, has no gradient and is not moved.
    way = np.where(ours.flat() != 0, rng.standard_normal(model.size), 0.0)

    def loss(vector):
        film = model.filled(vector).film(xs)
        return SquaredError().value(film.y, target, mask)

    slope = (loss(at + h * way) - loss(at - h * way)) / (2 * h)
    assert ours.flat() @ way == pytest.approx(slope, rel=1e-7)


def test_what_a_later_window_sends_back_is_added():
    model, xs, target, mask = drawn(CELLS["LSTM"])
    _, whole, flow = gradient(model, xs, target, mask)
    half = T // 2
    early, late = model.film(xs[:half]), None
    late = model.film(xs[half:], early.trace.s[-1])
    weights = mask / mask.sum()
    slopes = [
        2 / O * (film.y - part) * w[..., None]
        for film, part, w in (
            (early, target[:half], weights[:half]), (late, target[half:], weights[half:])
        )
    ]  # fmt: skip
    second, back = model.backprop(late, slopes[1])
    extra = np.zeros_like(early.trace.s[1:])
    extra[-1] = back.ds[0]
    first, front = model.backprop(early, slopes[0], extra)
    total = first.map(np.add, second)
    np.testing.assert_allclose(total.flat(), whole.flat(), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(front.ds[0], flow.ds[0], rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("name", CELLS)
def test_single_precision_stays_single(name):
    model, xs, target, mask = drawn(CELLS[name])
    model = model.astype(np.float32)
    film = model.film(xs.astype(np.float32))
    value, dL_dy = SquaredError().value_and_gradient(film.y, target, mask)
    ours, flow = model.backprop(film, dL_dy)
    assert {a.dtype for a in (film.y, film.trace.s, dL_dy, flow.ds, ours.flat())} == {
        np.dtype(np.float32)
    }
    assert np.isfinite(value)


def test_weights_go_through_one_vector_and_back():
    model, *_ = drawn(CELLS["LSTM"])
    again = model.filled(model.flat())
    assert all((again.named()[k] == v).all() for k, v in model.named().items())
    with pytest.raises(ValueError, match="one vector of"):
        model.filled(np.zeros(3))
