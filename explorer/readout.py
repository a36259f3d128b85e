"""The output of a network, read from its hidden state by the matrix that textbooks call V."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class Readout(Weights):
    """An affine read-out ``y = W_hy h + b_y``, the same at every step."""

    W_hy: Array  # (O, H)
    b_y: Array  # (O,)

    @classmethod
    def init(cls, rng: np.random.Generator, H: int, O: int) -> Self:  # noqa: E741
        """Draw from U(-1/sqrt(H), 1/sqrt(H)), as torch.nn.Linear does."""
        bound = 1.0 / np.sqrt(H)
        return cls(rng.uniform(-bound, bound, (O, H)), rng.uniform(-bound, bound, O))

    def __call__(self, h: Array) -> Array:
        """Return the outputs (..., O) for hidden states (..., H)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return h @ self.W_hy.T + self.b_y
