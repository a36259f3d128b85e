"""The wall in the loss of one unit: where its start changes sides (Pascanu et al. 2013)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.activations import LOGISTIC, Activation
from explorer.shapes import Array


@dataclass(frozen=True)
class Wall:
    """One unit h' = φ(w h + b), run from ``start`` for ``T`` steps; the loss is (h_T − target)²."""

    T: int = 50
    start: float = 0.62
    target: float = 0.7
    activation: Activation = LOGISTIC

    def end(self, w: Array, b: Array) -> Array:
        """Return h_T for weights and biases of one shape."""
        h = np.full(np.broadcast_shapes(np.shape(w), np.shape(b)), self.start)
        with np.errstate(over="ignore"):
            for _ in range(self.T):
                h = self.activation.f(w * h + b)
        return h

    def loss(self, w: Array, b: Array) -> Array:
        """Return the loss."""
        return (self.end(w, b) - self.target) ** 2

    def gradient(self, w: float, b: float) -> Array:
        """Return the derivatives (2,) of the loss by w and b, carried along with the run."""
        h, by_w, by_b = self.start, 0.0, 0.0
        with np.errstate(over="ignore"):
            for _ in range(self.T):
                new = float(self.activation.f(np.float64(w * h + b)))
                slope = float(self.activation.slope(new))
                by_w, by_b, h = slope * (h + w * by_w), slope * (1 + w * by_b), new
        return 2 * (h - self.target) * np.array([by_w, by_b])

    def border(self, w: Array) -> Array:
        """Return the bias at which the start is itself a fixed point, for each weight.

        Where w φ' > 1 there that point is unstable: it divides the starts of one end from those of
        the other, and the start lies on the dividing line.
        """
        h = self.start
        return float(inverse(self.activation, np.array(h))) - w * h

    @property
    def least(self) -> float:
        """The weight from which on the start can lie on a border: w φ'(start) = 1."""
        return 1 / float(self.activation.slope(self.start))

    def fold(self, h: Array) -> tuple[Array, Array]:
        """Return weight and bias at which a pair of fixed points meets at h."""
        w = 1 / self.activation.slope(h)
        return w, inverse(self.activation, h) - w * h

    def descend(
        self, w: float, b: float, rate: float, clip: float = np.inf, updates: int = 40
    ) -> tuple[Array, Array, Array]:
        """Follow the gradient; return places (K+1, 2), losses (K+1,) and norms before clipping."""
        place = np.array([w, b], float)
        places, norms = [place], []
        for _ in range(updates):
            g = self.gradient(*place)
            norm = float(np.hypot(*g))
            norms.append(norm)
            if norm > clip:
                g = g * (clip / norm)
            place = np.clip(place - rate * g, -1e6, 1e6)
            places.append(place)
        norms.append(float(np.hypot(*self.gradient(*place))))
        film = np.array(places)
        return film, self.loss(film[:, 0], film[:, 1]), np.array(norms)


def inverse(activation: Activation, h: Array) -> Array:
    """Return a with φ(a) = h, by bisection on a rising curve."""
    h = np.asarray(h, float)
    low, high = np.full_like(h, -60.0), np.full_like(h, 60.0)
    for _ in range(80):
        a = (low + high) / 2
        below = activation.f(a) < h
        low, high = np.where(below, a, low), np.where(below, high, a)
    return (low + high) / 2
