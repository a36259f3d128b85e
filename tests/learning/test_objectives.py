import numpy as np
import pytest
import torch

from explorer.learning.objectives import BinaryCrossEntropy, CrossEntropy, SquaredError


def drawn(O=3, T=5, B=4, seed=0):  # noqa: E741
    rng = np.random.default_rng(seed)
    mask = (rng.random((T, B)) < 0.6).astype(float)
    mask[0, 0] = 1.0
    return rng, rng.standard_normal((T, B, O)), mask


def witness(loss_of, y, mask):
    """Return torch's mean over what is scored, and its gradient."""
    leaf = torch.tensor(y, requires_grad=True)
    each, weights = loss_of(leaf), torch.tensor(mask)
    loss = (each * weights).sum() / weights.sum()
    loss.backward()
    return loss.item(), leaf.grad.numpy()


F = torch.nn.functional


def test_squared_error_is_torchs():
    rng, y, mask = drawn()
    target = rng.standard_normal(y.shape)
    value, slope = SquaredError().value_and_gradient(y, target, mask)
    loss, grad = witness(lambda leaf: ((leaf - torch.tensor(target)) ** 2).mean(-1), y, mask)
    assert value == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(slope, grad, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("one_hot", [False, True])
def test_cross_entropy_is_torchs(one_hot):
    rng, y, mask = drawn()
    numbers = rng.integers(3, size=y.shape[:2])
    target = np.eye(3)[numbers] if one_hot else numbers
    value, slope = CrossEntropy().value_and_gradient(y, target, mask)
    loss, grad = witness(
        lambda leaf: F.cross_entropy(
            leaf.reshape(-1, 3), torch.tensor(numbers).reshape(-1), reduction="none"
        ).reshape(y.shape[:2]),
        y,
        mask,
    )
    assert value == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(slope, grad, rtol=1e-12, atol=1e-16)


def test_binary_cross_entropy_is_torchs():
    rng, y, mask = drawn()
    target = rng.integers(2, size=y.shape)
    value, slope = BinaryCrossEntropy().value_and_gradient(y, target, mask)
    loss, grad = witness(
        lambda leaf: F.binary_cross_entropy_with_logits(
            leaf, torch.tensor(target).double(), reduction="none"
        ).mean(-1),
        y,
        mask,
    )
    assert value == pytest.approx(loss, rel=1e-13)
    np.testing.assert_allclose(slope, grad, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("objective", [CrossEntropy(), BinaryCrossEntropy()])
def test_far_outputs_neither_overflow_nor_hide(objective):
    y = np.array([[[800.0, -800.0]]])
    target = np.array([[[0.0, 1.0]]])
    value, slope = objective.value_and_gradient(y, target, np.ones((1, 1)))
    assert 700 < value < 1700
    assert np.isfinite(slope).all()


def test_what_is_not_scored_counts_for_nothing():
    _, y, mask = drawn()
    y[mask == 0] = np.nan
    value, slope = SquaredError().value_and_gradient(y, np.zeros_like(y), mask)
    assert value == pytest.approx(np.mean(y[mask > 0] ** 2))
    assert np.isfinite(slope[mask > 0]).all()


def test_accuracy_is_the_share_of_right_ones():
    y = np.array([[[2.0, 1.0], [0.0, 1.0], [3.0, 0.0], [0.0, 5.0]]])
    mask = np.array([[1, 1, 1, 0]])
    assert CrossEntropy().accuracy(y, np.array([[0, 0, 0, 0]]), mask) == pytest.approx(2 / 3)
    assert BinaryCrossEntropy().accuracy(y, (y > 0).astype(int), mask) == 1.0
    assert SquaredError().accuracy(y, y + 0.05, mask) == 1.0
    assert SquaredError().accuracy(y, y + 0.2, mask) == 0.0


def test_a_mask_that_scores_nothing_is_refused():
    _, y, mask = drawn()
    with pytest.raises(ValueError, match="at least one step"):
        SquaredError().value(y, y, 0 * mask)
    with pytest.raises(ValueError, match="mask of shape"):
        SquaredError().value(y, y, mask[:-1])
