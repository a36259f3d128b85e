"""What a prediction is judged by: value and gradient side by side, mean over what is scored.

Outputs ``y`` are (T, B, O) and ``mask`` (T, B) says which of them count: 1, 0, or a weight.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from explorer.shapes import Array


@dataclass(frozen=True)
class Objective(ABC):
    """A loss of single predictions: each gives its value (T, B) and its gradient (T, B, O)."""

    name: ClassVar[str]
    latex: ClassVar[str]
    unit: ClassVar[str] = ""

    @abstractmethod
    def pointwise(self, y: Array, target: Array) -> tuple[Array, Array]:
        """Return the loss (T, B) of every prediction and its gradient (T, B, O)."""

    @abstractmethod
    def correct(self, y: Array, target: Array) -> Array:
        """Tell for every prediction (T, B) whether it would be counted as right."""

    @abstractmethod
    def prediction(self, y: Array) -> Array:
        """Return what the network says (T, B, O) for its outputs: values, probabilities."""

    def wanted(self, y: Array, target: Array) -> Array:
        """Return what the network should say, of the shape of its outputs ``y`` (T, B, O)."""
        return np.asarray(target).reshape(y.shape)

    @final
    def value_and_gradient(self, y: Array, target: Array, mask: Array) -> tuple[float, Array]:
        """Return the mean loss over what is scored, and its gradient at the outputs (T, B, O).

        Raises
        ------
        ValueError
            When the mask scores nothing or does not fit the outputs.
        """
        weights = self.weights(y, mask)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            values, slopes = self.pointwise(y, np.asarray(target))
            scored = np.where(weights > 0, values, 0)
            return (
                float(np.sum(scored * weights, dtype=np.float64)),
                slopes * weights[..., None],
            )

    @final
    def value(self, y: Array, target: Array, mask: Array) -> float:
        """Return the mean loss over what is scored."""
        return self.value_and_gradient(y, target, mask)[0]

    @final
    def accuracy(self, y: Array, target: Array, mask: Array) -> float:
        """Return the share of what is scored that is right."""
        right = self.correct(y, np.asarray(target))
        return float(np.sum(right * self.weights(y, mask), dtype=np.float64))

    @staticmethod
    def weights(y: Array, mask: Array) -> Array:
        """Return the mask (T, B) scaled to the sum 1, in the float type of the outputs."""
        mask = np.asarray(mask)
        if mask.shape != y.shape[:2]:
            raise ValueError(
                f"objective: wanted a mask of shape (T, B) = {y.shape[:2]}, got {mask.shape}."
            )
        total = mask.sum(dtype=np.float64)
        if not total > 0:
            raise ValueError("objective: wanted a mask that scores at least one step, got all 0.")
        return (mask / total).astype(y.dtype)


@dataclass(frozen=True)
class SquaredError(Objective):
    """Mean squared error over the outputs; right means off by less than ``tolerance`` in each."""

    tolerance: float = 0.1

    name = "squared error"
    latex = r"L = \langle (y - y^*)^2 \rangle"

    def pointwise(self, y, target):
        miss = y - target.reshape(y.shape).astype(y.dtype, copy=False)
        return np.mean(miss * miss, axis=-1), miss * y.dtype.type(2 / y.shape[-1])

    def correct(self, y, target):
        return (np.abs(y - target.reshape(y.shape)) < self.tolerance).all(axis=-1)

    def prediction(self, y):
        return y


@dataclass(frozen=True)
class CrossEntropy(Objective):
    """Cross-entropy of the softmax in nats; targets are class numbers (T, B), or (T, B, O)."""

    name = "cross-entropy"
    latex = r"L = -\langle \log \mathrm{softmax}(y)[\text{target}] \rangle"
    unit = "nats"

    def pointwise(self, y, target):
        wanted = self.one_hot(y, target)
        moved = y - y.max(axis=-1, keepdims=True)
        odds = np.exp(moved)
        total = odds.sum(axis=-1, keepdims=True)
        # A one-hot target skips classes whose logarithm has left the range.
        log_p = moved - np.log(total)
        share = wanted.sum(axis=-1, keepdims=True)
        values = -np.sum(np.where(wanted > 0, wanted * log_p, 0), axis=-1)
        return values, odds / total * share - wanted

    def correct(self, y, target):
        return y.argmax(axis=-1) == self.one_hot(y, target).argmax(axis=-1)

    def prediction(self, y):
        odds = np.exp(y - y.max(axis=-1, keepdims=True))
        return odds / odds.sum(axis=-1, keepdims=True)

    def wanted(self, y, target):
        return self.one_hot(y, np.asarray(target))

    @staticmethod
    def one_hot(y: Array, target: Array) -> Array:
        """Return targets as distributions (T, B, O)."""
        if target.ndim == y.ndim and target.shape == y.shape:
            return target.astype(y.dtype, copy=False)
        numbers = target.reshape(y.shape[:2]).astype(np.int64)
        return (numbers[..., None] == np.arange(y.shape[-1])).astype(y.dtype)


@dataclass(frozen=True)
class BinaryCrossEntropy(Objective):
    """Cross-entropy of independent bits in nats, mean over the outputs; targets 0 or 1."""

    name = "binary cross-entropy"
    latex = r"L = -\langle y^* \log \sigma(y) + (1 - y^*) \log (1 - \sigma(y)) \rangle"
    unit = "nats"

    def pointwise(self, y, target):
        target = target.reshape(y.shape).astype(y.dtype, copy=False)
        # log(1 + exp(y)) - target y, without ever raising a large exponential
        values = np.maximum(y, 0) - y * target + np.log1p(np.exp(-np.abs(y)))
        slopes = (self.prediction(y) - target) * y.dtype.type(1 / y.shape[-1])
        return values.mean(axis=-1), slopes

    def correct(self, y, target):
        return ((y > 0) == (target.reshape(y.shape) > 0.5)).all(axis=-1)

    def prediction(self, y):
        return 0.5 + 0.5 * np.tanh(0.5 * y)
