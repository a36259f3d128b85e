"""A network without a loop: it adds its inputs up and so cannot know in which order they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from explorer.shapes import Array
from explorer.weights import Weights


@dataclass(frozen=True, eq=False)
class BagOfWords(Weights):
    """One tanh layer over the sum of all inputs so far, ``m_t = tanh(W (x_1 + ... + x_t) + b)``."""

    W: Array  # (H, D)
    b: Array  # (H,)

    @classmethod
    def init(cls, rng: np.random.Generator, D: int, H: int) -> Self:
        """Draw from U(-1/sqrt(H), 1/sqrt(H)), as the cells do."""
        bound = 1.0 / np.sqrt(H)
        return cls(rng.uniform(-bound, bound, (H, D)), rng.uniform(-bound, bound, H))

    def __call__(self, xs: Array) -> Array:
        """Return its answer (T+1, B, H) to the empty bag and after each input of ``xs`` (T, B, D).

        Raises
        ------
        ValueError
            When the inputs do not fit the layer.
        """
        D = self.W.shape[1]
        if xs.ndim != 3 or xs.shape[2] != D:
            raise ValueError(f"BagOfWords: wanted xs of shape (T, B, {D}), got {xs.shape}.")
        bags = np.concatenate([np.zeros_like(xs[:1]), np.cumsum(xs, axis=0)])
        return np.tanh(bags @ self.W.T + self.b)
